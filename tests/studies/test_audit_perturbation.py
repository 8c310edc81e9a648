"""The study of misprints, run small: its rows are those of reference/audit, which fill the docs."""

import csv
import runpy
from pathlib import Path

import pytest

from reckon.audit.figures import read_library
from reckon.audit.findings import findings, read_checks

ROOT = Path(__file__).parents[2]
STUDY = runpy.run_path(str(ROOT / "tools/studies/audit_perturbation.py"))
CHECKS = read_checks(ROOT / "reported/checks.csv")
LIBRARY = read_library(ROOT / "reported")
SMALL = ("statements", "hard_negatives", "label_rank", "movie_mae")


def committed(name):
    with open(ROOT / "reference/audit" / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_misprint_is_one_digit_and_every_digit_is_changed_to_every_other():
    prints = list(STUDY["misprints"]("1.35x"))
    assert len(prints) == len(set(prints)) == 27
    assert all(sum(a != b for a, b in zip(text, "1.35x", strict=True)) == 1 for text in prints)


def test_the_reach_over_small_tables_is_the_one_on_file():
    rows = STUDY["reach"](list(CHECKS.values()), LIBRARY, SMALL)
    assert rows == [row for row in committed("reach.csv") if row["table"] in SMALL]


def test_the_reach_over_all_cells_is_four_fifths_at_least():
    *tables, whole = committed("reach.csv")
    assert {row["table"] for row in tables} == set(LIBRARY.tables)
    for column in ("cells", "changes", "refused", "inconsistent", "doubtful", "mended"):
        assert sum(int(row[column]) for row in tables) == int(whole[column]), column
    assert int(whole["cells"]) == len(LIBRARY.cells)
    seen = sum(int(whole[column]) for column in ("refused", "inconsistent", "doubtful"))
    assert seen >= 0.8 * int(whole["changes"])


@pytest.mark.parametrize("name", ["falls of 8% and 5%", "65% of the questions"])
def test_what_arithmetic_binds_is_seen_as_on_file(name):
    (group,) = [group for group in STUDY["GROUPS"] if group[0] == name]
    held = [check for check in CHECKS.values() if check.check in group[1]]
    row = STUDY["_row"](name, STUDY["tally"](held, LIBRARY, group[2]))
    assert row == next(row for row in committed("misprints.csv") if row["figures"] == name)


def test_all_that_must_be_seen_is():
    for row in committed("misprints.csv"):
        assert row["must"] == row["must_seen"], row
    assert int(row["must"]) > 1000


def test_what_is_doubtful_in_the_decks_is_listed_and_little():
    rows = findings(CHECKS, LIBRARY)
    assert STUDY["doubts"](rows) == committed("doubtful.csv")
    assert STUDY["severities"](rows) == committed("severity.csv")
    assert len(committed("doubtful.csv")) <= 0.02 * len(LIBRARY.cells)
