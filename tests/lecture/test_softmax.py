"""log softmax: the slide's formula where doubles allow it, scipy's everywhere, and its gradient."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax as scipy_log_softmax

from reckon.lecture.softmax import log_softmax, log_softmax_as_written, loss_gradient, softmax

SCORES = st.lists(st.floats(-1e3, 1e3), min_size=2, max_size=6)


@given(SCORES)
def test_it_is_what_scipy_computes_and_a_distribution(t):
    np.testing.assert_allclose(log_softmax(t), scipy_log_softmax(t), rtol=1e-12, atol=1e-12)
    assert softmax(t).sum() == pytest.approx(1, abs=1e-12)


def test_every_row_of_the_last_axis_is_a_distribution_of_its_own():
    """Rows so far apart that what is largest in one is nothing beside another."""
    rows = np.array(
        [[[0.0, 1.0, 2.0], [-2000.0, -2001.0, -2000.5]], [[2000.0, 1999.0, 0.0], [3.0, 3.0, 3.0]]]
    )
    np.testing.assert_allclose(log_softmax(rows), scipy_log_softmax(rows, axis=-1), rtol=1e-12)
    np.testing.assert_allclose(softmax(rows).sum(-1), np.ones((2, 2)), atol=1e-12)


@given(SCORES, st.floats(-1e3, 1e3))
def test_a_shift_of_all_scores_changes_nothing(t, shift):
    np.testing.assert_allclose(log_softmax(np.add(t, shift)), log_softmax(t), atol=1e-9)


def test_the_slides_formula_is_the_same_until_an_exponential_leaves_the_doubles():
    for t in (0.0, 1.0, 700.0, 709.0):
        np.testing.assert_allclose(log_softmax_as_written((t, 0.0))[0], log_softmax((t, 0.0))[0], atol=1e-12)
    assert np.isnan(log_softmax_as_written((710.0, 0.0))[0])
    assert log_softmax_as_written((-1000.0, 0.0))[0] == -np.inf
    assert log_softmax((1000.0, 0.0))[0] == 0.0
    assert log_softmax((-1000.0, 0.0))[0] == -1000.0


def test_the_gradient_of_the_loss_is_that_of_central_differences():
    t, step = np.array([0.3, -1.2, 2.0]), 1e-6
    for target in range(3):
        slopes = [
            (log_softmax(t - step * e)[target] - log_softmax(t + step * e)[target]) / (2 * step)
            for e in np.eye(3)
        ]
        np.testing.assert_allclose(loss_gradient(t, target), slopes, atol=1e-9)
        assert loss_gradient(t, target).sum() == pytest.approx(0, abs=1e-15)
