"""Checks of several figures together."""

import pytest
from by_hand import cell, column, library, outcomes
from statsmodels.stats.proportion import confint_proportions_2indep

from reckon.audit import columns
from reckon.errors import InputError


@pytest.mark.parametrize(
    ("texts", "order", "outcome"),
    [
        (("0.3", "0.2", "0.2", "0.1"), "falling", "consistent"),
        (("0.3", "0.1", "0.2"), "falling", "inconsistent"),
        (("0.1", "0.2"), "rising", "consistent"),
        (("0.2", "0.1"), "rising", "inconsistent"),  # rounding keeps the order
        (("0.2", "0.18"), "rising", "consistent"),  # unless to other digits: 0.18 prints as 0.2
        (("0.3", "0.18"), "rising", "inconsistent"),
    ],
)
def test_order(texts, order, outcome):
    assert outcomes(columns.ordered(column(*texts), library(), order=order)) == [outcome]


def test_an_order_has_two_names():
    with pytest.raises(InputError, match="'up', not rising or falling"):
        columns.ordered(column("1", "2"), library(), order="up")


@pytest.mark.parametrize(
    ("better", "outcome"),
    [(("0.7", "0.8"), "consistent"), (("0.9", "0.3"), "inconsistent"), (("0.5", "0.6"), "inconsistent")],
)
def test_domination_is_everywhere_as_good_and_somewhere_better(better, outcome):
    worse = [cell(text, row="old", column=name) for name, text in zip("ab", ("0.5", "0.6"), strict=True)]
    rival = [cell(text, row="new", column=name) for name, text in zip("ab", better, strict=True)]
    assert outcomes(columns.dominated(worse, library([*worse, *rival]), by="t | new | *")) == [outcome]


@pytest.mark.parametrize(
    ("texts", "unit", "outcome"),
    [
        (("79%", "11%"), "%", "consistent"),
        (("79%", "23%"), "%", "inconsistent"),
        (("50%", "51%"), "%", "consistent"),  # 49.5 + 50.5
        (("0.6", "0.5"), "share", "consistent"),  # 0.55 + 0.45
        (("0.6", "0.6"), "share", "inconsistent"),
    ],
)
def test_parts_do_not_exceed_their_whole(texts, unit, outcome):
    assert outcomes(columns.sum_at_most_one(column(*texts, unit=unit), library())) == [outcome]


def test_parts_of_another_printed_figure():
    cells = column("79%", "11%", unit="%")
    assert outcomes(columns.sum_at_most_one(cells, library(), whole="96")) == ["consistent"]
    assert outcomes(columns.sum_at_most_one(cells, library(), whole="88")) == ["inconsistent"]


def test_ranks_follow_from_scores_and_equal_prints_may_share_one():
    scores = column("89.7", "88.5", "88.5", "87.1", column="Score", unit="%")
    ranks = column("1", "2", "3", "3", column="Rank", unit="rank", exact=True)
    found = columns.ranked(ranks, library([*scores, *ranks]), by="[Score]")
    assert outcomes(found) == ["consistent", "consistent", "consistent", "inconsistent"]


def test_growth_that_does_not_slow_down_is_not_bounded():
    bounded = column("1", "10", "14", "15", "15")
    linear = column("2", "4", "6", "8", "10")
    assert outcomes(columns.slows_down(bounded, library())) == ["consistent"]
    assert outcomes(columns.slows_down(linear, library())) == ["inconsistent"]
    with pytest.raises(InputError, match="at least three"):
        columns.slows_down(bounded[:2], library())


def test_bold_is_the_best_and_only_the_best():
    plain, best = cell("0.5"), cell("0.6", emphasis="bold")
    assert outcomes(columns.bold_is_best([plain, best], library())) == ["consistent"]
    wrong = cell("0.5", emphasis="bold")
    (result,) = columns.bold_is_best([wrong, best], library())
    assert (result.outcome, list(result.about)) == ("inconsistent", [wrong])
    assert outcomes(columns.bold_is_best([plain, cell("0.6")], library())) == ["inconsistent"]


@pytest.mark.parametrize(("first", "second", "n"), [(0.75, 0.5, 100), (0.738, 0.713, 692), (0.02, 0.0, 50)])
def test_the_interval_of_a_difference_is_the_library_s(first, second, n):
    counts = round(first * n), round(second * n)
    low, high = confint_proportions_2indep(counts[0], n, counts[1], n, method="newcomb", compare="diff")
    texts = [f"{count / n:.12f}" for count in counts]
    (result,) = columns.within_noise(column(*texts), library(), n=str(n))
    assert [float(end) for end in (result.expected.low, result.expected.high)] == pytest.approx([low, high])


def test_noise_is_a_matter_of_n():
    cells = column("80.00", "79.00", unit="%")
    assert outcomes(columns.within_noise(cells, library(), n="1000")) == ["inconsistent"]
    assert outcomes(columns.within_noise(cells, library(), n="100000")) == ["consistent"]


def test_without_n_the_note_says_which_n_would_do():
    (result,) = columns.within_noise(column("0.80", "0.79"), library())
    needed = 1.959964**2 * (0.8 * 0.2 + 0.79 * 0.21) / 0.01**2
    assert result.outcome == "uncheckable"
    assert f"from n = {needed:,.0f} on" in result.note


def test_a_difference_has_two_sides():
    with pytest.raises(InputError, match="3 cells"):
        columns.within_noise(column("1", "2", "3"), library())
