"""From the records of single levels, checked, to the tidy tables, and from these to effects.

The effects are what the deck claims about the method: growth of the steps, rates of convergence. Nothing in
them is random: an effect is one number, and its interval has no width. Nothing here imports Firedrake.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from math import inf, isfinite, isnan, log2, nan
from typing import Any

from reckon.errors import InputError
from reckon.files.reading import read_json, read_jsonl
from reckon.files.rows import count, number, records
from reckon.files.shapes import require
from reckon.tables.effects import Effect
from reckon.tables.metrics import Metric

Record = dict[str, Any]
Row = dict[str, Any]
Line = Mapping[str, str]  # of iterations.csv or errors.csv, as text
PathLike = str | os.PathLike[str]

EQUATIONS = ("eq51", "eq57a", "eq57bc", "eq57d")
# The deck's columns for our equations.
COLUMNS = dict(zip(EQUATIONS, ("Eq.(5.1)", "Eq.(5.7a)", "Eq.(5.7b)-(5.7c)", "Eq.(5.7d)"), strict=True))
KEYS = ("solver", "epsilon", "level", "h", "dofs", "ranks")
ITERATIONS = ("solver", "epsilon", "level", "h", "dofs", *EQUATIONS, "residuals", "ranks")
PHASES = ("mesh", "assembly", "setup", *(f"solve {equation}" for equation in EQUATIONS), "errors")
TIMINGS = (*KEYS, *PHASES, "total", "peak_gib")
SOLUTION = ("name", "epsilon", "x", "y", "u")
_COUNTS, _NUMBERS, _MEASURED = {"level"}, {"epsilon", "x", "y", "u"}, {"value", "rate"}
ERRORS = ("example", "w_element", "boundary", "epsilon", "level", "h", "dofs", "norm", "value", "rate")

COARSEST = 4  # growth is counted from here: on coarser levels a multigrid method is a direct solver
REFINEMENTS = 3  # at least so many: a count of steps moves by one for small reasons
CONTRAST = "finest - coarse"

_REMEDY = "solve this level again"
_LEVEL = {
    "solver": str,
    "epsilon": float,
    "level": int,
    "h": str,
    "dofs": int,
    "ranks": int,
    "steps": dict.fromkeys(EQUATIONS, int),
    "converged": dict.fromkeys(EQUATIONS, bool),
    "residuals": {equation: [float] for equation in EQUATIONS},
}
_COST = {"seconds": {...: float}, "peak_gib": float}
_ERROR = {
    "example": str,
    "w_element": str,
    "boundary": str,
    "epsilon": float,
    "level": int,
    "h": str,
    "dofs": int,
    "norm": str,
    "value": float,
}


def h_of(level: int) -> str:
    """The mesh width as the deck prints it: 2^{-1}, 2^{-2} and so on."""
    return f"2^{{-{level}}}"


def read_level(path: PathLike) -> Record:
    """What `solve_level` measured; raises `InputError` that names the file and the place of a fault."""
    record = read_json(path, remedy=_REMEDY)
    require(str(path), record, _LEVEL, _REMEDY)
    for equation in EQUATIONS:
        if not record["residuals"][equation]:
            raise InputError(f"{path}: residuals.{equation}: empty; {_REMEDY}")
    return record


def read_cost(path: PathLike) -> Record:
    """Seconds by phase, and memory, of one level; raises as `read_level`."""
    record = read_json(path, remedy=_REMEDY)
    require(str(path), record, _COST, _REMEDY)
    return record


def read_errors(paths: Iterable[PathLike]) -> list[Record]:
    """Errors by norm of all levels; raises `InputError` with file and line for anything else."""
    rows = []
    for path in paths:
        for line, row in read_jsonl(path):
            require(f"{path}:{line}", row, _ERROR, "measure the errors again")
            if row["value"] < 0:
                raise InputError(f"{path}:{line}: value: below 0; measure the errors again")
            rows.append(row)
    return rows


def iteration_row(record: Record) -> Row:
    """A level's line of iterations.csv; a solver that did not converge is named as such."""
    steps = {
        equation: record["steps"][equation] if record["converged"][equation] else "not converged"
        for equation in EQUATIONS
    }
    final = ";".join(f"{record['residuals'][equation][-1]:.1e}" for equation in EQUATIONS)
    return {key: record[key] for key in KEYS} | steps | {"residuals": final}


def timing_row(record: Record, cost: Record) -> Row:
    """A level's line of timings.csv: seconds by phase (of the slowest process) and peak memory of all."""
    seconds = {phase: round(cost["seconds"].get(phase, 0.0), 3) for phase in PHASES}
    total = round(sum(cost["seconds"].values()), 3)
    return (
        {key: record[key] for key in KEYS}
        | seconds
        | {"total": total, "peak_gib": round(cost["peak_gib"], 3)}
    )


