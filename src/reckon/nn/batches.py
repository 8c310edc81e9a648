"""Batches of sequences of like length under a token budget, in an order fixed by the seed."""

from collections.abc import Sequence

import numpy as np

# Sequences are sorted by length within pools of this many batches: little padding, still a random order.
_POOL_BATCHES = 32


def length_batches(
    lengths: Sequence[int] | np.ndarray, tokens_per_batch: int, rng: np.random.Generator | None = None
) -> list[np.ndarray]:
    """Split indices 0..n-1 into batches whose padded size (longest × count) is at most `tokens_per_batch`.

    Without `rng` the whole set is sorted by length, longest first (inference: the largest batch comes
    first, so that memory runs out at once or never). With it, indices are shuffled, sorted by length
    within pools, cut, and the batches shuffled.

    A sequence longer than the budget makes a batch of its own.
    """
    lengths = np.asarray(lengths, dtype=np.int64)
    if rng is None:
        order = np.argsort(-lengths, kind="stable")
        return _cut(order, lengths, tokens_per_batch)
    order = rng.permutation(len(lengths))
    mean = max(1.0, float(lengths.mean())) if len(lengths) else 1.0
    pool = max(1, int(_POOL_BATCHES * tokens_per_batch / mean))
    batches: list[np.ndarray] = []
    for start in range(0, len(order), pool):
        part = order[start : start + pool]
        batches += _cut(part[np.argsort(-lengths[part], kind="stable")], lengths, tokens_per_batch)
    return [batches[i] for i in rng.permutation(len(batches))]


def _cut(order: np.ndarray, lengths: np.ndarray, tokens_per_batch: int) -> list[np.ndarray]:
    """Cut an order of falling lengths: a batch's first sequence is its longest."""
    batches, start = [], 0
    while start < len(order):
        count = max(1, tokens_per_batch // max(1, int(lengths[order[start]])))
        batches.append(order[start : start + count])
        start += count
    return batches


def padded(rows: Sequence[np.ndarray], fill: int = 0) -> np.ndarray:
    """Stack rows of integers into (len(rows), longest), filled up at the end with `fill`; int64."""
    out = np.full((len(rows), max(map(len, rows))), fill, dtype=np.int64)
    for i, row in enumerate(rows):
        out[i, : len(row)] = row
    return out
