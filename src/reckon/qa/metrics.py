"""From scores by system and seed to tidy metrics, and to the table of all systems."""

import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reckon.errors import InputError
from reckon.files.reading import read_json
from reckon.files.rows import rows_of
from reckon.files.shapes import require
from reckon.tables.metrics import Metric

# Measures of the table of systems: column -> where it stands in scores.json. All are shares in [0, 1].
MEASURES = {
    "Public F1": ("public", "f1"),
    "Private F1": ("private", "f1"),
    "F1": ("scored", "f1"),
    "Long F1": ("scored", "long", "f1"),
    "Short F1": ("scored", "short", "f1"),
    "Official long F1": ("official", "long-best-threshold-f1"),
    "Official short F1": ("official", "short-best-threshold-f1"),
    "Recall@1": ("recall_at_1",),
    "Recall@4": ("ranking", "recall_at_4"),
    "MRR": ("ranking", "mrr"),
    "Mean p of gold": ("ranking", "mean_score_gold"),
    "Mean p of others": ("ranking", "mean_score_other"),
    "Mean p on null pages": ("ranking", "mean_score_null_page"),
}
SIFT = {
    "Sift: gold recall": "gold_recall",
    "Sift: kept": "kept_candidates",
    "Sift: kept tokens": "kept_tokens",
}
_ROUNDING = 1e-6  # by which a mean of single-precision numbers may pass 1
_ACCURACIES = {"Start_acc": "start", "End_acc": "end", "Class_acc": "answer_class"}


@dataclass(frozen=True)
class Name:
    """A line of reported/qa_systems.csv: where the deck prints a system's values."""

    system: str
    table: str
    row: str
    epoch: str  # first or last, for the accuracies of training; else empty


@dataclass(frozen=True)
class Run:
    """A result file results/qa/<data>/<system>/seed<seed>/<name>.json and what is in it."""

    data: str
    system: str
    seed: int
    path: Path
    content: Any

    def number(self, *place: str | int) -> Any:
        """The number (int or float) at a place in the file; raises `InputError` if there is none."""
        value: Any = self.content
        try:
            for name in place:
                value = value[name]
        except (KeyError, IndexError, TypeError):
            value = None
        require(f"{self.path}: {'.'.join(map(str, place))}", value, float, "make it again")
        return value

    def share(self, *place: str | int) -> float:
        """A number in [0, 1], or NaN, a mean over nothing; raises `InputError` for another."""
        value = self.number(*place)
        if value < 0 or value > 1 + _ROUNDING:
            raise InputError(f"{self.path}: {'.'.join(map(str, place))}: {value} is no share; make it again")
        return value

    def count(self, *place: str | int) -> int:
        """A whole number from 0; raises `InputError` for another."""
        value = self.number(*place)
        if not isinstance(value, int) or value < 0:
            raise InputError(f"{self.path}: {'.'.join(map(str, place))}: {value} is no count; make it again")
        return value


def read_run(path: Path) -> Run:
    """Read one json file; data, system and seed are the names of its folders.

    Raises `InputError` for a file that is damaged; a value that is not in it is named where it is needed.
    """
    content = read_json(path)
    seed = int(path.parent.name.removeprefix("seed"))
    return Run(path.parents[2].name, path.parents[1].name, seed, path, content)


def read_names(path: Path) -> pd.DataFrame:
    """Lines of `Name`; raises `InputError` with file and line for anything malformed."""
    names = rows_of(path, Name)
    for number, name in enumerate(names, 2):
        if name.epoch not in ("", "first", "last"):
            raise InputError(f"{path}:{number}: epoch is {name.epoch!r}; write first, last, or nothing")
    return pd.DataFrame([asdict(name) for name in names], columns=[field.name for field in fields(Name)])


def system_metrics(scores: Iterable[Run], sifts: Iterable[Run], scale: str) -> list[Metric]:
    """Every measure of every system, data and seed, as table `qa_systems`."""
    metrics = []
    for run in scores:
        for column, path in MEASURES.items():
            value = run.share(*path) if _has(run.content, path) else None
            if value is not None:
                count = _pages(run, path)
                metrics.append(_metric(run, "qa_systems", run.system, column, value, "share", count, scale))
    for run in sifts:
        for column, name in SIFT.items():
            n = run.count("answered" if name == "gold_recall" else "candidates")
            value = run.share(name)
            metrics.append(_metric(run, "qa_systems", run.system, column, value, "share", n, scale))
    return _measured(metrics)


