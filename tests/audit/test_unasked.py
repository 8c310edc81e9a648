"""Checks that a table promises by its names and its bold prints: planted mistakes, and right tables."""

from pathlib import Path

import pytest
from by_hand import cell, column, library

from reckon.audit.figures import read_library
from reckon.audit.findings import findings, read_checks
from reckon.audit.unasked import unasked

ROOT = Path(__file__).parents[2]


def row(**prints):
    """Figures of one row by the names of their columns."""
    return [cell(text, column=name) for name, text in prints.items()]


def found(cells):
    """Kind, outcome and note of each finding that nobody asked for."""
    given = library(cells)
    return [(line["kind"], line["outcome"], line["note"]) for line in findings(unasked(given), given)]


@pytest.mark.parametrize(
    ("prints", "kind"),
    [
        ({"A": "0.637", "B": "2.000", "C": "0.333", "Average": "0.990"}, "mean_of"),
        ({"A": "12", "B": "30", "Total": "42"}, "identity"),
        ({"A": "1.2", "B": "3.0", "C": "0.1", "sum": "4.3"}, "identity"),
    ],
)
def test_the_last_of_a_row_and_of_a_column_is_what_it_is_called(prints, kind):
    assert [line[:2] for line in found(row(**prints))] == [(kind, "consistent")]
    down = [cell(text, row=name) for name, text in prints.items()]
    assert [line[:2] for line in found(down)] == [(kind, "consistent")]


def test_exchanged_digits_of_a_total_and_of_a_part_are_named():
    ((kind, outcome, note),) = found(row(A="12", B="30", C="7", Total="94"))
    assert (kind, outcome) == ("identity", "inconsistent")
    assert "would fit: t | R | Total printed 49" in note
    ((_, outcome, note),) = found(row(A="21", B="30", C="7", Total="49"))
    assert outcome == "inconsistent"
    assert "would fit: t | R | A printed 12" in note


def test_where_no_digit_mends_it_the_note_says_so():
    ((_, outcome, note),) = found(row(A="10", B="20", Total="95"))
    assert outcome == "inconsistent"
    assert note.endswith("no print one digit away would fit")


def test_a_change_in_per_cent_fits_the_numbers_beside_it():
    def gain(text):
        change = cell(text, column="Gain", unit="%")
        return found([*row(Before="2.00", After="1.50"), change])

    assert [line[:2] for line in gain("25%")] == [("percent_change", "consistent")]
    ((_, outcome, note),) = gain("52%")
    assert outcome == "inconsistent"
    assert "would fit: t | R | Gain printed 25%" in note


def test_what_is_bold_is_the_best_of_its_column():
    best = [*column("0.71", "0.68"), cell("0.74", emphasis="bold")]
    assert [line[:2] for line in found(best)] == [("bold_is_best", "consistent")]
    parts = [*column("0.61"), cell("0.65", row="a", emphasis="bold"), *best[1:]]
    assert [line[:2] for line in found(parts)] == [("bold_is_best", "consistent")]
    other = [*column("0.71", "0.78"), cell("0.74", emphasis="bold")]
    assert [line[:2] for line in found(other)] == [("bold_is_best", "inconsistent")]


def test_what_lies_outside_its_unit_is_told_with_the_print_that_would_fit():
    counts = column("12", "-7", "9", unit="questions")
    ((kind, outcome, note),) = found(counts)
    assert (kind, outcome) == ("within_unit", "inconsistent")
    assert "a count lies from 0 on; printed -7" in note
    ((_, _, note),) = found([cell("1.86", unit="share", several=True)])
    assert note.endswith("would fit: t | R | C printed 0.86")
    named = [cell(text, row=text, column="Spearman") for text in ("0.71", "1.40", "0.65")]
    assert [line[:2] for line in found(named)] == [("within_unit", "inconsistent")]


@pytest.mark.parametrize(
    "cells",
    [
        row(Mean="1.00", Median="1.54", Trimmed="1.16"),  # an estimator, not the mean of the others
        row(A="3", Average="3"),
        [*row(A="1.0", B="2.0"), cell("9.9", column="Average", unit="s")],
        [*row(A="1"), cell("2", column="B [x]"), *row(C="3", Total="9")],  # a name that no selector holds
        [*column("0.71", "0.78", direction="equal"), cell("0.74", emphasis="bold", direction="equal")],
        [cell("1", row=name, column="A") for name in ("x", "x", "Total")],  # a place printed twice
        row(A="1", B="-", Total="5"),
        [cell("-7", column="Change", unit="questions")],
        [cell(text, row=text, column="Pearson") for text in ("91.2", "88.0", "90.1")],  # a hundredfold
        [cell(text, row=text, column="Pearson") for text in ("0.91", "90.2")],
    ],
)
def test_a_table_that_promises_nothing_gets_no_check(cells):
    assert found(cells) == []


def test_tables_that_are_right_give_no_alarm():
    decks = read_library(ROOT / "reported")
    outcomes = [line["outcome"] for line in findings(unasked(decks), decks)]
    assert outcomes == ["consistent", "consistent"]


def test_the_planted_average_is_found_unless_it_is_checked_already():
    folder = ROOT / "examples/two_tables/reported"
    example, asked = read_library(folder), read_checks(folder / "checks.csv")
    (line,) = findings(unasked(example), example)
    assert (line["kind"], line["printed"], line["outcome"]) == ("mean_of", "1.090", "inconsistent")
    assert unasked(example, asked.values()) == {}
