"""Losses for a long tail: one value a text, from logits z[text, class] and the true class y[text].

The mean over a batch is the caller's. Sizes, weights and margins of classes are those of `priors`.
"""

import torch
from numpy.typing import ArrayLike
from torch import Tensor
from torch.nn.functional import cross_entropy

from reckon.classification.priors import Weighting, class_weights, log_prior, margins


def focal(logits: Tensor, target: Tensor, *, gamma: float = 2.0, weights: ArrayLike | None = None) -> Tensor:
    """−α_y (1 − p_y)^γ log p_y, p = softmax(z) (Lin et al. 2017, "Focal loss", eq. 5), γ >= 0.

    `weights` are α by class; none: 1. γ = 0 is cross-entropy. Its gradient by z_k is
    α_y (1 − p_y)^(γ−1) (γ p_y log p_y − (1 − p_y)) (1[k = y] − p_k).
    """
    log_p = torch.log_softmax(logits, -1).gather(-1, target[:, None]).squeeze(-1)
    # 1 - p without cancellation; a power below 1 has no derivative at 0.
    rest = (-torch.expm1(log_p)).clamp_min(torch.finfo(logits.dtype).tiny)
    alpha = 1.0 if weights is None else torch.as_tensor(weights).to(logits)[target]
    return -alpha * rest**gamma * log_p


def logit_adjusted(logits: Tensor, target: Tensor, counts: ArrayLike, *, tau: float = 1.0) -> Tensor:
    """Cross-entropy of z + τ log π (Menon et al. 2021, eq. 10): the prior is taken out while training.

    What is trained answers with argmax z.
    """
    return cross_entropy(
        logits + tau * torch.as_tensor(log_prior(counts)).to(logits), target, reduction="none"
    )


def balanced_softmax(logits: Tensor, target: Tensor, counts: ArrayLike) -> Tensor:
    """−log(n_y exp z_y / Σ_j n_j exp z_j) (Ren et al. 2020, eq. 4).

    n and π differ by a factor that cancels: it is the logit-adjusted loss at τ = 1, under its other name.
    """
    return logit_adjusted(logits, target, counts, tau=1.0)


def ldam(
    cosines: Tensor,
    target: Tensor,
    counts: ArrayLike,
    *,
    largest: float = 0.5,
    scale: float = 30.0,
    weights: ArrayLike | None = None,
) -> Tensor:
    """Cross-entropy of s (z − Δ_y e_y) (Cao et al. 2019, "LDAM", eq. 13): a margin that rare classes need.

    `cosines` are z in [−1, 1], of normalised features and class vectors; `weights` are those of
    `deferred_weights`.
    """
    margin = torch.as_tensor(margins(counts, largest)).to(cosines)[target]
    shifted = cosines.scatter_add(-1, target[:, None], -margin[:, None])
    alpha = 1.0 if weights is None else torch.as_tensor(weights).to(cosines)[target]
    return alpha * cross_entropy(scale * shifted, target, reduction="none")


def deferred_weights(
    counts: ArrayLike, *, done: float, start: float = 0.8, kind: Weighting = "class_balanced"
) -> ArrayLike:
    """Weights of classes at the share `done` of the training: 1 up to `start`, then those of `kind`.

    Deferred re-weighting (Cao et al. 2019, algorithm 1): features are learned from the data as they are.
    """
    return class_weights(counts, kind if done >= start else "none")
