"""Class sizes: weights, priors, and Bayes' rule."""

import numpy as np
import pytest
from scipy.stats import norm

from reckon.classification.priors import adjusted, class_weights, log_prior, margins

COUNTS = [400, 100, 25, 4, 1]


@pytest.mark.parametrize("kind", ["none", "inverse_root", "class_balanced"])
def test_weights_have_the_mean_1_and_fall_with_the_size(kind):
    weights = class_weights(COUNTS, kind)
    assert weights.mean() == pytest.approx(1)
    assert np.all(np.diff(weights) >= 0)
    assert (np.ptp(weights) == 0) == (kind == "none")


def test_inverse_roots_and_effective_numbers_are_those_of_the_papers():
    roots = class_weights(COUNTS, "inverse_root")
    assert roots / roots[0] == pytest.approx([1, 2, 4, 10, 20])
    balanced = class_weights([1, 2], "class_balanced", beta=0.5)
    assert balanced[0] / balanced[1] == pytest.approx(1.5)  # effective numbers 1 and 1 + beta


def test_class_balanced_weights_lie_between_none_and_the_inverse_of_the_size():
    assert class_weights(COUNTS, "class_balanced", beta=1e-9) == pytest.approx(1)
    inverse = class_weights(COUNTS, "class_balanced", beta=1 - 1e-9)
    assert inverse / inverse[0] == pytest.approx([400 / n for n in COUNTS], rel=1e-5)


def test_adjusted_scores_are_the_answer_of_bayes_rule_under_equal_priors():
    """Two normal densities of priors 0.9 and 0.1: the known posteriors of one give those of the other."""
    counts = np.array([900, 100])
    x = np.linspace(-4, 6, 101)
    densities = np.stack([norm(0, 1).pdf(x), norm(2, 1).pdf(x)], axis=1)
    joint = densities * counts / counts.sum()
    posterior = np.log(joint / joint.sum(axis=1, keepdims=True))
    equal = np.log(densities / densities.sum(axis=1, keepdims=True))
    assert adjusted(posterior, counts) == pytest.approx(equal)
    # Equal priors cut in the middle of the means; priors of 9 to 1 cut log(9) / 2 further right.
    assert x[adjusted(posterior, counts).argmax(1) == 1].min() == pytest.approx(1.0, abs=0.11)
    assert x[posterior.argmax(1) == 1].min() == pytest.approx(1 + np.log(9) / 2, abs=0.11)


def test_adjustment_of_weight_0_changes_nothing_and_equal_sizes_neither():
    scores = np.log([[0.7, 0.2, 0.1], [0.1, 0.3, 0.6]])
    assert adjusted(scores, [5, 3, 1], tau=0) == pytest.approx(scores)
    assert adjusted(scores, [4, 4, 4], tau=2) == pytest.approx(scores)


def test_priors_sum_to_1_and_margins_go_with_the_fourth_root():
    assert np.exp(log_prior(COUNTS)).sum() == pytest.approx(1)
    assert margins([16, 1], 0.5) == pytest.approx([0.25, 0.5])


@pytest.mark.parametrize("counts", [[], [3, 0]])
def test_a_class_without_a_text_has_no_prior(counts):
    with pytest.raises(ValueError, match="one text at least"):
        log_prior(counts)
