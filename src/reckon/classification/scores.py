"""Scores of a classifier on a long tail, and how far its probabilities can be trusted.

`truth[text]` is the class from 0, or `UNKNOWN` for a label that training lacks: no system can be right on it,
and it counts. `log_p[text, class]` are log-probabilities.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.stats.intervals import Estimate, document_interval

UNKNOWN = -1
FEW = 20  # a class of fewer training texts is rare, by the deck's authors' count
_BINS = 15  # Guo et al. 2017


def summary(truth: ArrayLike, log_p: ArrayLike, sizes: Sequence[int]) -> dict[str, float]:
    """Accuracy, macro F1, balanced accuracy, accuracy by size of class, recall@1 to 5; all shares.

    `head`, `middle`, `tail` are the thirds of the classes by `sizes` in training, `rare` classes of
    fewer than 20; NaN where no text is of such a class. Macro F1 is the mean over classes that are true or
    predicted.
    """
    from sklearn.metrics import f1_score, recall_score

    truth, log_p = np.asarray(truth), np.asarray(log_p, float)
    predicted = log_p.argmax(1)
    right = predicted == truth
    groups = {**thirds(sizes), "rare": [c for c, n in enumerate(sizes) if n < FEW]}
    rank = ranks(truth, log_p)
    return {
        "accuracy": float(right.mean()),
        "macro_f1": float(f1_score(truth, predicted, average="macro", zero_division=0)),
        "balanced_accuracy": float(
            recall_score(truth, predicted, labels=np.unique(truth), average="macro", zero_division=0)
        ),
        **{name: _mean(right[np.isin(truth, classes)]) for name, classes in groups.items()},
        **{f"recall_at_{k}": float((rank <= k).mean()) for k in range(1, 6)},
    }


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if len(values) else float("nan")


def thirds(sizes: Sequence[int]) -> dict[str, list[int]]:
    """Classes from the largest to the smallest in three parts, the middle taking what is left over."""
    order = np.argsort(-np.asarray(sizes), kind="stable").tolist()
    third = len(order) // 3
    cut = len(order) - third
    return {"head": order[:third], "middle": order[third:cut], "tail": order[cut:]}


def ranks(truth: ArrayLike, log_p: ArrayLike) -> NDArray[np.float64]:
    """Rank of the true class from 1, the first of equal scores first; infinite for an unknown label."""
    truth, log_p = np.asarray(truth), np.asarray(log_p, float)
    own = np.take_along_axis(log_p, np.maximum(truth, 0)[:, None], 1)
    before = (log_p > own) | ((log_p == own) & (np.arange(log_p.shape[1]) < truth[:, None]))
    return np.where(truth == UNKNOWN, np.inf, 1.0 + before.sum(1))


def calibration_error(truth: ArrayLike, log_p: ArrayLike) -> Estimate:
    """Expected calibration error with its bootstrap interval over texts (Guo et al. 2017, eq. 5).

    Σ_b |Σ_{i in b} (right_i − confidence_i)| / n over 15 bins of equal width of the confidence max p.
    Resampling can only add scatter, so that the interval lies on the high side where the error is small.
    """
    p = np.exp(np.asarray(log_p, float))
    confidence = p.max(1)
    gap = (p.argmax(1) == np.asarray(truth)) - confidence
    bins = np.minimum((confidence * _BINS).astype(int), _BINS - 1)
    return document_interval([bins, gap], _binned_gap)


def _binned_gap(bins: NDArray[Any], gap: NDArray[Any], axis: int) -> Any:
    sums = [np.abs(np.where(bins == b, gap, 0).sum(axis)) for b in range(_BINS)]
    return sum(sums) / gap.shape[axis]


def temperature(truth: ArrayLike, log_p: ArrayLike) -> float:
    """T > 0 for which softmax(log p / T) has the highest likelihood; texts of unknown labels do not count.

    To be fitted on texts that neither the classifier was trained on nor the score is taken of (Guo et al.
    2017, section 4.2). Between 0.01 and 100.
    """
    from scipy.optimize import minimize_scalar

    truth, log_p = np.asarray(truth), np.asarray(log_p, float)
    places = np.flatnonzero(truth != UNKNOWN)

    def loss(log_t: float) -> float:
        return -float(tempered(log_p[places], np.exp(log_t))[np.arange(len(places)), truth[places]].mean())

    found = minimize_scalar(
        loss, bounds=(np.log(0.01), np.log(100)), method="bounded", options={"xatol": 1e-6}
    )
    return float(np.exp(found.x))


def tempered(log_p: ArrayLike, t: float) -> NDArray[np.float64]:
    """Log-probabilities ∝ p^(1/t): flatter for t > 1; the most probable class stays."""
    from scipy.special import log_softmax

    softened: NDArray[np.float64] = log_softmax(np.asarray(log_p, float) / t, axis=1)
    return softened
