"""The two thresholds, long and short, that maximise the combined micro F1: an exact search.

F1 of a pair of thresholds is a ratio of sums over rows,
    F1(l, s) = (N_long(l) + N_short(s)) / (D_long(l) + D_short(s)),   N = 2 TP,  D = 2 TP + FP + FN,
so that Dinkelbach's method applies: for a trial value q the maximum of N - q D splits into one maximum a
task; it is 0 exactly at the best q, and otherwise its maximiser is a better trial value. With q = a / b in
integers every step is exact, and the few steps cost O(n) each after one sort.
Source: W. Dinkelbach, "On nonlinear fractional programming", Management Science 13 (1967) 492-498.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reckon.qa.kaggle_f1 import Wrong, outcomes, row_counts
from reckon.qa.labels import VOTES, Gold, Outcomes, Predictions


class Best(NamedTuple):
    """Thresholds (an answer is given when its score is at least this; inf: always blank) and their F1."""

    long: float
    short: float
    f1: float


def best_thresholds(gold: Gold, answers: Predictions, *, wrong: Wrong = "fp", votes: int = VOTES) -> Best:
    """Best thresholds on these questions; of equal F1 the largest of both. `InputError` if the ids differ."""
    return best_of(*outcomes(gold, answers, votes=votes), wrong=wrong)


def best_of(long: Outcomes, short: Outcomes, *, wrong: Wrong = "fp") -> Best:
    """Best thresholds of the outcomes of the two kinds of rows.

    The pairs of equal F1 are all combinations of a best long with a best short threshold, so that
    the largest of each is well defined.
    """
    tasks = [_curve(kind, wrong) for kind in (long, short)]
    above, below = 0, 1  # the trial value q
    while True:
        # Thresholds fall along each curve, so the first maximum is the largest threshold.
        picks = [int(np.argmax(below * n - above * d)) for _, n, d in tasks]
        n_sum = sum(int(n[at]) for (_, n, _), at in zip(tasks, picks, strict=True))
        d_sum = sum(int(d[at]) for (_, _, d), at in zip(tasks, picks, strict=True))
        if below * n_sum - above * d_sum <= 0:
            thresholds = [float(t[at]) for (t, _, _), at in zip(tasks, picks, strict=True)]
            return Best(thresholds[0], thresholds[1], above / below)
        above, below = n_sum, d_sum


def _curve(kind: Outcomes, wrong: Wrong) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
    """Thresholds, falling from inf over every distinct score of an answer, and N and D at each."""
    blank = row_counts(kind, math.inf, wrong)
    change = (row_counts(kind, -math.inf, wrong) - blank)[kind.answered]
    score = kind.score[kind.answered]
    order = np.argsort(-score, kind="stable")
    score = score[order]
    last = np.ones(len(score), dtype=bool)
    last[:-1] = score[1:] != score[:-1]
    grown = np.cumsum(change[order], axis=0)[last]
    tp, fp, fn = (blank.sum(axis=0) + np.concatenate([np.zeros((1, 3), dtype=np.int64), grown])).T
    return np.concatenate([[math.inf], score[last]]), 2 * tp, 2 * tp + fp + fn
