"""Intervals, the paired bootstrap, and equivalence: thin over scipy.

Every random routine takes a `rng_seed`: the same numbers give the same interval.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special, stats

LEVEL = 0.95


class Estimate(NamedTuple):
    """A mean, or another statistic, and its interval; `low <= mean <= high`."""

    mean: float
    low: float
    high: float


def seed_interval(
    values: Sequence[float], *, bounds: tuple[float, float] | None = None, level: float = LEVEL
) -> Estimate:
    """Student's interval of the mean over seeds (at least 2 finite values).

    With `bounds` (such as 0 and 1 for a share) an interval that would leave them is made on the
    logit scale instead, by the delta method: it stays strictly inside, at the same level.
    Raises `ValueError` for fewer than two values.
    """
    if len(values) < 2:
        raise ValueError("an interval over seeds needs at least two seeds")
    sample = np.asarray(values, float)
    mean, error = float(sample.mean()), float(stats.sem(sample))
    reach = float(stats.t.ppf((1 + level) / 2, len(sample) - 1)) * error
    low, high = mean - reach, mean + reach
    if bounds is None or error == 0 or bounds[0] <= low <= high <= bounds[1]:
        return Estimate(mean, low, high)
    width = bounds[1] - bounds[0]
    share = (mean - bounds[0]) / width
    logit, logit_reach = special.logit(share), reach / width / (share * (1 - share))
    low, high = bounds[0] + width * special.expit([logit - logit_reach, logit + logit_reach])
    return Estimate(mean, float(low), float(high))


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


def paired_interval(
    differences: ArrayLike, *, resamples: int = 2000, rng_seed: int = 0, level: float = LEVEL
) -> Estimate:
    """Interval of the mean of `differences[seed, document]`, both seeds and documents resampled.

    Percentile bootstrap of the crossed design (Owen 2007, "The pigeonhole bootstrap"). A bootstrap of
    few seeds is too narrow: its variance lacks the factor S/(S-1) and its quantiles are normal, so the
    distances from the mean are stretched by the Student quantile with the degrees of freedom of
    Satterthwaite (1946). Two seeds have but three resampled means and one degree of freedom, for which that
    is too narrow: there the distances are at least the root of the sum of squares of Student's reach over
    seeds and over documents (Zou and Donner 2008, "MOVER"). One seed: documents alone are resampled, and
    the interval says nothing of seeds.
    Raises `ValueError` unless there is at least one seed and two documents.
    """
    table = np.asarray(differences, float)
    if table.ndim != 2 or table.shape[0] < 1 or table.shape[1] < 2:
        raise ValueError(f"expected differences[seed, document], found the shape {table.shape}")
    n_seeds, n_documents = table.shape
    rng = np.random.default_rng(rng_seed)
    seed_weights = rng.multinomial(n_seeds, np.full(n_seeds, 1 / n_seeds), resamples)
    document_weights = rng.multinomial(n_documents, np.full(n_documents, 1 / n_documents), resamples)
    means = ((seed_weights @ table) * document_weights).sum(axis=1) / table.size
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    mean, stretch = table.mean(), _stretch(table, level)
    least = _two_seeds_reach(table, level) if n_seeds == 2 else 0.0
    # A skewed sample can leave the mean outside the quantiles only by rounding; the interval holds it.
    below, above = (max(least, stretch * max(0, reach)) for reach in (mean - low, high - mean))
    return Estimate(float(mean), float(mean - below), float(mean + above))


def equivalence(
    estimate: Estimate, centre: float, tolerance: float
) -> Literal["inside", "outside", "overlapping"]:
    """Where the interval lies against [centre - tolerance, centre + tolerance], the edges belonging to it."""
    # One part in 10^12 of slack: 0.1 + 0.2 may equal 0.3.
    slack = 1e-12 * max(1.0, abs(centre))
    if max(abs(estimate.low - centre), abs(estimate.high - centre)) <= tolerance + slack:
        return "inside"
    if estimate.high < centre - tolerance - slack or estimate.low > centre + tolerance + slack:
        return "outside"
    return "overlapping"


def seeds_change_nothing(values: Sequence[float]) -> bool:
    """Whether two or more seeds gave one and the same value: most likely the seed is not wired."""
    return len(values) > 1 and len(set(values)) == 1


def _stretch(table: NDArray[np.float64], level: float) -> float:
    """Student's quantile over the normal one, times the bootstrap's missing n/(n-1), for both ways."""
    variances, freedoms = _variances(table)
    total = sum(variances)
    if total == 0:
        return 1.0
    freedom = total**2 / sum(v**2 / f for v, f in zip(variances, freedoms, strict=True))
    missing = total / sum(v * f / (f + 1) for v, f in zip(variances, freedoms, strict=True))
    upper = (1 + level) / 2
    return float(stats.t.ppf(upper, freedom) / stats.norm.ppf(upper) * np.sqrt(missing))


def _two_seeds_reach(table: NDArray[np.float64], level: float) -> float:
    """Root of the sum of squares of Student's reach over seeds and over documents."""
    variances, freedoms = _variances(table)
    quantiles = stats.t.ppf((1 + level) / 2, freedoms)
    return float(np.sqrt(np.sum(quantiles**2 * variances)))


def _variances(table: NDArray[np.float64]) -> tuple[list[float], list[int]]:
    """Variance of the mean over seeds and over documents, each with its degrees of freedom."""
    variances, freedoms = [], []
    for axis, size in ((1, table.shape[0]), (0, table.shape[1])):
        if size > 1:
            variances.append(float(table.mean(axis=axis).var(ddof=1)) / size)
            freedoms.append(size - 1)
    return variances, freedoms
