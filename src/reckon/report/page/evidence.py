"""What stands behind one cell: its values by seed, the files they came from, and how to make them again."""

import os
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from reckon.errors import InputError
from reckon.report.final_table import Row
from reckon.report.page.forest import Axis, axis_over
from reckon.report.page.numbers import finite
from reckon.report.sources import Group, Source
from reckon.steps.provenance import read_sidecar
from reckon.tables.metrics import Metric, read_metrics
from reckon.tables.printed import printed_number

HASHES = ("code_sha256", "config_sha256", "data_sha256", "env_sha256")
WIDTH = 460  # of the plot of one cell, in pixels


@dataclass(frozen=True)
class Plot:
    """One cell along an axis; places are pixels from the left, None where there is nothing to draw."""

    ticks: tuple[tuple[float, float], ...]  # place, value
    dots: tuple[float, ...]  # one a seed
    interval: tuple[float, float] | None
    reported: float | None
    tolerance: tuple[float, float] | None


@dataclass(frozen=True)
class Evidence:
    """The proof of one cell."""

    metrics: tuple[Metric, ...]  # of every data set and scale, those of the cell's own value first
    plot: Plot | None
    command: str  # empty where nothing recomputes the cell
    logs: str  # folder of the log files
    hashes: dict[str, str]  # by column of the final table


def read_source(path: str | os.PathLike[str]) -> Source:
    """A metrics file with its sidecar; whether it was changed since is the final table's question."""
    return Source(os.fspath(path), tuple(read_metrics(path)), read_sidecar(path), ())


def evidence(row: Row, groups: Sequence[Group], *, options: str = "") -> Evidence:
    """Gather what is known of one row of the final table; `options` go before the target of the command."""
    own = [group for group in groups if (group.data, group.scale) == (row["data"], row["scale"])]
    others = [group for group in groups if group not in own]
    values = [metric.value for group in own for metric in group.metrics]
    return Evidence(
        metrics=tuple(metric for group in (*own, *others) for metric in group.metrics),
        plot=plot(row, values),
        command=command(row["target"], options) if row["target"] else "",
        logs=logs(row["target"]) if row["target"] else "",
        hashes={name: row[name] for name in HASHES if row[name]},
    )


def command(target: str, options: str = "", *, again: bool = True) -> str:
    """What makes a file, `again` even if it is there, quoted for a shell as `options` are."""
    program = "snakemake -f" if again else "snakemake"
    return " ".join(filter(None, (program, options, "--", shlex.quote(target))))


def logs(target: str) -> str:
    """Folder of the logs of the jobs behind `results/<experiment>/metrics.csv`."""
    experiment = PurePosixPath(target).parent
    return f"{experiment.parent / 'logs' / experiment.name}/"


def plot(row: Row, values: Iterable[float]) -> Plot | None:
    """The seeds of a cell beside what was printed; None where no seed has a finite value."""
    dots = [value for value in values if finite(repr(value)) is not None]
    if not dots:
        return None
    low, high, tolerance = (finite(row[name]) for name in ("ci_low", "ci_high", "tolerance"))
    centre = _printed(row["reported"], row["unit"])
    limits = None if centre is None or not tolerance else (centre - tolerance, centre + tolerance)
    shown = [*dots, low, high, centre, *(limits or ())]
    axis = axis_over([value for value in shown if value is not None], 14, WIDTH - 14)
    return Plot(
        ticks=tuple((axis.at(value), value) for value in axis.ticks()),
        dots=tuple(axis.at(value) for value in dots),
        interval=_places(axis, None if low is None or high is None or low == high else (low, high)),
        reported=None if centre is None else axis.at(centre),
        tolerance=_places(axis, limits),
    )


def _places(axis: Axis, ends: tuple[float, float] | None) -> tuple[float, float] | None:
    return None if ends is None else (axis.at(ends[0]), axis.at(ends[1]))


def _printed(reported: str, unit: str) -> float | None:
    """The printed number; a citation may print several."""
    try:
        return float(printed_number(reported, unit)[0])
    except InputError:
        return None
