"""How often verdicts are wrong by chance, and what they can find: simulated papers, judged as the decks are.

    python tools/studies/validity.py [--trials 1000] [--out reference/validity]

writes one csv a question; `tools/fill_docs.py docs/validity.md` puts them into the page. Every figure comes
from the very functions that judge the decks. `before_*` stands for the same draws under the rules of
before.csv (the version of 25 November 2026), which is read and never computed here.
"""

import argparse
import csv
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from regimes import Regime, cases

from reckon.files.writing import writing
from reckon.report.claims import Claim, settle
from reckon.report.verdicts import Recomputed, judge
from reckon.stats.crossed import compare
from reckon.stats.intervals import seed_interval
from reckon.steps.program import run
from reckon.tables.draws import EXACT, Print
from reckon.tables.effects import Effect
from reckon.tables.transcription import Cell

CLAIM = Claim("a", "", "", 1, "", "", "a - b", "F1", "greater", 0.0, "", "")
TRUE = 0.640
Row = dict[str, str]
Draw = Callable[[np.random.Generator, int], np.ndarray]  # so many runs of one method


def verdict_on(table: np.ndarray, regime: Regime) -> str:
    """What Reckon says of one table of differences."""
    found = compare(table, regime.clusters, bounds=(-1, 1) if regime.unit == "share" else None)
    effect = Effect(
        *("", "a - b", "F1", regime.unit, "", "", *table.shape, *found.estimate, "", "article"),
        *found[1:],
    )
    return settle(CLAIM, effect)[0]


def counted(trials: int, rng_seed: int, verdict: Callable[[np.random.Generator], str]) -> Counter[str]:
    """Verdicts of `trials` repetitions."""
    rng = np.random.default_rng(rng_seed)
    return Counter(verdict(rng) for _ in range(trials))


def null_claims(trials: int) -> Iterator[Row]:
    """Claims in which nothing is true: how often one direction and the other come out."""
    for case in cases():
        found = counted(trials, 1, lambda rng, c=case: verdict_on(c.regime.draw(rng, c.seeds), c.regime))
        up, down = found["supported"] / trials, found["contradicted"] / trials
        yield {
            "regime": case.regime.name,
            "seeds": str(case.seeds),
            "worst": f"{max(up, down):.3f}",
            "both": f"{up + down:.3f}",
            "limit": "yes" if case.limit else "",
        }


def claim_power(trials: int) -> Iterator[Row]:
    """How often a true effect is supported, by its size in sd of one seed's difference, and by seeds."""
    for effect in (1, 2, 3, 5, 8):
        row = {"effect": str(effect)}
        for seeds in (2, 3, 5, 10, 20):
            regime = Regime("", "1", sd_seed=0.1, sd_document=0.5)
            size = effect * math.sqrt(0.1**2 + (1 + 0.5**2) / 200)

            def verdict(rng: np.random.Generator, n: int = seeds, e: float = size, r: Regime = regime) -> str:
                return verdict_on(r.draw(rng, n) + e, r)

            row[f"{seeds} seeds"] = f"{counted(trials, 3, verdict)['supported'] / trials:.2f}"
        yield row


def cluster_power(trials: int) -> Iterator[Row]:
    """How often a true difference of shares is supported: 0/1 documents of 3 seeds, by their clusters."""
    for clusters, size in ((20, 10), (60, 1), (60, 10), (200, 1), (1000, 1)):
        row = {"clusters": str(clusters), "documents": str(clusters * size)}
        for gain in (0.05, 0.1, 0.2, 0.3, 0.4):

            def verdict(rng: np.random.Generator, g: float = gain, c: int = clusters, m: int = size) -> str:
                skill = rng.beta(4, 4, c).repeat(m)  # questions on one article are alike hard
                right = (rng.random((3, c * m)) < np.minimum(1, skill + g)) * 1.0
                regime = Regime("", documents=c * m, size=m)
                return verdict_on(right - (rng.random((3, c * m)) < skill), regime)

            row[f"+{gain:g}"] = f"{counted(trials, 9, verdict)['supported'] / trials:.2f}"
        yield row


