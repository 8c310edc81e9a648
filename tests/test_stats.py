import numpy as np
import pytest
from scipy import stats as scipy_stats

from reckon.stats import (
    Estimate,
    document_interval,
    equivalence,
    paired_interval,
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
def test_an_interval_of_a_share_stays_inside_its_bounds(values, bounds):
    student = seed_interval(values)
    assert student.low < bounds[0] or student.high > bounds[1]
    estimate = seed_interval(values, bounds=bounds)
    assert bounds[0] < estimate.low < estimate.mean < estimate.high < bounds[1]


def test_the_bounded_interval_has_the_scale_of_its_unit():
    share = seed_interval([0.90, 0.99, 0.97], bounds=(0, 1))
    percent = seed_interval([90, 99, 97], bounds=(0, 100))
    assert percent == pytest.approx([100 * value for value in share])


def test_all_values_on_a_bound_give_an_interval_of_no_width():
    assert seed_interval([1.0, 1.0], bounds=(0, 1)) == Estimate(1.0, 1.0, 1.0)


def test_one_seed_has_no_interval():
    with pytest.raises(ValueError, match="two seeds"):
        seed_interval([0.5])


def test_student_interval_covers_at_its_level():
    rng = np.random.default_rng(1)
    inside = [low <= 5 <= high for _, low, high in (seed_interval(rng.normal(5, 2, 3)) for _ in range(1000))]
    assert np.mean(inside) == pytest.approx(0.95, abs=0.02)


def test_bounded_interval_covers_at_its_level_near_the_bound():
    rng = np.random.default_rng(2)
    samples = rng.beta(38, 2, (1000, 4))
    inside = [low <= 0.95 <= high for _, low, high in (seed_interval(row, bounds=(0, 1)) for row in samples)]
    assert np.mean(inside) >= 0.93


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


def crossed(rng, seeds, documents, effect, sd_seed, sd_document, sd_rest):
    """A table of differences with an effect of seeds, of documents, and of both together."""
    return (
        effect
        + rng.normal(0, sd_seed, (seeds, 1))
        + rng.normal(0, sd_document, (1, documents))
        + rng.normal(0, sd_rest, (seeds, documents))
    )


@pytest.mark.parametrize(
    ("seeds", "sd_seed", "sd_document"),
    [(2, 0.3, 0.0), (3, 0.3, 0.1), (3, 0.02, 1.0), (5, 0.1, 1.0), (10, 0.3, 1.0)],
)
def test_paired_interval_covers_at_least_at_its_level(seeds, sd_seed, sd_document):
    rng = np.random.default_rng(4)
    tables = (crossed(rng, seeds, 60, 0.2, sd_seed, sd_document, 0.5) for _ in range(300))
    inside = [low <= 0.2 <= high for _, low, high in (paired_interval(t, resamples=400) for t in tables)]
    assert np.mean(inside) >= 0.925  # the standard error of the simulation is 0.013


def test_paired_interval_is_not_wider_than_needed_when_documents_decide():
    table = crossed(np.random.default_rng(5), 5, 400, 0.2, 0.0, 1.0, 0.1)
    _, low, high = paired_interval(table)
    assert high - low == pytest.approx(2 * 1.96 * table.mean(axis=0).std(ddof=1) / 20, rel=0.15)


def test_paired_interval_of_one_seed_resamples_documents():
    table = np.random.default_rng(6).normal(0.1, 1, (1, 500))
    mean, low, high = paired_interval(table)
    assert (low, high) == pytest.approx(document_interval(table)[1:], abs=0.02)
    assert mean == pytest.approx(table.mean())


def test_paired_interval_of_a_constant_difference_has_no_width():
    assert paired_interval(np.full((3, 4), 0.5)) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize("shape", [(0, 4), (3, 1), (4,)])
def test_paired_interval_refuses_other_shapes(shape):
    with pytest.raises(ValueError, match="shape"):
        paired_interval(np.zeros(shape))


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


def test_seeds_that_change_nothing_are_seen():
    assert seeds_change_nothing([0.5, 0.5])
    assert not seeds_change_nothing([0.5])
    assert not seeds_change_nothing([0.5, 0.5, 0.6])
