"""Differences over seeds and clusters: worked cases, what is doubted, coverage and bounds."""

import math

import numpy as np
import pytest

from reckon.stats.crossed import MANY, SKEWNESS, _noise, compare, compare_seeds, paired_interval


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
    tables = (crossed(rng, seeds, 60, 0.2, sd_seed, sd_document, 0.5) for _ in range(500))
    inside = [low <= 0.2 <= high for _, low, high in map(paired_interval, tables)]
    assert np.mean(inside) >= 0.95


def test_one_value_a_seed_by_hand():
    # Mean 2, s = 1, n = 3, t = 4.302653, widened for skewness by 1 + 4 / sqrt(3).
    found = compare_seeds([1.0, 2.0, 3.0])
    reach = 4.302653 / 3**0.5 * (1 + SKEWNESS / 3**0.5)
    assert found.estimate == pytest.approx((2, 2 - reach, 2 + reach), rel=1e-6)
    assert (found.clusters, found.freedom, found.doubt) == (0, 2, "")
    assert found.detectable > reach
    assert math.isnan(compare_seeds([1.0]).estimate.low)


@pytest.mark.parametrize(("seeds", "groups", "size"), [(2, 5, 1), (3, 4, 2), (5, 3, 4), (4, 2, 3)])
def test_what_chance_leaves_is_the_variance_of_a_mean_drawn_by_seed_and_cluster(seeds, groups, size):
    """Equal clusters: the mean square of the rest of an analysis of variance, over seeds x clusters."""
    table = np.random.default_rng(10).normal(0, 1, (seeds, groups * size))
    cells = table.reshape(seeds, groups, size).mean(axis=2)
    rest = cells - cells.mean(axis=0) - cells.mean(axis=1)[:, None] + cells.mean()
    square = (rest**2).sum() / ((seeds - 1) * (groups - 1))
    assert _noise(table, np.arange(groups).repeat(size)) == pytest.approx(square / (seeds * groups))


def test_clusters_that_repeat_a_document_count_once():
    """Four copies of each document say no more than the document: the same interval, up to n."""
    rng = np.random.default_rng(5)
    table = rng.normal(0.1, 1, (1, 80))
    once, copied = compare(table), compare(table.repeat(4, axis=1), np.arange(80).repeat(4))
    assert (once.clusters, copied.clusters) == (80, 80)
    assert copied.estimate == pytest.approx(once.estimate)
    alone = compare(table.repeat(4, axis=1)).estimate
    assert alone.high - alone.low < 0.6 * (once.estimate.high - once.estimate.low)


def test_unlike_clusters_count_as_fewer():
    rng = np.random.default_rng(6)
    table = rng.normal(0, 1, (1, 100))
    unlike = np.r_[np.zeros(91, int), np.arange(1, 10)]
    assert compare(table, unlike).freedom == 1  # 100^2 / (91^2 + 9) = 1.2 clusters
    assert compare(table, np.arange(100) // 10).freedom == 9


def test_one_cluster_has_no_interval():
    found = compare(np.zeros((3, 4)) + np.arange(4), ["a"] * 4)
    assert math.isnan(found.estimate.low)
    assert "one cluster" in found.doubt


@pytest.mark.parametrize("level", [1.0, -1.0])
def test_no_interval_of_a_difference_of_shares_leaves_its_bounds(level):
    rng = np.random.default_rng(7)
    table = level * (rng.random((2, 4)) < 0.7)
    free, bound = compare(table).estimate, compare(table, bounds=(-1, 1)).estimate
    assert free.high > 1 or free.low < -1
    assert -1 <= bound.low <= bound.mean <= bound.high <= 1


def test_seeds_and_clusters_of_another_kind_are_doubted():
    table = np.random.default_rng(8).normal(0.2, 0.1, (5, 200))
    assert compare(table).doubt == ""
    fallen = table - np.array([0, 0, 0, 0, 5])[:, None]
    assert "1 of 5 seeds lie apart (-4.81; the median is 0.198): a collapse?" in compare(fallen).doubt
    assert "is the seed wired?" in compare(np.tile(table[0], (3, 1))).doubt
    rare = np.full((3, 200), 0.02) + np.random.default_rng(9).normal(0, 0.001, (3, 200))
    rare[:, 7] = -1
    assert "one of 200 clusters carries 99% of their scatter" in compare(rare).doubt


QUARTER = [4, -3, -3, 3, 3, -2, -2, 1, 1, -1, -1]  # mean 0; 4 carries 16 of 64


@pytest.mark.parametrize(
    ("differences", "clusters", "doubted"),
    [(QUARTER, MANY, False), ([*QUARTER[:-3], -1], MANY, True), ([*QUARTER[:-3], -1], MANY - 1, False)],
)
def test_a_cluster_is_doubted_that_carries_more_than_a_quarter_of_many(differences, clusters, doubted):
    table = np.zeros((1, clusters))
    table[0, : len(differences)] = differences
    assert ("carries" in compare(table).doubt) == doubted


def test_a_constant_difference_has_no_width():
    assert paired_interval(np.full((3, 4), 0.5)) == (0.5, 0.5, 0.5)


@pytest.mark.parametrize("shape", [(0, 4), (3, 1), (4,)])
def test_other_shapes_are_refused(shape):
    with pytest.raises(ValueError, match="shape"):
        paired_interval(np.zeros(shape))


def test_values_that_are_no_numbers_and_missing_clusters_are_refused():
    with pytest.raises(ValueError, match="finite"):
        compare([[0.1, math.nan]])
    with pytest.raises(ValueError, match="3 clusters for 2 documents"):
        compare([[0.1, 0.2]], ["a", "b", "c"])
