"""Metrics files as the final table sees them: grouped by cell, with their provenance."""

import math
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reckon.steps.chain import Chain
from reckon.steps.provenance import read_sidecar
from reckon.tables.metrics import Metric, read_metrics
from reckon.tables.transcription import Cell, Table

Key = tuple[str, str, str]  # table, row, column


@dataclass(frozen=True)
class Source:
    """One metrics file, its provenance record (None if unstamped), and what was changed since."""

    path: str
    metrics: tuple[Metric, ...]
    record: Mapping[str, Any] | None
    tampered: tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """The values of one cell from one data set at one scale, and the file they stand in."""

    source: Source
    metrics: tuple[Metric, ...]

    @property
    def row(self) -> str:
        """The metrics row's own row name."""
        return self.metrics[0].row

    @property
    def data(self) -> str:
        """Name of the data set."""
        return self.metrics[0].data

    @property
    def scale(self) -> str:
        """Name of the scale."""
        return self.metrics[0].scale

    @property
    def mean(self) -> float:
        """Mean over seeds; NaN if a value is."""
        return sum(m.value for m in self.metrics) / len(self.metrics)


def read_sources(
    paths: Iterable[str | os.PathLike[str]], results: str = ".", *, recorded: bool = False
) -> list[Source]:
    """Read metrics files with their sidecars, and recompute the hashes of their chains, each file once.

    `results` is the folder of the results, from which records name files; with `recorded`, a metrics file
    that has no record counts as tampered.
    """
    chain = Chain(results)
    return [
        Source(
            os.fspath(path),
            tuple(read_metrics(path)),
            read_sidecar(path),
            tuple(chain.faults(path, recorded=recorded)),
        )
        for path in paths
    ]


def read_source(path: str | os.PathLike[str]) -> Source:
    """Read one metrics file; as `read_sources`."""
    return read_sources([path])[0]


def by_cell(sources: Iterable[Source]) -> dict[Key, list[Group]]:
    """Groups by (table, row, column): one for each file, data set and scale, in the order of filing."""
    split: dict[Key, dict[tuple[str, str, str], list[Metric]]] = defaultdict(lambda: defaultdict(list))
    by_path = {source.path: source for source in sources}
    for source in by_path.values():
        for m in source.metrics:
            split[m.table, m.row, m.column][source.path, m.data, m.scale].append(m)
    return {
        key: [Group(by_path[where[0]], tuple(metrics)) for where, metrics in groups.items()]
        for key, groups in split.items()
    }


def chosen(groups: Sequence[Group], table: Table) -> Group:
    """The group that stands beside the cell: comparable before others, then the one filed first."""
    return min(groups, key=lambda group: not comparable(group, table))


def comparable(group: Group, table: Table) -> bool:
    """Whether a value answers the deck's own problem: its data, at a scale that changes nothing of it."""
    return group.data == table.data and group.scale in table.scales


def best_baseline(cell: Cell, table: Table, group: Group, groups: Mapping[Key, list[Group]]) -> Group | None:
    """The best trivial system of the same table and column, on the same data at the same scale.

    None where no direction is better, or no row of the metrics is a baseline of the table.
    """
    if cell.direction == "equal":
        return None
    rivals = [
        rival
        for name in table.baselines
        if name != cell.row
        for rival in groups.get((cell.table, name, cell.column), [])
        if (rival.data, rival.scale) == (group.data, group.scale) and math.isfinite(rival.mean)
    ]
    sign = 1 if cell.direction == "higher" else -1
    return max(rivals, key=lambda rival: sign * rival.mean, default=None)
