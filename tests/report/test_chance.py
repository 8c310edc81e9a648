"""What chance can do to a claim: p by hand, Holm against the library, what is detectable."""

import math

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from reckon.report.chance import hidden, holm, p_value, smallest_effect
from reckon.stats.crossed import compare
from reckon.tables.effects import WHOLE, Effect


def effect(mean, low, high, *, seeds=3, clusters=200, unit="1", cluster="page", **more):
    where = ("demo", "m", seeds, 200, mean, low, high, "a.csv", cluster, clusters)
    return Effect("qa", "a - b", "F1", unit, *where, **more)


@pytest.mark.parametrize("rng_seed", range(5))
def test_holm_is_that_of_statsmodels(rng_seed):
    values = np.random.default_rng(rng_seed).random(12) ** 3
    assert holm(values.tolist()) == pytest.approx(multipletests(values, method="holm")[1])
    assert holm([]) == []


def test_p_is_five_percent_where_the_interval_ends_at_the_margin():
    found = effect(0.2, 0.1, 0.4, freedom=7)
    assert p_value(found, 0.1) == pytest.approx(0.05)
    assert p_value(found, 0.4) == pytest.approx(0.05)
    t = stats.t.isf(0.025, 7)
    assert p_value(found, 0.0) == pytest.approx(2 * stats.t.sf(2 * t, 7))
    assert p_value(found, 0.2) == 1


def test_without_chance_or_interval_there_is_no_p():
    assert p_value(effect(0.2, 0.2, 0.2, seeds=0), 0.0) is None
    assert p_value(effect(0.2, math.nan, math.nan), 0.0) is None


def test_an_effect_without_freedom_has_that_of_its_seeds():
    assert p_value(effect(0.2, 0.1, 0.3), 0.0) == p_value(effect(0.2, 0.1, 0.3, freedom=2), 0.0)


def test_what_is_detectable_is_found_in_four_of_five_studies():
    """All normal, ten seeds: an effect of that size is supported in 80 %, give or take the widening."""
    rng = np.random.default_rng(2)

    def study(size):
        return size + rng.normal(0, 0.3, (10, 1)) + rng.normal(0, 1, (1, 200)) + rng.normal(0, 1, (10, 200))

    sizes = [compare(study(0)).detectable for _ in range(100)]
    size = float(np.median(sizes))
    found = np.mean([compare(study(size)).estimate.low > 0 for _ in range(300)])
    assert 0.7 <= found <= 0.9


def test_what_clusters_may_hide_adds_to_what_is_detectable():
    free = smallest_effect(effect(0.2, 0.1, 0.3, detectable=0.15))
    bound = smallest_effect(effect(0.2, 0.1, 0.3, detectable=0.15, unit="share"))
    assert free == 0.15
    assert bound == pytest.approx((0.15 + (1 - 0.05 ** (1 / 200))) / 0.05 ** (1 / 200))
    assert math.isnan(smallest_effect(effect(0.2, math.nan, math.nan, seeds=1)))


def test_percent_are_bound_by_a_hundred():
    assert hidden(effect(20, 10, 30, unit="%", clusters=19), 0.0)
    assert not hidden(effect(50, 30, 70, unit="%", clusters=19), 0.0)
    assert not hidden(effect(20, 10, 30, unit="%", clusters=0, cluster=WHOLE), 0.0)
