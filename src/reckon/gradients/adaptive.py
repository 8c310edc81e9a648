"""Probes where they are needed: more of them for words whose pairs cannot be told apart yet."""

from collections.abc import Callable

import numpy as np

from reckon.gradients.estimators import Samples

SEPARATION = 2.0  # standard errors of the difference between neighbours in the ranking


def until_separated(
    draw: Callable[[dict[int, int]], None],
    samples: Samples,
    wanted: list[int],
    *,
    first: int,
    most: int,
    top: int,
) -> int:
    """Draw until the order of the `top` pairs is separated; return how many comparisons stay open.

    `draw({word: number})` adds samples of squared Frobenius norms. Every word in `wanted` gets `first`
    probes; then the words of pairs that are not SEPARATION standard errors from their neighbour, or, below
    the top, from the last of it, get as many again as they have, up to `most` a word. Pairs that are equal
    are never separated: the bound stops them.
    """
    draw(dict.fromkeys(wanted, first))
    while True:
        pairs = open_pairs(samples, top)
        asked = sorted(set(wanted) & set(pairs.ravel().tolist()))
        short = {j: int(min(samples.n[j], most - samples.n[j])) for j in asked if samples.n[j] < most}
        if not short:
            return len(pairs) // 2
        draw(short)


def open_pairs(samples: Samples, top: int) -> np.ndarray:
    """(2 x comparisons, 2) the pairs of words on both sides of every comparison that is not settled yet."""
    n, mean, error = samples.pooled()
    i, j = np.triu_indices(len(mean), 1)
    i, j = i[n[i, j] > 0], j[n[i, j] > 0]
    # Of a root: the standard error shrinks by the derivative 1 / (2 sqrt x).
    norm = np.sqrt(mean[i, j])
    spread = np.divide(error[i, j], 2 * norm, out=np.zeros_like(norm), where=norm > 0)
    order = np.argsort(-norm, kind="stable")
    upper, lower = order[:top], order[1 : top + 1]
    upper = upper[: len(lower)]
    if len(order) > top:
        below = order[top + 1 :]
        upper = np.concatenate([upper, np.full(len(below), order[top - 1])])
        lower = np.concatenate([lower, below])
    gap = norm[upper] - norm[lower]
    unsettled = gap < SEPARATION * np.hypot(spread[upper], spread[lower])
    places = np.stack([upper[unsettled], lower[unsettled]], axis=1).ravel()
    return np.stack([i[places], j[places]], axis=1)
