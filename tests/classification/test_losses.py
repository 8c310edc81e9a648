"""Losses for a long tail: identities, closed forms, and Bayes' rule."""

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from reckon.classification.losses import balanced_softmax, deferred_weights, focal, ldam, logit_adjusted
from reckon.classification.priors import class_weights

COUNTS = [50, 20, 5, 1]


@pytest.fixture
def batch():
    torch.manual_seed(16)
    return 3 * torch.randn(32, 4, dtype=torch.float64), torch.arange(32) % 4


@pytest.mark.parametrize("scale", [1, 1e3])
def test_focal_loss_without_focus_is_cross_entropy(batch, scale):
    logits, target = batch[0] * scale, batch[1]
    expected = cross_entropy(logits, target, reduction="none")
    assert torch.allclose(focal(logits, target, gamma=0), expected, rtol=0, atol=1e-7)


@pytest.mark.parametrize("gamma", [0, 0.5, 1, 2, 5])
@pytest.mark.parametrize("kind", ["none", "inverse_root", "class_balanced"])
def test_the_gradient_of_focal_loss_is_its_closed_form(batch, gamma, kind):
    logits, target = batch
    logits.requires_grad_()
    weights = class_weights(COUNTS, kind)
    focal(logits, target, gamma=gamma, weights=weights).sum().backward()
    p = torch.softmax(logits.detach(), -1)
    y = p.gather(-1, target[:, None])
    truth = torch.nn.functional.one_hot(target, 4)
    alpha = torch.as_tensor(weights)[target][:, None]
    expected = alpha * (1 - y) ** (gamma - 1) * (gamma * y * y.log() - (1 - y)) * (truth - p)
    assert torch.allclose(logits.grad, expected, rtol=1e-9, atol=1e-12)


def test_focal_loss_of_a_certain_answer_has_a_finite_gradient():
    logits = torch.tensor([[1e4, 0.0]], requires_grad=True)
    focal(logits, torch.tensor([0]), gamma=0.5).sum().backward()
    assert torch.equal(logits.grad, torch.zeros(1, 2))


def test_focal_loss_falls_with_the_focus_and_most_where_the_answer_is_sure(batch):
    logits, target = batch
    ratio = focal(logits, target, gamma=2) / focal(logits, target, gamma=0)
    p = torch.softmax(logits, -1).gather(-1, target[:, None]).squeeze(-1)
    assert torch.allclose(ratio, (1 - p) ** 2)


def test_balanced_softmax_is_its_own_formula_and_logit_adjustment_at_1(batch):
    logits, target = batch
    n = torch.tensor(COUNTS, dtype=torch.float64)
    weighted = n * logits.exp()
    expected = -(weighted.gather(-1, target[:, None]).squeeze(-1) / weighted.sum(-1)).log()
    assert torch.allclose(balanced_softmax(logits, target, COUNTS), expected)
    assert torch.allclose(logit_adjusted(logits, target, COUNTS, tau=1), expected)
    plain = cross_entropy(logits, target, reduction="none")
    assert torch.allclose(logit_adjusted(logits, target, COUNTS, tau=0), plain)


def test_what_the_adjusted_loss_learns_is_bayes_rule_under_equal_priors():
    """One feature of two values; P(x | y) and the priors are known, the training set holds them exactly."""
    likelihood = np.array([[0.8, 0.2], [0.3, 0.7]])  # [class, value]
    counts = np.array([900, 100])
    weights = torch.as_tensor(likelihood * counts[:, None]).T  # [value, class]: so many texts
    logits = torch.zeros(2, 2, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([logits], max_iter=200, tolerance_grad=1e-10)

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        each = [logit_adjusted(logits, torch.tensor([y, y]), counts) * weights[:, y] for y in (0, 1)]
        total = sum(each).sum() / weights.sum()
        total.backward()
        return total

    optimizer.step(loss)
    learned = torch.softmax(logits.detach(), -1).numpy()
    assert learned == pytest.approx((likelihood / likelihood.sum(0)).T, abs=1e-5)


def test_ldam_without_margin_is_scaled_cross_entropy_and_its_margin_raises_the_loss(batch):
    cosines, target = torch.tanh(batch[0]), batch[1]
    plain = cross_entropy(30 * cosines, target, reduction="none")
    assert torch.allclose(ldam(cosines, target, COUNTS, largest=0), plain)
    mild = [ldam(cosines, target, COUNTS, largest=largest, scale=3) for largest in (0, 0.5)]
    assert torch.all(mild[1] > mild[0])


def test_ldam_takes_the_margin_from_the_true_class_alone():
    cosines, target = torch.tensor([[0.5, 0.1]], dtype=torch.float64), torch.tensor([0])
    expected = cross_entropy(torch.tensor([[2 * (0.5 - 0.25), 0.2]], dtype=torch.float64), target)
    assert ldam(cosines, target, [16, 1], scale=2).item() == pytest.approx(expected.item())
    weighted = ldam(cosines, target, [16, 1], scale=2, weights=[3.0, 1.0])
    assert weighted.item() == pytest.approx(3 * expected.item())


def test_weights_are_deferred():
    assert deferred_weights(COUNTS, done=0.79) == pytest.approx(1)
    assert deferred_weights(COUNTS, done=0.8) == pytest.approx(class_weights(COUNTS, "class_balanced"))
