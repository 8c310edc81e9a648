"""The softmax function and its logarithm, as the slide writes it and as a machine can compute it.

Lecture, "Softmax Function": m₁ = log( exp(t₁) / (exp(t₁) + exp(t₂)) ). As written, exp(t₁) is infinite from
t₁ = 710 on, and m₁ is no number. The same value with the largest score taken out first,

    m_i = t_i − c − log Σ_j exp(t_j − c),   c = max_j t_j,

has no exponential above 1: softmax does not change when all scores are shifted.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray


def softmax(t: ArrayLike) -> NDArray[np.float64]:
    """p_i = exp(t_i) / Σ_j exp(t_j) over the last axis; positive, sums to 1."""
    return np.exp(log_softmax(t))


def log_softmax(t: ArrayLike) -> NDArray[np.float64]:
    """m_i = log p_i over the last axis, finite for all finite scores."""
    shifted = np.asarray(t, float) - np.max(t, axis=-1, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=-1, keepdims=True))


def log_softmax_as_written(t: ArrayLike) -> NDArray[np.float64]:
    """The slide's formula word by word: NaN or -inf where an exponential leaves the range of doubles."""
    with np.errstate(over="ignore", invalid="ignore", divide="ignore", under="ignore"):
        e = np.exp(np.asarray(t, float))
        return np.log(e / np.sum(e, axis=-1, keepdims=True))


def loss_gradient(t: ArrayLike, target: int) -> NDArray[np.float64]:
    """∂(−m_y)/∂t = p − e_y, for the class y = `target`: what flows back from the loss into the scores."""
    gradient = softmax(t)
    gradient[..., target] -= 1.0
    return gradient
