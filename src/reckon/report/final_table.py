"""Every reported cell beside what was recomputed: the rows of `results/final_table.csv`."""

import csv
import math
import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reckon.errors import InputError
from reckon.files.hashes import fingerprint
from reckon.files.rows import records
from reckon.files.writing import writing
from reckon.report.sources import Group, Key, Source, best_baseline, by_cell, chosen, comparable
from reckon.report.verdicts import FATAL, VERDICTS, Judgement, Recomputed, judge
from reckon.tables.transcription import Cell, Table, Tolerance, Transcription

COLUMNS = (
    *("deck", "table", "row", "column", "unit", "direction", "reported", "reported_line"),
    *("scale", "data", "n_planned", "n_done", "mean", "ci_low", "ci_high"),
    *("delta", "tolerance", "tolerance_reason", "verdict", "reason"),
    *("target", "code_sha256", "config_sha256", "data_sha256", "env_sha256", "device"),
    *("baseline", "baseline_value"),
)
Row = dict[str, str]


def final_rows(
    transcription: Transcription,
    sources: Sequence[Source],
    *,
    scale: str,
    planned: Mapping[str, int],
    config_sha256: str = "",
) -> list[Row]:
    """One row a reported cell, in the decks' order, with the columns `COLUMNS`, all as text.

    `planned` gives the number of planned seeds by experiment, or by `experiment:row` where a row of
    the table differs. `config_sha256` is used where a metrics file has no sidecar.
    Raises `InputError` if metrics exist for an experiment whose planned seeds are not given.
    """
    groups = by_cell(sources)
    given = {source.path for source in sources}
    measured = {table for table, _, _ in groups}
    rows = []
    for cell in transcription.cells:
        table = transcription.tables[cell.table]
        tolerance = transcription.tolerances.get((cell.table, cell.column))
        if cell.kind == "citation":
            row = _judgement_columns(judge(cell, None, not_run=""))
        elif found := groups.get((cell.table, cell.row, cell.column)):
            seeds = _planned(table, cell, planned)
            if seeds is None:
                raise InputError(f"{table.experiment}: metrics but no planned seeds; give --planned-seeds")
            row = {"config_sha256": config_sha256} | _judged(cell, table, found, groups, seeds, tolerance)
        else:
            seeds = _planned(table, cell, planned) if cell.kind == "measured" else None
            row = {"scale": scale, "target": table.target, "n_planned": str(seeds or "")}
            row |= _judgement_columns(
                judge(cell, None, not_run=_not_run(cell, table, given, measured), tolerance=tolerance)
            )
        rows.append({name: (_cell_columns(cell) | row).get(name, "") for name in COLUMNS})
    return rows


def strays(transcription: Transcription, sources: Iterable[Source]) -> list[str]:
    """Metrics rows that name neither a reported cell nor a baseline; most likely a misspelt row."""
    known = {(cell.table, cell.row, cell.column) for cell in transcription.cells}
    found = {
        f"{m.table} | {m.row} | {m.column}"
        for source in sources
        for m in source.metrics
        if m.table in transcription.tables
        and (m.table, m.row, m.column) not in known
        and m.row not in transcription.tables[m.table].baselines
    }
    return sorted(found)


def planned_of(texts: Iterable[str]) -> dict[str, int]:
    """Numbers of seeds by experiment or `experiment:row`, from `NAME=N`; raises `InputError` for another."""
    planned = {}
    for text in texts:
        name, _, number = text.rpartition("=")
        if not name or not number.isdecimal():
            raise InputError(f"--planned-seeds: expected NAME=N, found {text!r}")
        planned[name] = int(number)
    return planned


def write_rows(path: str | os.PathLike[str], rows: Iterable[Row]) -> None:
    """Write the table as csv, atomically."""
    with writing(path) as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def read_rows(path: str | os.PathLike[str]) -> list[Row]:
    """Read what `write_rows` wrote; raises `InputError` for other columns, no row, or an unknown verdict."""
    rows = []
    for where, row in records(path, COLUMNS, remedy="build the table again"):
        if row["verdict"] not in VERDICTS:
            raise InputError(f"{where}: {row['verdict']!r} is no verdict; build the table again")
        rows.append(row)
    if not rows:
        raise InputError(f"{path}: no cell, so that nothing is settled; build the table again")
    return rows


