"""Intervals hold every number that the printed digits allow, and nothing else."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.audit.interval import AbsentError, Interval, mean, printed
from reckon.errors import InputError

WHOLE = st.integers(-50, 50)
INTERVALS = st.tuples(WHOLE, WHOLE).map(lambda ends: Interval(Fraction(min(ends), 8), Fraction(max(ends), 8)))
SHARE = st.fractions(0, 1, max_denominator=7)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("0.640", "0.6395", "0.6405"),
        ("7,079", "7078.5", "7079.5"),
        ("65%", "64.5", "65.5"),
        ("↓ 8%", "-8.5", "-7.5"),
        ("1.35x", "1.345", "1.355"),
        ("2^{-3}", "0.125", "0.125"),
        ("91.9/89.2", "90.5", "90.6"),  # the mean of 91.9 and 89.2 is 90.55
    ],
)
def test_half_a_unit_of_the_last_digit_lies_to_both_sides(text, low, high):
    assert printed(text, several="/" in text) == Interval(Fraction(low), Fraction(high))


@pytest.mark.parametrize("text", ["", "1/2/3", "about 5"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(InputError, match="printed number"):
        printed(text, several=True)


@pytest.mark.parametrize(("text", "why"), [("–", "no value"), ("< 0.05", "a bound")])
def test_what_stands_for_no_one_number_is_absent(text, why):
    with pytest.raises(AbsentError, match=why):
        printed(text)


def test_a_slash_is_a_fraction_unless_a_print_may_hold_two_numbers():
    assert printed("3/4") == Interval.exact(Fraction(3, 4))
    assert printed("3/4", several=True) == Interval(Fraction(3), Fraction(4))  # 3.5, half a unit to each side


def test_rounding_edges_belong_to_both_neighbours():
    assert printed("0.640").overlaps(printed("0.641"))
    assert not printed("0.640").overlaps(printed("0.642"))


@given(INTERVALS, INTERVALS, SHARE, SHARE)
def test_arithmetic_encloses_the_arithmetic_of_every_pair(a, b, s, t):
    x, y = a.low + s * (a.high - a.low), b.low + t * (b.high - b.low)
    pairs = [(a + b, x + y), (a - b, x - y), (a * b, x * y), (-a, -x), (a ** Interval.exact(2), x**2)]
    if not b.low <= 0 <= b.high:
        pairs.append((a / b, x / y))
    assert all(result.low <= value <= result.high for result, value in pairs)


@given(INTERVALS, INTERVALS)
def test_the_ends_are_reached(a, b):
    ends = [f(x, y) for f in (Fraction.__add__,) for x, y in product((a.low, a.high), (b.low, b.high))]
    assert (a + b) == Interval(min(ends), max(ends))
    square = a ** Interval.exact(2)
    assert square.low == (0 if a.low <= 0 <= a.high else min(a.low**2, a.high**2))


def test_the_mean_of_intervals_is_the_interval_of_means():
    assert mean([printed("1.0"), printed("2")]) == Interval(Fraction("1.225"), Fraction("1.775"))
