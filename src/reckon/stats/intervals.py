"""Intervals over seeds and over documents, prediction, equivalence, and seeds that lie apart."""

import math
from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from reckon.stats.student import quantile

LEVEL = 0.95
PREDICTION = 0.99  # of a printed draw: at 95 %, an honest table of 60 cells would be accused three times


class Estimate(NamedTuple):
    """A mean, or another statistic, and its interval; `low <= mean <= high`."""

    mean: float
    low: float
    high: float


def seed_interval(
    values: Sequence[float], *, bounds: tuple[float, float] | None = None, level: float = LEVEL
) -> Estimate:
    """Student's interval of the mean over seeds (at least 2 finite values).

    With `bounds` (such as 0 and 1 for a share) it ends there, which loses no coverage: no mean lies beyond.
    Where it would have gone beyond, the values are skewed, and it reaches on the other side at least as far
    as Student's interval on the logit scale (delta method). Values that all lie on one bound leave a share
    of 1 - (1 - level)^(1/n) of other draws unseen (the rule of three, without its approximation); the
    interval reaches as far as if these lay on the other bound.
    Raises `ValueError` for fewer than two values.
    """
    if len(values) < 2:
        raise ValueError("an interval over seeds needs at least two seeds")
    sample = np.asarray(values, float)
    mean = float(sample.mean())
    reach = quantile(1 - level, len(sample) - 1) * float(sample.std(ddof=1)) / math.sqrt(len(sample))
    if bounds is None:
        return Estimate(mean, mean - reach, mean + reach)
    if sample.min() == sample.max() and mean in bounds:
        reach = (bounds[1] - bounds[0]) * unseen(len(sample), 1 - level)
        return Estimate(mean, max(bounds[0], mean - reach), min(bounds[1], mean + reach))
    if bounds[0] <= mean - reach and mean + reach <= bounds[1]:
        return Estimate(mean, mean - reach, mean + reach)
    low, high = _on_the_logit_scale(mean, reach, bounds)
    return Estimate(mean, max(bounds[0], min(low, mean - reach)), min(bounds[1], max(high, mean + reach)))


def _on_the_logit_scale(mean: float, reach: float, bounds: tuple[float, float]) -> tuple[float, float]:
    """The ends of an interval that is symmetric in log(share / (1 - share)); `mean` lies inside."""
    width = bounds[1] - bounds[0]
    share = (mean - bounds[0]) / width
    logit, logit_reach = math.log(share / (1 - share)), reach / width / (share * (1 - share))
    ends = (max(-700.0, logit - logit_reach), min(700.0, logit + logit_reach))
    low, high = (bounds[0] + width / (1 + math.exp(-end)) for end in ends)
    return low, high


def prediction_reach(
    values: Sequence[float], runs: float, *, spread: float | None = None, level: float = PREDICTION
) -> float:
    """How far the mean of `runs` further draws may lie from that of `values` (at least 2), at `level`.

    Student's quantile times sd * sqrt(1/runs + 1/n); infinitely many runs give the true mean. With the
    printed standard deviation `spread` of those runs (at least 2), sqrt(spread**2 / runs + sd**2 / n) with
    Welch's degrees of freedom, rounded down.
    """
    n, variance = len(values), float(np.var(values, ddof=1))
    if spread is None or runs < 2:
        return quantile(1 - level, n - 1) * math.sqrt(variance * (1 / runs + 1 / n))
    parts = ((spread**2 / runs, runs - 1.0), (variance / n, n - 1.0))
    total = sum(part for part, _ in parts)
    if total == 0:
        return 0.0
    freedom = total**2 / sum(part**2 / f for part, f in parts)
    return quantile(1 - level, max(1, int(freedom))) * math.sqrt(total)


def apart(values: Sequence[float], *, resolution: float = 0.0) -> list[int]:
    """Places of values that lie apart from the others, as a seed does whose training collapsed.

    |value - median| over the median of these distances, as a standard deviation (times 1.4826), beyond
    Student's quantile with n // 2 degrees of freedom, at 2 % shared among the n values: normal values are
    flagged in 1 to 2.6 % of the samples of 3 to 100. Scatter below `resolution` counts as that.
    Fewer than three values, or no scatter at all, flag nothing.
    """
    sample = np.asarray(values, float)
    n = len(sample)
    if n < 3:
        return []
    distance = np.abs(sample - np.median(sample))
    scatter = max(1.4826 * float(np.median(distance)), resolution)
    if scatter == 0:
        return []
    return [int(i) for i in np.flatnonzero(distance > quantile(0.02 / n, n // 2) * scatter)]


def document_interval(
    columns: Sequence[ArrayLike],
    statistic: Callable[..., Any] = np.mean,
    *,
    resamples: int = 2000,
    rng_seed: int = 0,
    level: float = LEVEL,
) -> Estimate:
    """Percentile bootstrap of a statistic over documents (Efron 1979).

    `columns` are arrays with one entry a document (for micro F1: hits, false alarms, misses); they are
    resampled together. `statistic(*columns, axis=...)` reduces the last axis.
    """
    from scipy import stats

    arrays = tuple(np.asarray(column, float) for column in columns)
    result = stats.bootstrap(
        arrays,
        statistic,
        paired=True,
        vectorized=True,
        method="percentile",
        n_resamples=resamples,
        confidence_level=level,
        batch=max(1, 2_000_000 // len(arrays[0])),  # bounds the memory: 16 MB a column
        rng=np.random.default_rng(rng_seed),
    )
    low, high = result.confidence_interval
    return Estimate(float(statistic(*arrays, axis=-1)), float(low), float(high))


def equivalence(
    estimate: Estimate, centre: float, tolerance: float
) -> Literal["inside", "outside", "overlapping"]:
    """Where the interval lies against [centre - tolerance, centre + tolerance], the edges belonging to it.

    All are doubles, so that 0.1 + 0.2 lies an ulp beyond 0.3: an edge gives way by two units in the last
    place (ulp) of the largest number at hand, and by nothing else.
    """
    slack = 2 * max(map(math.ulp, (estimate.low, estimate.high, centre)))
    if max(abs(estimate.low - centre), abs(estimate.high - centre)) <= tolerance + slack:
        return "inside"
    if estimate.high < centre - tolerance - slack or estimate.low > centre + tolerance + slack:
        return "outside"
    return "overlapping"


def seeds_change_nothing(values: Sequence[float]) -> bool:
    """Whether two or more seeds gave one and the same value: most likely the seed is not wired."""
    return len(values) > 1 and len(set(values)) == 1


def unseen(n: int, chance: float = 0.05) -> float:
    """The share of a population that `n` >= 1 independent draws all miss with probability `chance`."""
    return 1 - chance ** (1 / n)


def needed(share: float, chance: float = 0.05) -> int:
    """How many independent draws miss a kind of that `share` with at most probability `chance`.

    >>> needed(0.05), needed(0.1)
    (59, 29)
    """
    return math.ceil(math.log(chance) / math.log(1 - share))
