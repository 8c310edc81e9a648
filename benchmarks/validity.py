"""How often verdicts and claims are wrong by chance, and how many seeds a claim needs.

    python benchmarks/validity.py [--trials 1000] [--out docs/validity.md]

Simulated studies are judged by the very functions that judge the decks. A study is a table of
differences[seed, document] between two systems: effect + deviation of the seed + deviation of the
document + the rest, all normal, in units of the rest's standard deviation.
"""

import argparse
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reckon.files.writing import writing
from reckon.report.claims import Claim, settle
from reckon.report.verdicts import Recomputed, judge
from reckon.stats import paired_interval
from reckon.tables.effects import Effect
from reckon.tables.transcription import Cell

RESAMPLES = 300
CLAIM = Claim("a", "", "", 1, "", "", "a - b", "F1", "greater", 0.0, "")
CELL = Cell("", "", "", "", "share", "higher", "0.640", 1, "measured", "", "")


@dataclass(frozen=True)
class Study:
    """Sizes and standard deviations of a simulated comparison."""

    seeds: int
    documents: int
    sd_seed: float
    sd_document: float

    def table(self, rng: np.random.Generator, effect: float) -> np.ndarray:
        """Differences[seed, document] of one repetition."""
        of_seed = rng.normal(0, self.sd_seed, (self.seeds, 1))
        of_document = rng.normal(0, self.sd_document, (1, self.documents))
        return effect + of_seed + of_document + rng.normal(0, 1, (self.seeds, self.documents))

    @property
    def deviation(self) -> float:
        """Standard deviation of the mean difference."""
        s, d = self.seeds, self.documents
        return math.sqrt(self.sd_seed**2 / s + self.sd_document**2 / d + 1 / (s * d))


STUDIES = [
    Study(seeds, documents, sd_seed, sd_document)
    for seeds in (2, 3, 5)
    for documents in (50, 200)
    for sd_seed, sd_document in ((0.0, 0.5), (0.05, 0.5), (0.3, 0.0))
]


def claim_verdict(table: np.ndarray) -> str:
    """What Reckon says of one table of differences."""
    estimate = paired_interval(table, resamples=RESAMPLES)
    effect = Effect("", "a - b", "F1", "share", "", "", table.shape[0], table.shape[1], *estimate, "")
    return settle(CLAIM, effect)[0]


def share(verdict: Callable[[np.random.Generator], str], wanted: str, trials: int, rng_seed: int) -> float:
    """Share of `trials` repetitions that get the verdict `wanted`."""
    rng = np.random.default_rng(rng_seed)
    return sum(verdict(rng) == wanted for _ in range(trials)) / trials


def null_claims(trials: int) -> Iterator[tuple[Study, float]]:
    """How often a claim is supported although the two systems are alike."""
    for study in STUDIES:
        yield study, share(lambda rng, s=study: claim_verdict(s.table(rng, 0.0)), "supported", trials, 1)


def false_matches(trials: int) -> Iterator[tuple[int, float, float, float]]:
    """How often a cell matches whose true value lies outside the tolerance: seeds, sd, distance, share."""
    for seeds in (2, 3, 5, 10):
        for sd in (0.0001, 0.0005, 0.002):
            for beyond in (0.00001, 0.0002):
                centre = 0.640 + 0.0005 + beyond

                def verdict(
                    rng: np.random.Generator, n: int = seeds, d: float = sd, c: float = centre
                ) -> str:
                    values = tuple(enumerate(rng.normal(c, d, n).tolist()))
                    made = Recomputed(values, "share", "full", "deck", n, False, True)
                    return judge(CELL, made, not_run="").verdict

                yield seeds, sd, beyond, share(verdict, "match", trials, 2)


def power(trials: int) -> Iterator[tuple[float, int, float]]:
    """How often a true effect is supported, by its size in standard deviations of one seed, and by seeds."""
    for effect in (1.0, 2.0, 3.0, 5.0):
        for seeds in (2, 3, 4, 5, 7, 10):
            study = Study(seeds, 200, 0.1, 0.5)
            of_one_seed = Study(1, 200, 0.1, 0.5).deviation

            def verdict(rng: np.random.Generator, s: Study = study, e: float = effect * of_one_seed) -> str:
                return claim_verdict(s.table(rng, e))

            yield effect, seeds, share(verdict, "supported", trials, 3)


def page(trials: int) -> str:
    """The figures as Markdown."""
    error = 1.96 * math.sqrt(0.05 * 0.95 / trials)
    known = f"{trials} repetitions a line; a share of .05 is known to ± {error:.3f}."
    return "\n\n".join([known, claims_part(trials), matches_part(trials), power_part(trials)])


def claims_part(trials: int) -> str:
    """Claims in which nothing is true."""
    found = list(null_claims(trials))
    most = max(value for _, value in found)
    lines = [
        f"**Claims where nothing is true.** `supported` in at most {most:.3f} (limit .05).",
        "",
        "| seeds | documents | sd of seeds | sd of documents | supported |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {s.seeds} | {s.documents} | {s.sd_seed} | {s.sd_document} | {value:.4f} |" for s, value in found
    ]
    return "\n".join(lines)


def matches_part(trials: int) -> str:
    """Cells whose true value lies outside the tolerance."""
    found = list(false_matches(trials))
    most = max(value for *_, value in found)
    lines = [
        f"**Cells whose true value lies outside the tolerance.** `match` in at most {most:.3f} (limit .05).",
        "The cell prints 0.640, its tolerance is 0.0005.",
        "",
        "| seeds | sd of seeds | beyond the tolerance | match |",
        "|---|---|---|---|",
    ]
    return "\n".join(
        lines + [f"| {n} | {sd} | {beyond:.5f} | {value:.4f} |" for n, sd, beyond, value in found]
    )


def power_part(trials: int) -> str:
    """True effects."""
    curve: dict[float, dict[int, float]] = {}
    for effect, seeds, found in power(trials):
        curve.setdefault(effect, {})[seeds] = found
    sizes = sorted(next(iter(curve.values())))
    lines = [
        "**Power.** Share of repetitions in which a true effect is `supported`, by its size in standard",
        "deviations of one seed's difference (200 documents).",
        "",
        "| effect | " + " | ".join(f"{n} seeds" for n in sizes) + " | seeds for 80 % |",
        "|---|" + "---|" * (len(sizes) + 1),
    ]
    return "\n".join(lines + [_power_line(effect, found) for effect, found in curve.items()])


def _power_line(effect: float, found: dict[int, float]) -> str:
    enough = [seeds for seeds, value in sorted(found.items()) if value >= 0.8]
    needed = str(enough[0]) if enough else f"more than {max(found)}"
    return f"| {effect:g} | " + " | ".join(f"{found[n]:.2f}" for n in sorted(found)) + f" | {needed} |"


def main() -> None:
    """Simulate, and put the figures between the marks of the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path("docs/validity.md"))
    args = parser.parse_args()
    start, end = "<!-- simulated -->", "<!-- end -->"
    text = args.out.read_text("utf-8")
    before, after = text.split(start)[0], text.split(end)[1]
    figures = page(args.trials)
    with writing(args.out) as out:
        out.write(f"{before}{start}\n{figures}\n{end}{after}")


if __name__ == "__main__":
    main()