def cell(value: float, digits: int) -> Cell:
    """The printed number `value`, rounded to so many digits."""
    return Cell("", "", "", "", "share", "higher", f"{value:.{digits}f}", 1, "measured", "", "")


def print_verdict(printed: float, values: Sequence[float], digits: int, behind: Print) -> str:
    """What Reckon says of one printed number, given the values of our seeds."""
    seeds = Recomputed(tuple(enumerate(values)), "share", "full", "deck", len(values), False, True)
    return judge(cell(printed, digits), seeds, not_run="", behind=behind).verdict


def normal(sd: float) -> Draw:
    """Runs that scatter around the true value."""
    return lambda rng, n: rng.normal(TRUE, sd, n)


METHODS: dict[str, Draw] = {
    "sd 0.0002": normal(0.0002),
    "sd 0.002": normal(0.002),
    "sd 0.01": normal(0.01),
    "mean .995, sd .004, at most 1": lambda rng, n: np.minimum(1, rng.normal(0.995, 0.004, n)),
    "80 % zeros, the rest even up to 1": lambda rng, n: rng.random(n) * (rng.random(n) < 0.2),
}
LIMITS: dict[str, Draw] = {
    "lognormal(1), times .05": lambda rng, n: np.minimum(1, 0.05 * rng.lognormal(0, 1, n)),
}
SEEDS = (2, 3, 5, 20, 100)


def honest_prints(trials: int) -> Iterator[Row]:
    """Papers that print what they ran, recomputed by the same method: the verdicts that they get."""
    for name, draw in (METHODS | LIMITS).items():
        for runs in (1, 5, math.inf):
            if math.isinf(runs) and name not in ("sd 0.0002", "sd 0.002", "sd 0.01"):
                continue
            for digits in (2, 3):
                for seeds in SEEDS:
                    found = counted(trials, 4, _honest(draw, runs, digits, seeds))
                    yield _prints_row(name, Print(runs), digits, seeds, found, name in LIMITS)


def _honest(draw: Draw, runs: float, digits: int, seeds: int) -> Callable[[np.random.Generator], str]:
    def verdict(rng: np.random.Generator) -> str:
        printed = TRUE if math.isinf(runs) else float(draw(rng, int(runs)).mean())
        return print_verdict(printed, draw(rng, seeds).tolist(), digits, Print(runs))

    return verdict


def _prints_row(name: str, behind: Print, digits: int, seeds: int, found: Counter[str], limit: bool) -> Row:
    about = {"method": name, "printed_of": behind.words, "digits": str(digits), "seeds": str(seeds)}
    return about | _shares(found) | {"limit": "yes" if limit else ""}


def _shares(found: Counter[str]) -> Row:
    differs = found["differs_better"] + found["differs_worse"]
    shares = {name: found[name] for name in ("match", "compatible", "uncertain")} | {"differs": differs}
    return {name: f"{number / found.total():.3f}" for name, number in shares.items()}


def false_matches(trials: int) -> Iterator[Row]:
    """Cells whose true value lies outside the tolerance of 0.640: how often they match all the same."""
    for behind in (Print(1), EXACT):
        for sd in (0.0001, 0.0005, 0.002):
            for beyond in (0.00001, 0.0002):
                centre = TRUE + 0.0005 + beyond
                yield from _matches(f"sd {sd:g}, {beyond:g} beyond", behind, _around(centre, sd), trials)
        for chance in (0.1, 0.3):
            for sd in (0.0001, 0.002):
                name = f"sd {sd:g}, .30 with p = {chance:g}"
                yield from _matches(name, behind, _collapsing(chance, sd), trials)


def _around(centre: float, sd: float) -> Draw:
    return lambda rng, n: rng.normal(centre, sd, n)


def _collapsing(chance: float, sd: float) -> Draw:
    return lambda rng, n: rng.normal(np.where(rng.random(n) < chance, 0.30, TRUE), sd)


def _matches(name: str, behind: Print, draw: Draw, trials: int) -> Iterator[Row]:
    for seeds in (2, 3, 5, 30, 100):

        def verdict(rng: np.random.Generator, n: int = seeds) -> str:
            return print_verdict(TRUE, draw(rng, n).tolist(), 3, behind)

        found = counted(trials, 5, verdict)
        yield {"method": name, "printed_of": behind.words, "seeds": str(seeds)} | _shares(found)