def with_rates(rows: Sequence[Row]) -> list[Row]:
    """Add `rate` = log₂(error on the level before / error), empty where there is none."""

    def series(row: Row) -> tuple[Any, ...]:
        return tuple(row[key] for key in ("example", "w_element", "boundary", "epsilon", "norm"))

    values = {(*series(row), row["level"]): row["value"] for row in rows}
    result = []
    for row in rows:
        before = values.get((*series(row), row["level"] - 1))
        rate = log2(before / row["value"]) if before and row["value"] else None
        result.append(row | {"rate": "" if rate is None else f"{rate:.3f}"})
    return result


def metrics(records: Iterable[tuple[str, Record]], scale: str) -> list[Metric]:
    """The cells of the deck's table `iterations` from (path, record) of its levels.

    A cell whose solver did not converge is left out: it has no number of steps.
    """
    found = []
    for path, record in records:

        def cell(column: str, value: int, unit: str, record: Record = record, path: str = path) -> Metric:
            row = h_of(record["level"])
            return Metric(
                "fem", "iterations", row, column, 0, value, unit, record["dofs"], scale, "smooth", path
            )

        found.append(cell("#dofs", record["dofs"], "dofs"))
        found += [
            cell(COLUMNS[equation], record["steps"][equation], "steps")
            for equation in EQUATIONS
            if record["converged"][equation]
        ]
    return found


def read_rows(path: PathLike, columns: Sequence[str]) -> list[dict[str, str]]:
    """Read what `reckon.files.rows.write_rows` wrote, every value as text.

    Raises `InputError` with file and line for other columns, or for a level, ε or place that is no number.
    """
    rows = []
    for where, row in records(path, columns):
        try:
            for name in _NUMBERS & row.keys():
                if not isfinite(number(row[name])):
                    raise ValueError(f"{name} is {row[name]}, not finite")
            for name in _COUNTS & row.keys():
                count(row[name])
            for name in _MEASURED & row.keys():
                number(row[name] or "nan")
        except ValueError as error:
            raise InputError(f"{where}: {error}; make it again") from None
        rows.append(row)
    return rows


def step_growth(lines: Iterable[Line], scale: str, evidence: str) -> list[Effect]:
    """Steps that each refinement adds: by preset and equation for ε = 1, and the worst equation and ε.

    From the coarsest level at or above `COARSEST` to the finest; series of fewer than `REFINEMENTS`
    refinements are left out. NaN where a solver did not converge.
    """
    series: dict[tuple[str, float], dict[int, Line]] = {}
    for line in lines:
        if int(line["level"]) >= COARSEST:
            series.setdefault((line["solver"], float(line["epsilon"])), {})[int(line["level"])] = line
    effects, worst = [], dict[str, float]()
    for (solver, epsilon), levels in series.items():
        if max(levels) - min(levels) < REFINEMENTS:
            continue
        growth = {name: _growth(levels, name) for name in EQUATIONS}
        if epsilon == 1:
            effects += [
                _steps(f"{solver} {COLUMNS[name]}", growth[name], scale, evidence) for name in EQUATIONS
            ]
        worst[solver] = _largest([*growth.values(), worst.get(solver, -inf)])
    return effects + [
        _steps(f"{solver} worst equation and epsilon", value, scale, evidence)
        for solver, value in worst.items()
    ]


def smallest_epsilon_rates(lines: Iterable[Line], scale: str, evidence: str) -> list[Effect]:
    """Rate in the energy norm on the finest level for the smallest ε, by example, space W_h and boundary."""
    finest: dict[tuple[str, str], Line] = {}
    for line in lines:
        if line["norm"] != "energy" or not line["rate"]:
            continue
        boundary = "" if line["boundary"] == "strong" else f", {line['boundary']}"
        key = (line["example"], f"{line['w_element']}{boundary}")
        if key not in finest or _fineness(line) > _fineness(finest[key]):
            finest[key] = line
    return [
        _rate(example, arm, float(line["rate"]), scale, evidence) for (example, arm), line in finest.items()
    ]


def _growth(levels: Mapping[int, Line], equation: str) -> float:
    coarse, fine = min(levels), max(levels)
    first, last = levels[coarse][equation], levels[fine][equation]
    if not (first.isdecimal() and last.isdecimal()):
        return nan
    return (int(last) - int(first)) / (fine - coarse)


def _largest(values: Iterable[float]) -> float:
    """The largest, NaN if one of them is."""
    values = list(values)
    return nan if any(map(isnan, values)) else max(values)


def _fineness(line: Line) -> tuple[float, int]:
    return -float(line["epsilon"]), int(line["level"])


def _steps(what: str, value: float, scale: str, evidence: str) -> Effect:
    measure = f"{what}, steps per refinement"
    return Effect("fem", CONTRAST, measure, "steps", scale, "smooth", 0, 0, value, value, value, evidence)


def _rate(example: str, arm: str, value: float, scale: str, evidence: str) -> Effect:
    measure = f"rate in the energy norm, {arm}, smallest epsilon"
    return Effect(
        "fem", f"finest level, {example}", measure, "1", scale, example, 0, 0, value, value, value, evidence
    )
