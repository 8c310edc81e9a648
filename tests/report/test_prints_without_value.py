"""A dash and a bound are no number to compare with, and say so."""

from dataclasses import replace

import pytest

from reckon.report.verdicts import Recomputed, judge
from reckon.tables.transcription import Cell

CELL = Cell("deck", "t", "A", "F1", "share", "higher", "0.64", 1, "measured", "", "")
OURS = Recomputed([(0, 0.64), (1, 0.641)], "share", "full", "real", 2, deterministic=False, comparable=True)


@pytest.mark.parametrize(
    ("text", "reason"), [("–", "no value, –"), ("n/a", "no value, n/a"), ("< 0.05", "only a bound, < 0.05")]
)
def test_what_is_no_number_is_not_judged(text, reason):
    judged = judge(replace(CELL, reported=text), OURS, not_run="")
    assert judged.verdict == "not_run"
    assert reason in judged.reason


def test_per_cent_under_a_share_is_compared_as_a_share():
    print_, plain = (judge(replace(CELL, reported=text), OURS, not_run="") for text in ("64.0%", "0.640"))
    assert print_ == plain
    assert print_.tolerance == 0.0005
