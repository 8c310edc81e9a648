"""What stands out of its column or row, and what does not."""

from fractions import Fraction

import pytest
from by_hand import cell, column, library, outcomes
from hypothesis import given
from hypothesis import strategies as st

from reckon.audit.plausible import FEWEST, PLAY, out_of_order, outside, plausible
from reckon.errors import InputError

NUMBERS = st.lists(st.integers(-50, 50).map(Fraction), min_size=FEWEST, max_size=9)


@pytest.mark.parametrize(
    ("last", "outcome"),
    [
        ("17", "consistent"),  # the others, 10 to 13, lie at most 2 apart: twice that, and no more
        ("17.1", "doubtful"),
        ("6", "consistent"),
        ("5.9", "doubtful"),
    ],
)
def test_the_play_is_twice_the_widest_gap_of_the_others(last, outcome):
    cells = column("10", "11", "13", last)
    assert outcomes(plausible(cells, library(cells)))[0] == outcome


def test_a_doubtful_figure_is_named_alone_with_the_others_range():
    cells = column("10", "11", "13", "71")
    (result,) = plausible(cells, library(cells))
    assert result.about == [cells[3]]
    assert "71: the others lie from 10 to 13, at most 2 apart" in result.note


def test_columns_are_looked_at_one_by_one_or_as_one_scale():
    low, high = column("1", "2", "3", "4", column="low"), column("101", "102", "103", "104", column="high")
    cells = [*low, *high]
    assert outcomes(plausible(cells, library(cells))) == ["consistent", "consistent"]
    mixed = [*low, *column("1", "9", column="other")]
    assert outcomes(plausible(mixed, library(mixed), scale="table")) == ["doubtful"]


def test_the_order_within_a_row_is_the_difference_to_the_column_beside():
    em = column("80.0", "82.0", "84.0", "86.0", column="EM", unit="%")
    f1 = column("83.0", "85.1", "87.0", "88.9", column="F1", unit="%")
    assert outcomes(plausible(f1, library([*em, *f1]), beside="EM")) == ["consistent"]
    swapped = [*f1[:3], cell("85.9", row="row 3", column="F1", unit="%")]  # below its own EM
    (result,) = plausible(swapped, library([*em, *swapped]), beside="EM")
    assert result.about == [swapped[3]]
    assert "difference to EM" in result.note


def test_the_two_numbers_of_a_slash_are_two_columns_and_their_difference_a_third():
    texts = ("91.0/88.0", "92.0/89.0", "90.5/87.4", "91.6/88.5", "91.2/84.2")
    cells = column(*texts, unit="%", several=True)
    (result,) = plausible(cells, library(cells))
    assert result.about == [cells[4]]
    assert "second number, 84.2" in result.note
    assert "difference of the two, 7" in result.note


def test_shares_and_per_cent_of_one_column_are_compared():
    cells = [*column("60", "61", "63", unit="%"), cell("0.62", row="share", unit="share")]
    assert outcomes(plausible(cells, library(cells))) == ["consistent"]


def test_a_figure_that_alone_breaks_a_rising_column_stands_out():
    cells = column("1", "60", "3", "4", "50", "61", "72")
    (result,) = plausible(cells, library(cells))
    assert result.about == [cells[1]]
    assert "the others rise" in result.note


@pytest.mark.parametrize("texts", [("1", "2", "3"), ("1",)])
def test_of_a_few_figures_none_stands_out(texts):
    cells = column(*texts)
    with pytest.raises(InputError, match="of at least 4 one can stand out"):
        plausible(cells, library(cells))


def test_a_scale_has_two_names():
    cells = column("1", "2", "3", "4")
    with pytest.raises(InputError, match="'row', not column or table"):
        plausible(cells, library(cells), scale="row")


@given(NUMBERS, st.integers(-9, 9).filter(bool), st.integers(-99, 99))
def test_units_and_origin_make_nothing_plausible_or_doubtful(values, factor, shift):
    moved = [value * factor + shift for value in values]
    assert outside(moved, PLAY).keys() == outside(values, PLAY).keys()


@given(NUMBERS)
def test_what_stands_out_lies_at_the_ends_and_the_rest_does_not(values):
    found = outside(values, PLAY)
    rest = [value for place, value in enumerate(values) if place not in found]
    assert all(not min(rest) <= values[place] <= max(rest) for place in found)
    assert len(rest) < FEWEST or not outside(rest, PLAY)


@given(NUMBERS)
def test_a_sorted_column_has_nothing_out_of_order(values):
    assert out_of_order(sorted(values)) == out_of_order(sorted(values)[::-1]) == {}
