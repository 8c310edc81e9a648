"""What the drills count: one line a trial, and from these one line a fault for docs/reliability.md."""

import csv
import statistics
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path

COLUMNS = ("fault", "tried", "survived", "identical", "seconds_to_recover", "longest")


@dataclass(frozen=True)
class Trial:
    """One fault that was made to happen, and what became of the run."""

    fault: str
    survived: bool  # the documented commands were enough, and no number was wrong without a word
    identical: bool  # afterwards all results had the bytes of an undisturbed run, and nothing was left over
    seconds: float | None = None  # until it went on; None where that was not measured
    detail: str = ""  # which file, which moment, what was said


def record(table: Path, trial: Trial) -> None:
    """Append a trial to TABLE.trials.csv beside `table`, and make `table` anew from all of them."""
    trials = table.with_suffix(".trials.csv")
    new = not trials.exists()
    table.parent.mkdir(parents=True, exist_ok=True)
    with open(trials, "a", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, [field.name for field in fields(Trial)], lineterminator="\n")
        if new:
            out.writeheader()
        out.writerow(asdict(trial) | {"seconds": _rounded(trial.seconds)})
    with open(table, "w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        out.writeheader()
        out.writerows(summary(read_trials(trials)))


def read_trials(path: Path) -> list[Trial]:
    with open(path, encoding="utf-8", newline="") as file:
        return [
            Trial(
                row["fault"],
                row["survived"] == "True",
                row["identical"] == "True",
                float(row["seconds"]) if row["seconds"] else None,
                row["detail"],
            )
            for row in csv.DictReader(file)
        ]


def summary(trials: Iterable[Trial]) -> list[dict[str, str | int]]:
    """One line a fault in the order of their first trials; seconds are the median and the longest."""
    by_fault: dict[str, list[Trial]] = {}
    for trial in trials:
        by_fault.setdefault(trial.fault, []).append(trial)
    return [_line(fault, of_it) for fault, of_it in by_fault.items()]


def _line(fault: str, trials: list[Trial]) -> dict[str, str | int]:
    seconds = [trial.seconds for trial in trials if trial.seconds is not None]
    return {
        "fault": fault,
        "tried": len(trials),
        "survived": sum(trial.survived for trial in trials),
        "identical": sum(trial.identical for trial in trials),
        "seconds_to_recover": _rounded(statistics.median(seconds) if seconds else None),
        "longest": _rounded(max(seconds, default=None)),
    }


def _rounded(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"
