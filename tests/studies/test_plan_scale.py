"""A plan of the scale `full` with one seed."""

import pytest


@pytest.mark.workflow
def test_a_plan_is_counted_and_timed(study):
    (row,) = study("plan_scale", "--seeds", "1")
    assert row["seeds"] == "1"
    assert int(row["jobs"]) > 50
    assert min(float(row[figure]) for figure in ("seconds", "cpu_seconds", "peak_mb")) > 0
