import numpy as np
import pytest
from scipy import stats as scipy_stats

from reckon.stats.intervals import (
    Estimate,
    apart,
    document_interval,
    equivalence,
    prediction_reach,
    seed_interval,
    seeds_change_nothing,
)


def test_student_interval_by_hand():
    # n = 3, mean 2, s = 1: the 97.5 % point of t with 2 degrees of freedom is 4.302653.
    estimate = seed_interval([1.0, 2.0, 3.0])
    assert estimate == pytest.approx((2.0, 2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5), rel=1e-6)


def test_bounds_that_are_not_reached_change_nothing():
    values = [0.50, 0.52, 0.51]
    assert seed_interval(values, bounds=(0, 1)) == seed_interval(values)


@pytest.mark.parametrize(
    ("values", "bounds"), [([0.90, 0.99, 0.97], (0, 1)), ([90, 99, 97], (0, 100)), ([0.01, 0.2], (0, 1))]
)
def test_an_interval_of_a_share_ends_at_its_bounds(values, bounds):
    student = seed_interval(values)
    assert student.low < bounds[0] or student.high > bounds[1]
    estimate = seed_interval(values, bounds=bounds)
    assert bounds[0] <= estimate.low <= max(student.low, bounds[0])
    assert min(student.high, bounds[1]) <= estimate.high <= bounds[1]
    assert bounds[0] in estimate or bounds[1] in estimate


def test_a_skewed_share_reaches_as_far_as_on_the_logit_scale():
    # Mean .05, reach .092 (n = 4): Student goes below 0; logit -2.944, reach .092 / .0475 = 1.934.
    values = [0.0, 0.0, 0.1, 0.1]
    reach = 3.182446 * 0.057735 / 2
    logit = np.log(0.05 / 0.95) + reach / 0.0475
    assert seed_interval(values, bounds=(0, 1)).high == pytest.approx(1 / (1 + np.exp(-logit)), rel=1e-5)
    assert seed_interval(values).high < seed_interval(values, bounds=(0, 1)).high


def test_the_bounded_interval_has_the_scale_of_its_unit():
    share = seed_interval([0.90, 0.99, 0.97], bounds=(0, 1))
    percent = seed_interval([90, 99, 97], bounds=(0, 100))
    assert percent == pytest.approx([100 * value for value in share])


def test_values_that_all_lie_on_a_bound_leave_other_draws_unseen():
    # Of a kind of 77.6 % that lies on the other bound, two draws see nothing once in twenty: .224^2 = .05.
    assert seed_interval([1.0, 1.0], bounds=(0, 1)) == pytest.approx((1.0, 0.05**0.5, 1.0))
    assert seed_interval([0.0] * 5, bounds=(0, 100)) == pytest.approx((0.0, 0.0, 100 * (1 - 0.05**0.2)))
    assert seed_interval([0.5, 0.5], bounds=(0, 1)) == Estimate(0.5, 0.5, 0.5)


def test_one_seed_has_no_interval():
    with pytest.raises(ValueError, match="two seeds"):
        seed_interval([0.5])


def test_student_interval_covers_at_its_level():
    rng = np.random.default_rng(1)
    inside = [low <= 5 <= high for _, low, high in (seed_interval(rng.normal(5, 2, 3)) for _ in range(1000))]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)


@pytest.mark.parametrize("seeds", [2, 3, 5, 10])
def test_bounded_interval_covers_at_its_level_near_the_bound(seeds):
    rng = np.random.default_rng(2)
    samples = rng.beta(38, 2, (1000, seeds))
    inside = [low <= 0.95 <= high for _, low, high in (seed_interval(row, bounds=(0, 1)) for row in samples)]
    assert np.mean(inside) >= 0.92


@pytest.mark.parametrize("seeds", [2, 3, 5])
def test_an_interval_of_mostly_zeros_covers(seeds):
    """Four of five values are exactly 0: it held the mean in .33 to .68 once."""
    rng = np.random.default_rng(5)
    samples = rng.random((1000, seeds)) * (rng.random((1000, seeds)) < 0.2)
    inside = [low <= 0.1 <= high for _, low, high in (seed_interval(row, bounds=(0, 1)) for row in samples)]
    assert np.mean(inside) >= 0.92


def test_prediction_by_hand():
    # n = 3, s = 1, t = 9.925 at 99 %: one run lies in t * sqrt(4/3), the mean in t / sqrt(3).
    assert prediction_reach([1.0, 2.0, 3.0], 1) == pytest.approx(9.925 * (4 / 3) ** 0.5, rel=1e-4)
    assert prediction_reach([1.0, 2.0, 3.0], np.inf) == pytest.approx(9.925 / 3**0.5, rel=1e-4)