def fatal(rows: Iterable[Row]) -> list[str]:
    """The cells that must not pass: worse than reported, changed by hand, or failed; one line each."""
    return [
        f"{row['verdict']}: {row['table']} | {row['row']} | {row['column']}: {row['reason']}"
        for row in rows
        if row["verdict"] in FATAL
    ]


def counts(rows: Iterable[Row]) -> dict[str, int]:
    """Number of cells by verdict, verdicts in their own order, without those that do not occur."""
    found = Counter(row["verdict"] for row in rows)
    return {verdict: found[verdict] for verdict in VERDICTS if found[verdict]}


def _judged(
    cell: Cell,
    table: Table,
    found: Sequence[Group],
    groups: Mapping[Key, list[Group]],
    seeds: int,
    tolerance: Tolerance | None,
) -> Row:
    """The columns of a cell that has metrics."""
    group = chosen(found, table)
    baseline = best_baseline(cell, table, group, groups)
    recomputed, behind = _recomputed(group, table, seeds), table.behind(cell)
    judgement = judge(cell, recomputed, not_run="", tolerance=tolerance, behind=behind)
    return (
        _judgement_columns(judgement)
        | {"scale": group.scale, "data": group.data, "n_planned": str(seeds), "target": table.target}
        | {"reason": judgement.reason + _beside(cell, group, baseline, found)}
        | ({"baseline": baseline.row, "baseline_value": _text(baseline.mean)} if baseline else {})
        | _provenance_columns(group.source.record)
    )


def _recomputed(group: Group, table: Table, planned: int) -> Recomputed:
    units = sorted({m.unit for m in group.metrics})
    return Recomputed(
        values=tuple((m.seed, m.value) for m in group.metrics),
        unit=" and ".join(units),
        scale=group.scale,
        data=group.data,
        planned=planned,
        deterministic=table.settled_by_one_run(group.row),
        comparable=comparable(group, table),
        tampered=group.source.tampered,
    )


def _planned(table: Table, cell: Cell, planned: Mapping[str, int]) -> int | None:
    if table.settled_by_one_run(cell.row):
        return 1
    return planned.get(f"{table.experiment}:{cell.row}", planned.get(table.experiment))


def _not_run(cell: Cell, table: Table, given: set[str], measured: set[str]) -> str:
    """Why no value stands beside a cell; a file may hold other tables and no row at all of this one."""
    if cell.kind == "definition":
        return "a setting or an illustration of the deck, not a result"
    if table.target in given and (cell.table in measured or not table.not_run):
        return f"{table.target} has no row for this cell"
    return table.not_run or f"{table.target} was not asked for"


def _cell_columns(cell: Cell) -> Row:
    names = ("deck", "table", "row", "column", "unit", "direction", "reported", "reported_line")
    return {name: str(getattr(cell, name)) for name in names}


def _judgement_columns(judgement: Judgement) -> Row:
    estimate = judgement.estimate
    has_interval = estimate is not None and math.isfinite(estimate.low)
    return {
        "verdict": judgement.verdict,
        "reason": judgement.reason,
        "n_done": str(judgement.n_done),
        "mean": _text(estimate.mean if estimate else None),
        "ci_low": _text(estimate.low if estimate and has_interval else None),
        "ci_high": _text(estimate.high if estimate and has_interval else None),
        "delta": _text(judgement.delta),
        "tolerance": _text(judgement.tolerance),
        "tolerance_reason": judgement.tolerance_reason,
    }


def _beside(cell: Cell, group: Group, baseline: Group | None, found: Sequence[Group]) -> str:
    """What the reason adds to the verdict: a baseline that is not beaten, and other data's values."""
    sign = 1 if cell.direction == "higher" else -1
    lost = baseline is not None and sign * (group.mean - baseline.mean) <= 0
    others = [f"{g.mean:.4g} from {g.data} at scale {g.scale}" for g in found if g is not group]
    return (f"; it does not beat the baseline {baseline.row}" if baseline and lost else "") + (
        f"; also {', '.join(others)}" if others else ""
    )


def _provenance_columns(record: Mapping[str, Any] | None) -> Row:
    if record is None:
        return {}
    return {
        "code_sha256": fingerprint(record["code"]),
        "config_sha256": fingerprint(record["params"]),
        "data_sha256": fingerprint(record["inputs"]),
        "env_sha256": next(iter(record["lock"].values()), ""),
        "device": str(record["params"].get("device", "")),
    }


def _text(value: float | None) -> str:
    """Ten significant digits; empty for what is not there."""
    return "" if value is None else f"{value:.10g}"
