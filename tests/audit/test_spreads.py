"""Standard deviations of noughts and ones and of whole numbers: every true print fits, worked ones do not."""

from decimal import ROUND_HALF_UP, Decimal
from itertools import combinations_with_replacement
from statistics import mean, stdev

import pytest
from by_hand import cell, library, outcomes

from reckon.audit import spreads
from reckon.errors import InputError


def held(kind, average, sd, n, unit="1", **parameters):
    cells = [cell(average, column="M", unit=unit), cell(sd, column="SD", unit=unit)]
    (result,) = kind(cells[1:], library(cells), mean="M", n=str(n), **parameters)
    return result


def to_print(value, places):
    return str(Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


@pytest.mark.parametrize("n", [2, 3, 7, 10])
@pytest.mark.parametrize("places", [2, 3])
def test_every_sample_of_noughts_and_ones_fits(n, places):
    for ones in range(n + 1):
        sample = [1] * ones + [0] * (n - ones)
        prints = to_print(mean(sample), places), to_print(stdev(sample), places)
        assert held(spreads.debit, *prints, n).outcome == "consistent", sample


@pytest.mark.parametrize(
    ("average", "sd", "n", "unit", "outcome"),
    [
        ("0.50", "0.51", "30", "1", "consistent"),  # sqrt(30/29 / 4) = 0.5085
        ("0.50", "0.46", "30", "1", "inconsistent"),
        ("0.30", "0.47", "20", "1", "consistent"),  # sqrt(20/19 * 0.21) = 0.4702
        ("0.300", "0.458", "20", "1", "doubtful"),  # sqrt(0.21) = 0.4583: divided by n
        ("30", "47", "20", "%", "consistent"),
        ("30", "37", "20", "%", "inconsistent"),
        ("1.4", "0.5", "20", "1", "inconsistent"),  # no share
    ],
)
def test_a_spread_of_noughts_and_ones(average, sd, n, unit, outcome):
    assert held(spreads.debit, average, sd, n, unit).outcome == outcome


def test_the_expected_spread_comes_in_the_unit_of_the_print():
    result = held(spreads.debit, "30", "37", "20", "%")
    assert float(result.expected.middle) == pytest.approx(47.0, abs=0.2)
    assert "t | R | SD printed 47" in result.note


@pytest.mark.parametrize("n", [3, 4])
def test_every_sample_of_whole_numbers_fits(n):
    """And some prints that no such sample has are found, so that the test is none in name only."""
    true = {
        (to_print(mean(s), 2), to_print(stdev(s), 2)) for s in combinations_with_replacement(range(-1, 4), n)
    }
    assert {held(spreads.grimmer, *prints, n).outcome for prints in true} == {"consistent"}
    tried = [
        (average, to_print(step / 100, 2)) for average, _ in sorted(true)[:2] for step in range(100, 112)
    ]
    wrong = [prints for prints in tried if held(spreads.grimmer, *prints, n).outcome == "inconsistent"]
    assert len(wrong) > len(tried) / 2
    assert true.isdisjoint(wrong)


@pytest.mark.parametrize(
    ("average", "sd", "n", "outcome", "words"),
    [
        # 62 of 18 is 3.44; from 2.465 to 2.475 only the sum of squares 317 is left: odd, and 62 is even.
        ("3.44", "2.47", "18", "inconsistent", "is 2.479; printed 2.47; would fit: "),
        ("3.44", "2.48", "18", "consistent", "is 2.479"),  # 318
        ("3.44", "2.45", "18", "consistent", "is 2.455"),  # 316
        ("5.19", "1.00", "28", "inconsistent", "no 28 whole numbers have a mean of 5.19"),  # GRIM's case
        ("5.2", "1.1", "280", "uncheckable", "so few digits"),
    ],
)
def test_a_spread_of_whole_numbers(average, sd, n, outcome, words):
    result = held(spreads.grimmer, average, sd, n)
    assert (result.outcome, words in result.note) == (outcome, True), result.note


def test_means_of_items_have_finer_spreads():
    """Scores of two items each: 1.5, 2 and 2.5 have the spread 0.5, whole numbers of mean 2.00 none such."""
    assert held(spreads.grimmer, "2.00", "0.50", "3").outcome == "inconsistent"
    assert held(spreads.grimmer, "2.00", "0.50", "3", items="2").outcome == "consistent"


@pytest.mark.parametrize("n", ["1", "2.5", "0"])
def test_fewer_than_two_cases_have_no_spread(n):
    with pytest.raises(InputError, match="no whole number from 2 on"):
        held(spreads.debit, "0.5", "0.5", n)


def test_each_cell_has_the_mean_of_its_own_row():
    rows = {"a": ("0.50", "0.51"), "b": ("0.50", "0.40")}
    cells = [
        cell(text, row=r, column=c)
        for r, prints in rows.items()
        for c, text in zip("MS", prints, strict=True)
    ]
    found = spreads.debit(cells[1::2], library(cells), mean="M", n="30")
    assert outcomes(found) == ["consistent", "inconsistent"]
