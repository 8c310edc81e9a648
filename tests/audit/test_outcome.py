"""Ways of rounding: which give a print, and which only look like an error."""

from fractions import Fraction

import pytest
from by_hand import cell, library, outcomes, record
from hypothesis import given
from hypothesis import strategies as st

from reckon.audit import values
from reckon.audit.interval import Interval
from reckon.audit.outcome import other_mode, rounded_by
from reckon.errors import InputError


@pytest.mark.parametrize(
    ("text", "exact", "outcome", "mode"),
    [
        ("58.99", "58.9912", "consistent", ""),
        ("58.9", "58.9912", "doubtful", "cut off"),
        ("59.1", "59.0012", "doubtful", "rounded up"),
        ("58.8", "58.9912", "inconsistent", ""),
        ("-58.9", "-58.9912", "doubtful", "cut off"),  # toward zero
        ("58.9", "58.97", "inconsistent", ""),  # not known to far more digits: nothing to say how it was made
    ],
)
def test_a_number_that_was_cut_off_is_doubtful_and_the_way_is_named(text, exact, outcome, mode):
    given_ = library(records=[record("x", exact)])
    (result,) = values.same_as([cell(text)], given_, other="log | x")
    assert (result.outcome, mode in result.note) == (outcome, True)
    assert ("not rounded to the nearest" in result.note) == bool(mode)


def test_an_exact_figure_has_no_way_of_rounding():
    own = Interval.exact(Fraction(3))
    assert other_mode(own, Interval.exact(Fraction("3.2"))) == ""


@given(st.fractions(-100, 100, max_denominator=1000))
def test_ways_of_rounding_are_those_of_the_numbers_themselves(value):
    ways = rounded_by(value, Fraction(1))
    assert abs(ways["cut off"]) <= abs(value) <= abs(ways["rounded up"])
    assert ways["half to even"] == round(value)
    assert abs(ways["half up"] - value) <= Fraction(1, 2)
    assert set(ways.values()) <= {ways["cut off"], ways["rounded up"]}


def test_half_is_rounded_up_or_to_even():
    assert rounded_by(Fraction("2.5"), Fraction(1)) == {
        "half up": 3,
        "half to even": 2,
        "cut off": 2,
        "rounded up": 3,
    }


@pytest.mark.parametrize(
    ("text", "outcome", "fits"),
    [
        ("130,000", "consistent", "half up, half to even, cut off"),
        ("140,000", "doubtful", "rounded up"),
        ("120,000", "inconsistent", "no rounding gives it"),
        ("131,000", "inconsistent", "no rounding gives it"),
    ],
)
def test_a_count_rounded_to_a_multiple(text, outcome, fits):
    given_ = library(records=[record("pairs", "130319", exact=True)])
    (result,) = values.rounded([cell(text, exact=True)], given_, other="log | pairs", to="10000")
    assert (result.outcome, result.note.rpartition(": ")[2]) == (outcome, fits)


def test_a_multiple_is_more_than_nothing():
    with pytest.raises(InputError, match="not more than 0"):
        values.rounded([cell("1")], library(records=[record("x", "1")]), other="log | x", to="0")


def test_two_prints_of_one_number_with_the_same_digits_are_the_same():
    """0.516 and 0.517 can round one number only at an edge: elsewhere one of the two is wrong."""
    given_ = library(records=[record("x", "0.516"), record("y", "0.5")])
    assert outcomes(values.same_as([cell("0.516")], given_, other="log | x")) == ["consistent"]
    assert outcomes(values.same_as([cell("0.517")], given_, other="log | x")) == ["inconsistent"]
    assert outcomes(values.same_as([cell("0.516")], given_, other="log | y")) == ["consistent"]


def test_two_numbers_of_a_slash_are_compared_one_by_one():
    pair = cell("91.9/89.2", unit="%", several=True)
    same_mean = record("x", "91.8/89.3", unit="%", several=True)
    found = values.same_as([pair], library(records=[same_mean]), other="log | x")
    assert outcomes(found) == ["inconsistent"]