def test_a_printed_deviation_is_used_as_printed():
    # Welch: variances 1/3 and 4/4, degrees (4/3)^2 / ((1/3)^2/2 + 1/3) = 4.57, rounded down to 4.
    reach = prediction_reach([1.0, 2.0, 3.0], 4, spread=2.0)
    assert reach == pytest.approx(scipy_stats.t.ppf(0.995, 4) * (4 / 3) ** 0.5)
    assert prediction_reach([1.0, 1.0], 4, spread=0.0) == 0


@pytest.mark.parametrize("runs", [1, 5])
@pytest.mark.parametrize("seeds", [2, 3, 5, 20])
def test_a_prediction_holds_at_its_level(runs, seeds):
    rng = np.random.default_rng(3)
    held = [
        abs(rng.normal(0, 1, runs).mean() - values.mean()) <= prediction_reach(values, runs)
        for values in rng.normal(0, 1, (1000, seeds))
    ]
    assert np.mean(held) == pytest.approx(0.99, abs=0.01)


def test_seeds_that_lie_apart_are_found_and_scatter_below_the_resolution_is_none():
    assert apart([0.640, 0.641, 0.30]) == [2]
    assert apart([0.640, 0.30, 0.638, 0.641, 0.31]) == [1, 4]
    assert apart([0.640, 0.641, 0.639, 0.650]) == []
    assert apart([0.640, 0.641, 0.30], resolution=0.05) == []
    assert apart([0.64, 0.30]) == []  # of two, nobody knows which
    assert apart([0.5, 0.5, 0.6]) == []


@pytest.mark.parametrize("seeds", [3, 5, 10, 50])
def test_normal_seeds_are_rarely_called_apart(seeds):
    rng = np.random.default_rng(4)
    assert np.mean([bool(apart(row)) for row in rng.normal(0, 1, (2000, seeds))]) <= 0.026 + 0.007


def test_document_interval_of_a_mean_agrees_with_the_normal_theory():
    values = np.random.default_rng(3).normal(0, 1, 400)
    estimate = document_interval([values])
    reach = 1.96 * scipy_stats.sem(values)
    assert estimate.mean == pytest.approx(values.mean())
    assert estimate.low == pytest.approx(values.mean() - reach, abs=0.15 * reach)
    assert estimate.high == pytest.approx(values.mean() + reach, abs=0.15 * reach)


def test_document_interval_resamples_several_columns_together():
    hits = np.array([1, 0, 1, 1] * 25)
    wrong = 1 - hits

    def share(hits, wrong, axis):
        return hits.sum(axis) / (hits.sum(axis) + wrong.sum(axis))

    estimate = document_interval([hits, wrong], share)
    assert estimate.mean == 0.75
    assert estimate == document_interval([hits])


def test_document_interval_repeats_with_its_seed():
    values = np.arange(30.0)
    assert document_interval([values]) == document_interval([values])
    assert document_interval([values], rng_seed=1) != document_interval([values])


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.49, 0.51, "inside"),
        (0.45, 0.55, "inside"),
        (0.44, 0.51, "overlapping"),
        (0.0, 1.0, "overlapping"),
        (0.551, 0.6, "outside"),
        (0.3, 0.449, "outside"),
        (0.55, 0.6, "overlapping"),
    ],
)
def test_equivalence_of_an_interval(low, high, expected):
    assert equivalence(Estimate((low + high) / 2, low, high), 0.5, 0.05) == expected


def test_an_edge_that_rounding_moves_still_belongs_to_the_tolerance():
    assert equivalence(Estimate(0.3, 0.1 + 0.2, 0.1 + 0.2), 0.25, 0.05) == "inside"


def test_the_edge_gives_way_by_rounding_and_by_nothing_else():
    # 3.5e6 printed with fifteen digits and a difference of 2.2e-6: far outside, 500 times the tolerance.
    value = 3.5e6 - 2.2e-6
    assert equivalence(Estimate(value, value, value), 3.5e6, 5e-9) == "outside"
    one_ulp = np.nextafter(3.5e6, 0)
    assert equivalence(Estimate(one_ulp, one_ulp, one_ulp), 3.5e6, 0.0) == "inside"


def test_seeds_that_change_nothing_are_seen():
    assert seeds_change_nothing([0.5, 0.5])
    assert not seeds_change_nothing([0.5])
    assert not seeds_change_nothing([0.5, 0.5, 0.6])
