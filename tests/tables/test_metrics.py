"""The metrics row: what is written is read; a seed twice or a share outside [0, 1] is not."""

import math
from dataclasses import replace

import pytest

from reckon.errors import InputError
from reckon.tables.metrics import Metric, read_metrics, write_metrics

METRIC = Metric("qa", "t", "row", "F1", 0, 0.1 + 0.2, "share", 9, "demo", "miniature", "a.json")


def test_what_is_written_is_read_to_the_last_digit(tmp_path):
    metrics = [
        METRIC,
        replace(METRIC, seed=1, value=0.0),
        replace(METRIC, scale="laptop", value=1.0),
        replace(METRIC, row="NaN", value=math.nan, unit="%"),
        replace(METRIC, row="steps", value=40.0, unit="steps"),
    ]
    write_metrics(tmp_path / "m.csv", metrics)
    found = read_metrics(tmp_path / "m.csv")
    assert [repr(one) for one in found] == [repr(one) for one in metrics]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([{"value": 7.3}], ":2: value 7.3 is no share"),
        ([{}, {"seed": 1, "value": -0.01}], ":3: value -0.01 is no share"),
        ([{}, {"value": math.inf, "seed": 1}], ":3: value inf is no share"),
        ([{}, {"seed": 1}, {"value": 0.5}], ":4: cell and seed are those of line 2"),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(tmp_path, rows, words):
    write_metrics(tmp_path / "m.csv", [replace(METRIC, **row) for row in rows])
    with pytest.raises(InputError, match=rf"m\.csv{words}"):
        read_metrics(tmp_path / "m.csv")