def print_power(trials: int) -> Iterator[Row]:
    """Prints that are wrong by so many sd of a run: how often they are told to differ."""
    for behind in (Print(1), Print(5), EXACT):
        for off in (1, 2, 3, 5, 10):
            row = {"printed_of": behind.words, "off": str(off)}
            for seeds in (2, 3, 5, 10, 20, 100):

                def verdict(rng: np.random.Generator, n: int = seeds, o: int = off, b: Print = behind) -> str:
                    own = 0.0 if math.isinf(b.runs) else rng.normal(0, 0.01 / math.sqrt(b.runs))
                    printed = TRUE + own + 0.01 * o
                    return print_verdict(printed, rng.normal(TRUE, 0.01, n).tolist(), 3, b)

                found = counted(trials, 6, verdict)
                row[f"{seeds} seeds"] = f"{(found['differs_better'] + found['differs_worse']) / trials:.2f}"
            yield row


def coverage(trials: int) -> Iterator[Row]:
    """How often the 95 % interval over seeds holds the true mean near a bound."""
    rng = np.random.default_rng(7)
    for name in list(METHODS)[-2:]:
        draw = METHODS[name]
        true = float(draw(np.random.default_rng(8), 1_000_000).mean())
        for seeds in (2, 3, 5, 10, 20):
            intervals = (seed_interval(draw(rng, seeds).tolist(), bounds=(0, 1)) for _ in range(trials))
            held = sum(low <= true <= high for _, low, high in intervals)
            yield {"method": name, "seeds": str(seeds), "coverage": f"{held / trials:.3f}"}


STUDIES: dict[str, Callable[[int], Iterator[Row]]] = {
    "null_claims": null_claims,
    "claim_power": claim_power,
    "cluster_power": cluster_power,
    "honest_prints": honest_prints,
    "false_matches": false_matches,
    "print_power": print_power,
    "coverage": coverage,
}


def beside_before(study: str, rows: Iterable[Row], before: Sequence[Row]) -> list[Row]:
    """The rows with what the earlier rules gave for them; empty where they were not asked."""
    names = {
        name: f"before_{name}" for name in ("worst", "both", "match", "uncertain", "differs", "coverage")
    }
    earlier = {row["line"]: row for row in before if row["study"] == study}
    found = []
    for row in rows:
        old = earlier.get(line_of(row), {})
        added = {new: old.get(name, "") for name, new in names.items() if name in row}
        found.append(row | added)
    return found


def line_of(row: Row) -> str:
    """What names a line of a study."""
    return " | ".join(
        row[name] for name in ("regime", "method", "printed_of", "digits", "seeds") if name in row
    )


def by_seeds(rows: Iterable[Row]) -> list[Row]:
    """One row for all numbers of seeds, their figures between bars, as a page shows them."""
    found: dict[str, Row] = {}
    for row in rows:
        name = " | ".join(row[key] for key in ("method", "printed_of", "digits") if key in row)
        short = found.setdefault(name, {})
        for key, value in row.items():
            joined = key not in ("method", "printed_of", "digits", "limit") and key in short
            short[key] = f"{short[key]} / {value}" if joined else value
    return list(found.values())


def write(path: Path, rows: Sequence[Row]) -> None:
    """Write rows as csv, atomically."""
    with writing(path) as out:
        writer = csv.DictWriter(out, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Simulate, write one csv a study."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--trials", type=int, default=1000)
    parser.add_argument("--out", type=Path, default=Path("reference/validity"))
    args = parser.parse_args()
    earlier = args.out / "before.csv"
    before: list[Row] = []
    if earlier.is_file():
        with open(earlier, encoding="utf-8", newline="") as lines:
            before = list(csv.DictReader(lines))
    for name, study in STUDIES.items():
        rows = beside_before(name, study(args.trials), before)
        write(args.out / f"{name}.csv", rows)
        if "method" in rows[0]:
            write(args.out / f"{name}.short.csv", by_seeds(rows))
        print(f"{len(rows):4} lines of {args.trials} trials: {args.out / name}.csv")


if __name__ == "__main__":
    run(main)
