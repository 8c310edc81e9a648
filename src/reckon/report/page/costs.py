"""What the results cost: the benchmark files that Snakemake writes beside every job, summed."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reckon.steps.benchmarks import benchmark


@dataclass(frozen=True)
class Job:
    """One job: `experiment` is the first folder below the benchmarks, `name` the rest of its path."""

    experiment: str
    name: str
    seconds: float  # wall time, mean of the repetitions
    memory: float | None  # peak resident memory in MiB; None for jobs too short to be looked at


@dataclass(frozen=True)
class Cost:
    """All jobs of one experiment; `seconds` adds them up, although some ran side by side."""

    experiment: str
    jobs: int
    seconds: float
    longest: Job
    memory: float | None


def read_jobs(folder: str | os.PathLike[str]) -> list[Job]:
    """Every `*.tsv` below the folder, sorted by path; a folder that does not exist holds none."""
    return [_job(path, path.relative_to(folder)) for path in sorted(Path(folder).rglob("*.tsv"))]


def costs(jobs: Iterable[Job]) -> list[Cost]:
    """One line an experiment, the most costly first."""
    by_experiment = groupby(sorted(jobs, key=lambda job: job.experiment), key=lambda job: job.experiment)
    found = [_cost(name, list(group)) for name, group in by_experiment]
    return sorted(found, key=lambda cost: (-cost.seconds, cost.experiment))


def _cost(experiment: str, jobs: Sequence[Job]) -> Cost:
    return Cost(
        experiment,
        len(jobs),
        sum(job.seconds for job in jobs),
        max(jobs, key=lambda job: job.seconds),
        max((job.memory for job in jobs if job.memory is not None), default=None),
    )


def _job(path: Path, below: Path) -> Job:
    rows = benchmark(path)
    seconds = [s for s, _ in rows]
    memory = [peak for _, peak in rows if peak is not None]
    name = str(below.with_suffix("")).partition("/")[2]
    return Job(below.parts[0], name, sum(seconds) / len(seconds), max(memory, default=None))
