"""Shares and per cent are one quantity in every kind of check; other units are not mixed."""

import pytest
from by_hand import cell, column, library, outcomes, record

from reckon.audit import columns, values
from reckon.errors import InputError


def row(*figures):
    """Figures of one row: text, unit and column."""
    return [cell(text, unit=unit, column=name) for text, unit, name in figures]


def test_a_sum_of_per_cent_and_share_is_110_per_cent():
    cells = row(("60", "%", "p1"), ("0.50", "share", "p2"))
    for parts in (cells, cells[::-1]):
        assert outcomes(columns.sum_at_most_one(parts, library(cells))) == ["inconsistent"]
    fitting = row(("60", "%", "p1"), ("0.40", "share", "p2"))
    assert outcomes(columns.sum_at_most_one(fitting, library(fitting))) == ["consistent"]


@pytest.mark.parametrize(("average", "outcome"), [("55", "consistent"), ("30", "inconsistent")])
def test_a_mean_of_per_cent_and_share(average, outcome):
    cells = row(("60", "%", "p1"), ("0.50", "share", "p2"), (average, "%", "avg"))
    assert outcomes(values.mean_of(cells[2:], library(cells), parts="p1 & p2")) == [outcome]


def test_a_formula_has_the_unit_of_its_cell():
    cells = row(("60", "%", "p1"), ("0.20", "share", "p2"), ("80", "%", "sum"), ("0.80", "share", "same"))
    for place in (2, 3):
        found = values.identity(cells[place : place + 1], library(cells), formula="[p1] + [p2]")
        assert outcomes(found) == ["consistent"]


def test_per_cent_printed_under_a_share_is_a_share():
    cells = [cell("64.0%", unit="share"), cell("0.512", unit="share")]
    assert outcomes(columns.ordered(cells, library(), order="falling")) == ["consistent"]
    assert outcomes(values.granular(cells[:1], library(), n="200")) == ["consistent"]  # 128 of 200


def mixed(second):
    return [cell("64", unit="%"), cell(second, unit="share")]


def test_order_best_and_noise_over_both_units():
    assert outcomes(columns.ordered(mixed("0.51"), library(), order="falling")) == ["consistent"]
    assert outcomes(columns.ordered(mixed("0.71"), library(), order="falling")) == ["inconsistent"]
    bold = [cell("64", unit="%", emphasis="bold"), cell("0.51", unit="share")]
    assert outcomes(columns.bold_is_best(bold, library())) == ["consistent"]
    assert outcomes(columns.within_noise(mixed("0.51"), library(), n="1000")) == ["consistent"]
    assert outcomes(columns.within_noise(mixed("0.63"), library(), n="1000")) == ["inconsistent"]


def test_domination_and_growth_over_both_units():
    old, new = cell("64", unit="%", row="old"), cell("0.71", unit="share", row="new")
    assert outcomes(columns.dominated([old], library([old, new]), by="t | new | C")) == ["consistent"]
    grown = [cell("10", unit="%"), cell("0.60", unit="share"), cell("70", unit="%")]
    assert outcomes(columns.slows_down(grown, library())) == ["consistent"]


def test_ranks_over_rows_in_both_units():
    scores = [cell("64", unit="%", row="a", column="F1"), cell("0.71", unit="share", row="b", column="F1")]
    ranks = [cell(text, unit="rank", row=name, column="Rank") for text, name in (("2", "a"), ("1", "b"))]
    assert outcomes(columns.ranked(ranks, library([*scores, *ranks]), by="[F1]")) == ["consistent"] * 2


def test_changes_from_share_to_per_cent():
    before, after = cell("0.50", unit="share", row="x"), cell("55", unit="%", row="y")
    change = cell("5.0%", unit="% change")
    given = library([before, after])
    (result,) = values.percent_change([change], given, before="t | x | C", after="t | y | C")
    assert (result.outcome, "fits as percentage points" in result.note) == ("consistent", True)


def test_the_trivial_and_the_nearer_in_the_unit_of_the_cell():
    cells = [cell("64", unit="%")]
    near, far = record("near", "0.62", unit="share"), record("far", "0.50", unit="share")
    given = library(cells, [near, far])
    assert outcomes(values.nearer(cells, given, other="log | near", rival="log | far")) == ["consistent"]
    assert outcomes(values.beats_trivial(cells, given, baseline="[log | near]")) == ["consistent"]
    assert outcomes(values.beats_trivial([cell("61", unit="%")], given, baseline="[log | near]")) == [
        "inconsistent"
    ]


def test_other_units_are_not_mixed():
    cells = column("3", "2", unit="s")
    cells[1] = cell("2", unit="steps")
    with pytest.raises(InputError, match=r"in 'steps', .* in 's': compare like with like"):
        columns.ordered(cells, library(), order="falling")


def test_figures_without_a_unit_go_with_any():
    assert outcomes(columns.ordered([cell("3", unit="s"), record("x", "2")], library(), order="falling")) == [
        "consistent"
    ]


def test_double_precision_is_no_rounding():
    """A mean that was computed in doubles: exact arithmetic on its print is 1.1e-13 off."""
    parts = row(("88.08052871684866", "%", "answer"), ("87.92262405382675", "%", "none"))
    own = cell("88.00146333980271", unit="%", column="all")
    given = library([*parts, own])
    formula = "([answer] * 5928 + [none] * 5945) / 11873"
    assert outcomes(values.identity([own], given, formula=formula)) == ["consistent"]
    off = cell("88.00146333980371", unit="%", column="all")
    assert outcomes(values.identity([off], given, formula=formula)) == ["inconsistent"]
    assert outcomes(values.granular([cell("16.752295123389203", unit="%")], library(), n="11873")) == [
        "consistent"
    ]