def deck_metrics(
    names: pd.DataFrame,
    scores: Iterable[Run],
    records: Iterable[Run],
    without_short: tuple[float, int],
    scale: str,
) -> list[Metric]:
    """The values beside the deck's cells, by its table and row names.

    `names` has columns system, table, row, epoch (first or last, for training accuracies).
    `without_short` is the share of training questions without any short answer, and their number.
    """
    scores, records = list(scores), list(records)
    metrics = []
    for entry in names.to_dict("records"):
        table, row, epoch = entry["table"], entry["row"], entry["epoch"]
        if epoch:
            runs = (run for run in records if run.system == entry["system"])
            metrics += [m for run in runs for m in _accuracies(run, table, row, epoch, scale)]
            continue
        for run in (run for run in scores if run.system == entry["system"]):
            for half in ("public", "private"):
                value, n = run.share(half, "f1"), run.count(half, "n")
                column = f"{half.capitalize()} F1"
                metrics.append(_metric(run, table, row, column, value, "share", n, scale))
    metrics += _improvements(scores, scale) + _without_short(records, without_short, scale)
    return _measured(metrics)


def comparison(metrics: Iterable[Metric]) -> pd.DataFrame:
    """Mean over seeds of every measure: one line for each data and system; `seeds` counts them."""
    frame = pd.DataFrame([asdict(metric) for metric in metrics])
    keys = ["data", "row"]
    seeds = frame.groupby(keys, sort=False)["seed"].nunique().rename("seeds")
    table = frame.pivot_table(index=keys, columns="column", values="value", aggfunc="mean", sort=False)
    ordered = [column for column in (*MEASURES, *SIFT) if column in table]
    return table[ordered].join(seeds).rename_axis(["data", "system"]).reset_index()


def _has(content: Any, path: tuple[str, ...]) -> bool:
    for name in path:
        content = content.get(name) if isinstance(content, dict) else None
    return content is not None


def _pages(run: Run, path: tuple[str, ...]) -> int:
    """Number of pages that a measure is over: ranks are of answered pages, the official one of all scored."""
    if path[0] in ("recall_at_1", "ranking"):
        return run.count("answered")
    return run.count("scored" if path[0] == "official" else path[0], "n")


def _measured(metrics: list[Metric]) -> list[Metric]:
    """Leave out means over nothing (NaN), such as a recall where no page has an answer."""
    return [metric for metric in metrics if math.isfinite(metric.value)]


def _metric(
    run: Run, table: str, row: str, column: str, value: float, unit: str, n: int, scale: str
) -> Metric:
    return Metric("qa", table, row, column, run.seed, value, unit, n, scale, run.data, str(run.path))


def _accuracies(run: Run, table: str, row: str, epoch: str, scale: str) -> list[Metric]:
    at = 0 if epoch == "first" else -1
    metrics = []
    for column, name in _ACCURACIES.items():
        value, n = 100 * run.share(at, f"{name}_accuracy"), run.count(at, f"{name}_n")
        metrics.append(_metric(run, table, row, column, value, "%", n, scale))
    share, sequences = 100 * run.share(at, "none_share"), run.count(at, "sequences")
    none = _metric(run, table, "Majority class", "Class_acc", share, "%", sequences, scale)
    return [*metrics, none] if epoch == "first" else metrics


def _improvements(scores: list[Run], scale: str) -> list[Metric]:
    """Hard minus uniform in percentage points, seed by seed."""
    hard, uniform = (
        {run.seed: run for run in scores if run.system == system} for system in ("fast_hard", "fast_uniform")
    )
    row = "Improvement by hard negative sampling"
    metrics = []
    for seed in sorted(hard.keys() & uniform.keys()):
        for half in ("public", "private"):
            points = 100 * (hard[seed].share(half, "f1") - uniform[seed].share(half, "f1"))
            n = hard[seed].count(half, "n")
            column = f"{half.capitalize()} leaderboard"
            metrics.append(_metric(hard[seed], "statements", row, column, points, "% change", n, scale))
    return metrics


def _without_short(records: list[Run], share: tuple[float, int], scale: str) -> list[Metric]:
    row = "Training questions without any short answer"
    return [
        _metric(run, "statements", row, "share", 100 * share[0], "%", share[1], scale) for run in records[:1]
    ]


def without_short_answer(answers: np.ndarray, answer_class: np.ndarray, spoken: tuple[int, ...]) -> float:
    """Share of questions with neither a short span (`answers` (n, 2), −1: none) nor YES or NO."""
    return float(np.mean((answers[:, 0] < 0) & ~np.isin(answer_class, spoken)))
