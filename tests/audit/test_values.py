"""Checks of one figure each: a worked case on either side of the line."""

from dataclasses import replace

import pytest
from by_hand import cell, column, library, outcomes, record

from reckon.audit import values
from reckon.errors import InputError


def row(**texts):
    return [cell(text, column=name) for name, text in texts.items()]


@pytest.mark.parametrize(
    ("score", "outcome"),
    [("2.0", "consistent"), ("2.1", "consistent"), ("1.8", "inconsistent"), ("2.2", "inconsistent")],
)
def test_the_mean_has_the_play_of_the_roundings_and_no_more(score, outcome):
    """Parts 1.0, 2.0, 3.0: their true mean is 1.95 to 2.05, a score of 2.1 may be 2.05."""
    cells = row(a="1.0", b="2.0", c="3.0", Score=score)
    assert outcomes(values.mean_of(cells[-1:], library(cells), parts="a & b & c")) == [outcome]


def test_joined_and_slashed_parts_count_once():
    cells = row(a="1", b="3/5", c="6", d="8", Score="4")  # (1 + 4 + 7) / 3
    cells[1] = replace(cells[1], several=True)
    (result,) = values.mean_of(cells[-1:], library(cells), parts="a & b & c + d")
    assert (result.outcome, result.expected.middle) == ("consistent", 4)


def test_an_identity_holds_row_by_row():
    h = column("2^{-1}", "2^{-2}", column="h")
    dofs = column("24", "113", column="#dofs", exact=True)
    found = values.identity(dofs, library([*h, *dofs]), formula="8 / [h]**2 - 4 / [h]")
    assert outcomes(found) == ["consistent", "inconsistent"]
    assert "112; printed 113, off by 1" in found[1].note


def test_two_formulas_are_equal_or_not():
    cells = row(a="0.5", b="0.25")
    assert outcomes(values.equal(cells, library(cells), left="[a] / 2", right="[b]")) == ["consistent"]
    assert outcomes(values.equal(cells, library(cells), left="[a]", right="[b]")) == ["inconsistent"]


def test_same_as_compares_place_by_place_and_shares_with_per_cent():
    cells = column("59.1", "73.9", unit="%")
    logs = [record("a", "0.5908321", unit="share"), record("b", "0.7381", unit="share")]
    given = library(cells, logs)
    found = values.same_as(cells, given, other="log | a & log | b")
    assert outcomes(found) == ["consistent", "inconsistent"]
    assert outcomes(values.same_as(cells[1:], given, other="log | b", within="0.05")) == ["consistent"]


def test_same_as_needs_a_figure_for_every_cell():
    cells = column("1", "2", "3")
    with pytest.raises(InputError, match="2 figures for 3 cells"):
        values.same_as(cells, library(cells), other="t | row 0 | C & t | row 1 | C")


def test_nearer_is_a_matter_of_distance():
    cells = column("84.9", unit="%")
    logs = [record("near", "84.1"), record("far", "86.9")]
    given = library(cells, logs)
    assert outcomes(values.nearer(cells, given, other="log | near", rival="log | far")) == ["consistent"]
    assert outcomes(values.nearer(cells, given, other="log | far", rival="log | near")) == ["inconsistent"]


@pytest.mark.parametrize(
    ("text", "n", "outcome"),
    [
        ("84.86481933799377", "11873", "consistent"),  # 10,076 of them
        ("84.8641", "11873", "inconsistent"),
        ("84.86", "11873", "uncheckable"),  # the unit of print is wider than 1/11,873
        ("3.45", "28", "inconsistent"),  # Brown and Heathers (2016): no mean of 28 whole numbers
        ("3.46", "28", "consistent"),
    ],
)
def test_a_count_out_of_n(text, n, outcome):
    unit = "%" if n == "11873" else "1"
    assert outcomes(values.granular([cell(text, unit=unit)], library(), n=n)) == [outcome]


@pytest.mark.parametrize(
    ("text", "unit", "name", "outcome"),
    [
        ("1.02", "share", "C", "inconsistent"),
        ("-0.1", "share", "C", "inconsistent"),
        ("102%", "share", "C", "inconsistent"),
        ("98%", "share", "C", "consistent"),
        ("-3", "questions", "C", "inconsistent"),
        ("0", "questions", "C", "consistent"),
        ("-1.1", "correlation", "C", "inconsistent"),
        ("1.2", "1", "Pearson r", "inconsistent"),
        ("-1.00", "1", "Correlation", "consistent"),
    ],
)
def test_a_number_lies_where_its_unit_lets_it(text, unit, name, outcome):
    assert outcomes(values.within_unit([cell(text, unit=unit, column=name)], library())) == [outcome]


def test_a_unit_without_bounds_is_refused():
    with pytest.raises(InputError, match="nothing bounds the unit '%'"):
        values.within_unit([cell("89.1", unit="%", column="Pearson")], library())


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("↓ 8%", ["per cent of the former"]),  # 7,313 to 6,729 is -7.99 %
        ("8%", ["per cent of the former"]),  # a fall may be printed without a sign
        ("9%", ["per cent of the latter"]),  # 6,729 to 7,313 is +8.68 %
        ("↓ 9%", []),
        ("7%", []),
    ],
)
def test_the_reading_that_fits_is_named(text, fits):
    before, after = column("7,313", "6,729", unit="USD")
    change = cell(text, unit="% change")
    given = library([before, after])
    (result,) = values.percent_change([change], given, before="t | row 0 | C", after="t | row 1 | C")
    assert result.outcome == ("consistent" if fits else "inconsistent")
    assert [
        name for name in ("per cent of the former", "per cent of the latter") if f"as {name}" in result.note
    ] == fits


def test_points_are_read_only_from_shares():
    before, after = column("0.516", "0.579", unit="share")
    given = library([before, after])
    places = {"before": "t | row 0 | C", "after": "t | row 1 | C"}
    assert outcomes(values.percent_change([cell("6.3%", unit="% change")], given, **places)) == ["consistent"]
    assert outcomes(values.percent_change([cell("12%", unit="% change")], given, **places)) == ["consistent"]
    assert outcomes(values.percent_change([cell("6.6%", unit="% change")], given, **places)) == [
        "inconsistent"
    ]


@pytest.mark.parametrize(
    ("text", "direction", "outcome"),
    [
        ("50.1", "higher", "consistent"),
        ("50.0", "higher", "inconsistent"),
        ("49.9", "lower", "consistent"),
        ("50.1", "lower", "inconsistent"),
    ],
)
def test_a_trivial_system_is_beaten_by_more_than_the_rounding(text, direction, outcome):
    figure = cell(text, unit="%", direction=direction)
    assert outcomes(values.beats_trivial([figure], library(), baseline="100 / 2")) == [outcome]


def test_nothing_is_better_where_no_direction_is():
    with pytest.raises(InputError, match="direction is 'equal'"):
        values.beats_trivial([cell("1", direction="equal")], library(), baseline="0")
