"""What sifting saves: seconds and work of the strong models, with and without it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from reckon.qa.metrics import read_run
from reckon.steps.benchmarks import benchmark

COLUMNS = (
    "data",
    "role",
    "seed",
    "fast_seconds",  # the fast model on every candidate
    "strong_seconds",  # the strong model on the survivors
    "kept_tokens",  # their share of all tokens
    "strong_seconds_unsifted",  # estimated: strong_seconds / kept_tokens
    "speedup",  # strong_seconds_unsifted / (fast_seconds + strong_seconds)
)


def sift_cost(data: str, role: str, seed: int, fast: Path, strong: Path, sift: Path) -> dict[str, Any]:
    """One line of the table, from two benchmark files of Snakemake and the report of the sift.

    Seconds are wall time of the whole program, its start included: on few pages the start outweighs the
    rest and the speed-up is understated.
    """
    kept = read_run(sift).share("kept_tokens")
    fast_seconds, strong_seconds = (_seconds(path) for path in (fast, strong))
    unsifted = strong_seconds / kept if kept else float("nan")
    values = (data, role, seed, fast_seconds, strong_seconds, kept, unsifted)
    return dict(zip(COLUMNS, (*values, unsifted / (fast_seconds + strong_seconds)), strict=True))


def _seconds(path: Path) -> float:
    """Mean wall time of the repetitions in a benchmark file."""
    seconds = [s for s, _ in benchmark(path)]
    return sum(seconds) / len(seconds)


def sift_costs(
    sifts: Iterable[Path], benchmarks: Path, fast: str, roles: Iterable[str]
) -> list[dict[str, Any]]:
    """One line for each sift (…/qa/<data>/sift/seed<n>/sift.json) and strong role that was timed."""
    lines = []
    roles = list(roles)
    for sift in sifts:
        data, seed = sift.parents[2].name, int(sift.parent.name.removeprefix("seed"))
        folder = benchmarks / data
        for role in roles:
            strong = folder / f"score.{role}.seed{seed}.tsv"
            if strong.is_file():
                lines.append(
                    sift_cost(data, role, seed, folder / f"score.{fast}.seed{seed}.tsv", strong, sift)
                )
    return lines
