"""What class sizes n_y say: priors, weights, margins, and scores that are freed of the prior.

With π_y = n_y / n, the scores of a classifier that was trained on a long tail hold log π_y. Menon et al.
2021, "Long-tail learning via logit adjustment", take it out: the class of least balanced error is
argmax_y f_y(x) − τ log π_y (eq. 9), for τ = 1 the answer of Bayes' rule under equal priors.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Weighting = Literal["none", "inverse_root", "class_balanced"]


def class_weights(counts: ArrayLike, kind: Weighting, *, beta: float = 0.999) -> NDArray[np.float64]:
    """Weights α of classes of the sizes `counts`, of mean 1.

    `none`: 1; `inverse_root`: ∝ n_y^(−1/2); `class_balanced`: ∝ (1 − β) / (1 − β^n_y), the inverse of the
    effective number (Cui et al. 2019, "Class-balanced loss", eq. 2), 0 < β < 1: from 1 to 1 / n_y.
    Raises `ValueError` for a size below 1.
    """
    n = _sizes(counts)
    raw = {
        "none": np.ones_like(n),
        "inverse_root": n**-0.5,
        "class_balanced": (1 - beta) / -np.expm1(n * np.log(beta)),
    }[kind]
    weights: NDArray[np.float64] = raw / raw.mean()
    return weights


def log_prior(counts: ArrayLike) -> NDArray[np.float64]:
    """The log prior log(n_y / n) of classes of these sizes; raises `ValueError` for a size below 1."""
    n = _sizes(counts)
    return np.log(n / n.sum())


def adjusted(scores: ArrayLike, counts: ArrayLike, tau: float = 1.0) -> NDArray[np.float64]:
    """Log-probabilities `scores[text, class]` without τ times the log prior, as log-probabilities again."""
    shifted = np.asarray(scores, float) - tau * log_prior(counts)
    highest = shifted.max(axis=-1, keepdims=True)
    return shifted - highest - np.log(np.exp(shifted - highest).sum(axis=-1, keepdims=True))


def margins(counts: ArrayLike, largest: float = 0.5) -> NDArray[np.float64]:
    """Margins Δ_y ∝ n_y^(−1/4) of LDAM (Cao et al. 2019, eq. 13), the rarest class having the `largest`."""
    fourth_root = _sizes(counts) ** -0.25
    return largest * fourth_root / fourth_root.max()


def _sizes(counts: ArrayLike) -> NDArray[np.float64]:
    sizes = np.asarray(counts, float)
    if sizes.size == 0 or sizes.min() < 1:
        raise ValueError("every class needs one text at least; leave out the others before")
    return sizes
