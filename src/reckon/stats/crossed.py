"""Differences of two systems over seeds and documents: intervals that hold for skewed and clustered data.

Seeds and documents are crossed: every seed answers every document. The variance of the mean is that of
the seeds' means plus that of the clusters of documents (each counts what the two have in common, so that
the sum is on the wide side). Each part has its own Student quantile, and the two reaches are added as
squares (Zou and Donner 2008, "MOVER").
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.stats.intervals import LEVEL, Estimate, apart, needed
from reckon.stats.student import quantile

# Student's statistic of skewed values errs by a term of the order of skewness / sqrt(n) (Hall 1992, "The
# bootstrap and Edgeworth expansion", 2.4). 4 is what lognormal(1) values of 2 to 20 seeds need, so that
# their interval misses the mean in at most 5 %; docs/validity.md shows what remains.
SKEWNESS = 4.0
SURE = 0.95  # of the variance that is left by chance, taken for that of sums of many draws
POWER = 0.8
DOMINANT = 0.25  # share of the scatter of many clusters that no one of them may carry
MANY = needed(0.05)  # clusters; of so many normal ones, none carries a quarter


class Comparison(NamedTuple):
    """A mean difference and what its interval rests on."""

    estimate: Estimate
    clusters: int  # independent groups of documents; 0 where only seeds enter
    freedom: int  # degrees of freedom of the interval as a whole (Satterthwaite 1946, rounded down)
    detectable: float  # distance from a margin that as many runs find with a power of 80 %
    doubt: str  # which assumption the data themselves contradict; empty if none


class _Part(NamedTuple):
    """One source of chance: its variance of the mean, how many independent draws it was, its plain part.

    `plain` is the variance that sums of many draws have, which are as good as normal: it needs no widening.
    """

    variance: float
    n: float
    plain: float = 0.0


def paired_interval(
    differences: ArrayLike,
    clusters: Sequence[Any] | None = None,
    *,
    bounds: tuple[float, float] | None = None,
    level: float = LEVEL,
) -> Estimate:
    """The interval of `compare` alone."""
    return compare(differences, clusters, bounds=bounds, level=level).estimate


def compare(
    differences: ArrayLike,
    clusters: Sequence[Any] | None = None,
    *,
    bounds: tuple[float, float] | None = None,
    level: float = LEVEL,
) -> Comparison:
    """The mean of `differences[seed, document]` with an interval over seeds and clusters of documents.

    `clusters` names the group of each document (its article, image or annotator); documents of one group
    are not independent. None: each is its own. `bounds` are the least and the largest possible mean, which
    no interval leaves. One seed: the interval says nothing of seeds; one cluster: there is none (NaN).
    Raises `ValueError` unless there is at least one seed and two documents, all finite, each with a cluster.
    """
    table = np.asarray(differences, float)
    if table.ndim != 2 or table.shape[0] < 1 or table.shape[1] < 2:
        raise ValueError(f"expected differences[seed, document], found the shape {table.shape}")
    if not np.isfinite(table).all():
        raise ValueError("differences must be finite")
    of_cluster = _numbered(clusters, table.shape[1])
    groups = int(of_cluster.max()) + 1
    mean = float(table.mean())
    if groups == 1:
        nothing = Estimate(mean, math.nan, math.nan)
        return Comparison(nothing, 1, 0, math.nan, "all documents belong to one cluster")
    documents = table.mean(axis=0)
    parts = [_clusters_part(documents, of_cluster)]
    parts += [_seeds_part(table.mean(axis=1), _noise(table, of_cluster))] if len(table) > 1 else []
    doubt = _doubt_of_seeds(table) or _doubt_of_clusters(documents, of_cluster)
    return _settled(mean, parts, groups, bounds, level, doubt)


def compare_seeds(
    values: Sequence[float], *, bounds: tuple[float, float] | None = None, level: float = LEVEL
) -> Comparison:
    """The same for one value a seed, where documents are no sample but all that the claim is on."""
    column = np.asarray(values, float)
    if len(column) < 2:
        return Comparison(Estimate(float(column.mean()), math.nan, math.nan), 0, 0, math.nan, "")
    part = _seeds_part(column)
    return _settled(float(column.mean()), [part], 0, bounds, level, _doubt_of_seeds(column[:, None]))


def _doubt_of_seeds(table: NDArray[np.float64]) -> str:
    """What `table[seed, document]` shows against the assumption that its seeds are draws of one kind."""
    means = table.mean(axis=1)
    if len(table) > 1 and (table == table[0]).all() and table.any():
        return "the seeds do not change the result: is the seed wired?"
    if places := apart(means.tolist()):
        shown = ", ".join(f"{means[place]:.3g}" for place in places)
        median = f"{np.median(means):.3g}"
        return f"{len(places)} of {len(means)} seeds lie apart ({shown}; the median is {median}): a collapse?"
    return ""


def _doubt_of_clusters(documents: NDArray[np.float64], of_cluster: NDArray[np.int64]) -> str:
    """Whether one cluster of many carries most of the scatter: then chance decides how many like it came."""
    squares = np.bincount(of_cluster, documents - documents.mean()) ** 2
    if len(squares) < MANY or not squares.any() or (share := squares.max() / squares.sum()) <= DOMINANT:
        return ""
    return f"one of {len(squares)} clusters carries {share:.0%} of their scatter: too few of its kind"


def _numbered(clusters: Sequence[Any] | None, documents: int) -> NDArray[np.int64]:
    """A number from 0 for the cluster of each document."""
    if clusters is None:
        return np.arange(documents)
    if len(clusters) != documents:
        raise ValueError(f"{len(clusters)} clusters for {documents} documents")
    return np.unique(np.asarray(clusters), return_inverse=True)[1]


def _seeds_part(means: NDArray[np.float64], noise: float = 0.0) -> _Part:
    """Seeds that agree better than what is left by chance did so by luck: that much variance they have."""
    variance = max(noise, float(means.var(ddof=1)) / len(means))
    return _Part(variance, len(means), SURE * noise)


def _noise(table: NDArray[np.float64], of_cluster: NDArray[np.int64]) -> float:
    """Variance of the mean by what neither seeds nor documents explain, drawn by seed and cluster."""
    rest = table - table.mean(axis=0) - table.mean(axis=1)[:, None] + table.mean()
    sums = np.array([np.bincount(of_cluster, row) for row in rest])
    seeds, clusters = sums.shape
    return float((sums**2).sum()) / table.size**2 * seeds / (seeds - 1) * clusters / (clusters - 1)


def _clusters_part(documents: NDArray[np.float64], of_cluster: NDArray[np.int64]) -> _Part:
    """Variance of the mean over documents whose clusters are drawn: that of a ratio of sums by cluster.

    Clusters of unlike sizes count as N² / Σ size² of equal ones (Kish 1965).
    """
    sizes = np.bincount(of_cluster)
    sums = np.bincount(of_cluster, documents - documents.mean())
    variance = len(sizes) / (len(sizes) - 1) * float(sums @ sums) / len(documents) ** 2
    return _Part(variance, len(documents) ** 2 / float(sizes @ sizes))


def _settled(
    mean: float,
    parts: Sequence[_Part],
    clusters: int,
    bounds: tuple[float, float] | None,
    level: float,
    doubt: str,
) -> Comparison:
    reach = math.hypot(*(_reach(part, level) for part in parts))
    total = sum(part.variance for part in parts)
    freedom = min(_freedom(part) for part in parts)
    if total > 0:
        freedom = int(total**2 / sum(part.variance**2 / _freedom(part) for part in parts))
    low, high = mean - reach, mean + reach
    if bounds:
        low, high = max(low, bounds[0]), min(high, bounds[1])
    detectable = reach + quantile(2 * (1 - POWER), max(1, freedom)) * math.sqrt(total)
    return Comparison(Estimate(mean, low, high), clusters, max(1, freedom), detectable, doubt)


def _reach(part: _Part, level: float) -> float:
    """Student's reach, widened but for the plain part."""
    widened = (1 + SKEWNESS / math.sqrt(part.n)) ** 2 * (part.variance - part.plain) + part.plain
    return quantile(1 - level, _freedom(part)) * math.sqrt(widened)


def _freedom(part: _Part) -> int:
    return max(1, int(part.n - 1))
