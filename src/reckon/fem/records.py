"""The records of single levels, as the jobs that solved them left them: checked before they are gathered."""

import os
from collections.abc import Iterable
from typing import Any

from reckon.errors import InputError
from reckon.fem.results import EQUATIONS
from reckon.files.reading import read_json, read_jsonl
from reckon.files.shapes import require

Record = dict[str, Any]
PathLike = str | os.PathLike[str]
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
        for number, row in read_jsonl(path):
            require(f"{path}:{number}", row, _ERROR, "measure the errors again")
            if row["value"] < 0:
                raise InputError(f"{path}:{number}: value: below 0; measure the errors again")
            rows.append(row)
    return rows
