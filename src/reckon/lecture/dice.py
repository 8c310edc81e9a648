"""Neutralise the dice: a loaded die made fair by gradient descent.

The slide's picture is lost, its title is all that the text has; this is our reading of it. The die is
p = softmax(z); what is minimised is its divergence from the fair die of n faces,

    L(z) = KL(p ‖ 1/n) = Σ_i p_i log(n p_i),   ∂L/∂z_k = p_k ( log(n p_k) − L ),

and L = 0 only where all faces are equally likely.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.lecture.softmax import softmax


class Throw(NamedTuple):
    """The die after some steps: probabilities of its faces, and the divergence from a fair one in nats."""

    p: NDArray[np.float64]
    divergence: float


def divergence(p: NDArray[np.float64]) -> float:
    """KL(p ‖ 1/n) in nats, from 0 (fair) to log n (always the same face); all p > 0."""
    return float(np.sum(p * np.log(len(p) * p)))


def gradient(z: NDArray[np.float64]) -> NDArray[np.float64]:
    """∂L/∂z at the logits z."""
    p = softmax(z)
    return p * (np.log(len(p) * p) - divergence(p))


def neutralised(weights: ArrayLike, steps: int, rate: float = 1.0) -> Iterator[Throw]:
    """Yield the die with p ∝ `weights` (all > 0), and after each of `steps` steps z ← z − rate · ∂L/∂z."""
    z = np.log(np.asarray(weights, float))
    for step in range(steps + 1):
        p = softmax(z)
        yield Throw(p, divergence(p))
        if step < steps:
            z = z - rate * gradient(z)
