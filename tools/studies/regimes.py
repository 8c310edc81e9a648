"""Data in which nothing is true, of the kinds that papers have: for the study of the claims."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Regime:
    """How one table of differences[seed, document] is drawn; the expected mean is 0.

    All deviations add: of seeds, of clusters of documents, of documents, and of each single value.
    """

    name: str
    unit: str = "share"
    documents: int = 200
    size: int = 1  # documents of a cluster
    sd_document: float = 0.0
    icc: float = 0.0  # share of the documents' variance that their cluster has
    noise: float = 1.0
    seeds: str = "normal"  # their distribution
    sd_seed: float = 0.0
    rare: float = 0.0  # share of documents that lose all, for which the others gain a little
    collapse: tuple[float, float] = (0.0, 0.0)  # chance of a seed, depth in sd of the seeds
    binary: float = 0.0  # both systems right on each document with this chance, apart from each other

    def draw(self, rng: np.random.Generator, seeds: int) -> np.ndarray:
        """One table of differences[seed, document]."""
        shape = (seeds, self.documents)
        if self.binary:
            return (rng.random(shape) < self.binary) * 1.0 - (rng.random(shape) < self.binary)
        table = rng.normal(0, self.noise, shape) + self._seeds(rng, seeds)[:, None]
        if self.rare:
            gain = self.rare / (1 - self.rare)
            return table + np.where(rng.random(self.documents) < self.rare, -1.0, gain)
        clusters = rng.normal(0, np.sqrt(self.icc), self.documents // self.size).repeat(self.size)
        own = rng.normal(0, np.sqrt(1 - self.icc), self.documents)
        return table + self.sd_document * (clusters + own)

    @property
    def clusters(self) -> np.ndarray:
        """The cluster of each document."""
        return np.arange(self.documents // self.size).repeat(self.size)

    def _seeds(self, rng: np.random.Generator, seeds: int) -> np.ndarray:
        deviation = {
            "normal": lambda: rng.normal(0, 1, seeds),
            "lognormal(1)": lambda: rng.lognormal(0, 1, seeds) - np.exp(0.5),
            "t(2)": lambda: rng.standard_t(2, seeds),
            "of unlike scatter": lambda: rng.normal(0, 1, seeds) * rng.choice([0.2, 1, 5], seeds),
        }[self.seeds]()
        chance, depth = self.collapse
        fallen = rng.random(seeds) < chance
        return self.sd_seed * (deviation + depth * (chance - fallen))


@dataclass(frozen=True)
class Case:
    """A regime with a number of seeds; `limit` marks what is shown although no method can see it."""

    regime: Regime
    seeds: int
    limit: bool = field(default=False)


def _rare(documents: int, share: float, unit: str = "share") -> Regime:
    unbounded = "" if unit == "share" else ", no bounds"
    name = f"small gain on most of {documents} documents, {share:.0%} lose all{unbounded}"
    return Regime(name, unit, documents, noise=0.02, rare=share)


def _clustered(documents: int, size: int, icc: float) -> Regime:
    name = f"{documents // size} clusters of {size}, icc {icc:g}"
    return Regime(name, documents=documents, size=size, sd_document=1, icc=icc, noise=0.3)


def _seeds(kind: str, noise: float = 0.5) -> Regime:
    among = "" if noise < 1 else f", noise {noise:g}"
    return Regime(f"seeds {kind}{among}", "1", seeds=kind, sd_seed=1.0, noise=noise)


def _collapse(chance: float, depth: float) -> Regime:
    name = f"seeds that collapse by {depth:g} sd with p = {chance:g}"
    return Regime(name, "1", collapse=(chance, depth), sd_seed=0.03, noise=0.3)


def cases() -> Iterator[Case]:
    """Every line of the study of claims in which nothing is true."""
    yield from (Case(_rare(20, 0.05), seeds) for seeds in (2, 3))
    yield from (Case(_rare(20, 0.05, "1"), seeds) for seeds in (2, 3))
    yield from (Case(_rare(n, 0.02, unit), 3) for unit in ("share", "1") for n in (50, 200))
    yield from (Case(_seeds("lognormal(1)"), seeds) for seeds in (2, 3, 5, 10, 20))
    yield from (Case(_seeds("lognormal(1)", 4), seeds) for seeds in (2, 3, 5, 10))
    yield from (Case(_collapse(p, 7), seeds) for p in (0.1, 0.3) for seeds in (2, 3, 5, 10))
    yield from (Case(_clustered(200, 5, 0.3), seeds) for seeds in (3, 5))
    yield from (Case(_clustered(200, 10, 0.3), seeds) for seeds in (3, 5))
    yield from (Case(_clustered(400, 20, icc), seeds) for icc in (0.05, 0.1) for seeds in (3, 5))
    yield from (Case(_seeds(kind), n) for kind in ("t(2)", "of unlike scatter") for n in (2, 3, 5))
    for share in (0.01, 0.3, 0.98):
        yield from (Case(Regime(f"0/1 documents, {share:.0%} right", binary=share), n) for n in (2, 3, 5))
    for sd in (0.0, 0.3):
        normal = Regime(f"all normal, sd of seeds {sd:g}", "1", sd_seed=sd, sd_document=0.5)
        yield from (Case(normal, seeds) for seeds in (2, 3, 5))
    yield Case(_rare(100, 0.02, "1"), 3, limit=True)
    yield from (Case(_collapse(0.1, 20), seeds, limit=True) for seeds in (3, 10))
