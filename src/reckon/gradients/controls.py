"""Null controls: what the mean over "essential" words would be if they were essential for another reason.

Essential words are content words, rarer than the others, and stand in certain sentences. A mean over
them says nothing before it is held against words chosen blindly, with the same counts, and against
words of the same frequency that no annotator marked.
"""

from collections import Counter
from collections.abc import Iterable

import numpy as np

Arrays = list[np.ndarray]


def random_means(values: np.ndarray, mask: np.ndarray, sentences: np.ndarray) -> float:
    """Expected mean over a random mask with as many tokens in each sentence; exact, nothing is drawn."""
    means = [values[sentences == s].mean() for s in sentences[mask]]
    return float(np.mean(means))


def frequency_classes(ids: Iterable[list[int]]) -> dict[int, int]:
    """Class of every token: floor(log2(1 + count)) in these sequences; a token not seen has class 0."""
    counts = Counter(i for row in ids for i in row)
    return {token: int(np.log2(1 + count)) for token, count in counts.items()}


def matched_means(values: Arrays, masks: Arrays, sentences: Arrays, kinds: Arrays) -> list[float]:
    """Expected mean over tokens of the same kind (frequency class) that are not essential, by pair.

    Values are taken relative to their pair's mean, averaged over all tokens that are not essential in any
    pair, by sentence and kind; each essential token of a pair is given the average of its own sentence
    and kind, times the pair's mean. Where a kind has no such token, the nearest kind stands in.
    """
    scales = [v.mean() or 1.0 for v in values]
    relative = np.concatenate([v / scale for v, scale in zip(values, scales, strict=True)])
    mask, sentence, kind = (np.concatenate(column) for column in (masks, sentences, kinds))
    table: dict[tuple[int, int], float] = {}
    for s in (0, 1):
        others = (sentence == s) & ~mask
        known = {int(k): float(relative[others & (kind == k)].mean()) for k in np.unique(kind[others])}
        for k in np.unique(kind):
            nearest = min(known, key=lambda other: (abs(other - k), other), default=None)
            table[s, int(k)] = 1.0 if nearest is None else known[nearest]
    return [
        float(scale * np.mean([table[int(s), int(k)] for s, k in zip(ss[m], ks[m], strict=True)]))
        for scale, m, ss, ks in zip(scales, masks, sentences, kinds, strict=True)
    ]
