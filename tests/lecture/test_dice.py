"""The loaded die: its gradient against differences, its path against torch's, its end a fair die."""

from itertools import pairwise

import numpy as np
import pytest

from reckon.lecture.dice import divergence, gradient, neutralised
from reckon.lecture.softmax import softmax

WEIGHTS = [1, 2, 3, 4, 5, 6]


def test_the_divergence_is_0_for_a_fair_die_and_log_n_for_a_fixed_one():
    assert divergence(np.full(6, 1 / 6)) == pytest.approx(0, abs=1e-15)
    assert divergence(np.array([1 - 5e-12, *[1e-12] * 5])) == pytest.approx(np.log(6), abs=1e-9)


def test_the_gradient_is_that_of_central_differences():
    z, step = np.log(WEIGHTS), 1e-6
    slopes = [
        (divergence(softmax(z + step * e)) - divergence(softmax(z - step * e))) / (2 * step)
        for e in np.eye(6)
    ]
    np.testing.assert_allclose(gradient(z), slopes, atol=1e-9)


def test_every_step_makes_it_fairer_until_it_is():
    throws = list(neutralised(WEIGHTS, steps=400))
    assert len(throws) == 401
    found = [throw.divergence for throw in throws]
    assert all(later < earlier for earlier, later in pairwise(found) if earlier > 1e-12)
    np.testing.assert_allclose(throws[0].p, np.array(WEIGHTS) / 21, atol=1e-15)
    np.testing.assert_allclose(throws[-1].p, np.full(6, 1 / 6), atol=1e-6)


def test_the_path_is_that_of_plain_gradient_descent_in_torch():
    import torch

    z = torch.log(torch.tensor(WEIGHTS, dtype=torch.float64)).requires_grad_()
    optimizer = torch.optim.SGD([z], lr=1.0)
    for throw in neutralised(WEIGHTS, steps=5):
        p = torch.softmax(z, 0)
        loss = (p * (6 * p).log()).sum()
        assert throw.divergence == pytest.approx(loss.item(), abs=1e-14)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
