"""Student's distribution against the library's, and what a sample may miss."""

import numpy as np
import pytest
from scipy import stats

from reckon.stats.intervals import needed, unseen
from reckon.stats.student import MOST, quantile, tail


@pytest.mark.parametrize("freedom", [1, 2, 3, 4, 5, 10, 31, 100, 999])
def test_tails_and_quantiles_are_those_of_scipy(freedom):
    for t in (0.0, 0.3, 1.0, 2.5, 9.0, 60.0):
        assert tail(t, freedom) == pytest.approx(2 * stats.t.sf(t, freedom), abs=1e-13)
        assert tail(-t, freedom) == tail(t, freedom)
    for outside in (0.5, 0.05, 0.01, 1e-6):
        assert quantile(outside, freedom) == pytest.approx(stats.t.isf(outside / 2, freedom), rel=1e-6)


def test_more_freedom_than_the_series_is_summed_for_is_taken_as_less():
    assert quantile(0.05, 10**6) == quantile(0.05, MOST) >= stats.norm.isf(0.025)
    assert tail(np.inf, 3) == 0


def test_what_a_sample_misses():
    assert unseen(59) < 0.05 < unseen(58)
    assert (needed(0.05), needed(0.1)) == (59, 29)
    assert 0.95**59 < 0.05 < 0.95**58
