"""How well scores rank a page's candidates: recall at k and the mean reciprocal rank."""

import math
from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray


def gold_ranks(scores: Sequence[ArrayLike], gold: Sequence[Collection[int]]) -> NDArray[np.float64]:
    """Rank, from 1, of the best gold candidate of each page that has one; shape (pages with gold,).

    `scores[i]` holds one score a candidate of page i (-inf: sifted away), `gold[i]` the indices of its gold
    candidates. Equal scores count against us: a scorer that says the same of all ranks gold last.
    A gold candidate that was sifted away has rank inf.
    """
    pairs = zip(scores, gold, strict=True)
    return np.array([_rank(np.asarray(page, dtype=float), right) for page, right in pairs if right])


def recall_at(ranks: ArrayLike, k: int) -> float:
    """Share of pages whose gold candidate is among the first k, in [0, 1]; NaN without pages."""
    ranks = np.asarray(ranks, dtype=float)
    return float(np.mean(ranks <= k)) if ranks.size else math.nan


def mrr(ranks: ArrayLike) -> float:
    """Mean of 1/rank, in [0, 1], where a rank of inf adds 0; NaN without pages."""
    ranks = np.asarray(ranks, dtype=float)
    return float(np.mean(1.0 / ranks)) if ranks.size else math.nan


def _rank(scores: NDArray[np.float64], gold: Collection[int]) -> float:
    right = np.zeros(len(scores), dtype=bool)
    right[list(gold)] = True
    best = scores[right].max()
    return math.inf if best == -math.inf else 1.0 + float(np.sum(scores[~right] >= best))
