"""The tidy metrics row: one measured value of one seed, and nothing else feeds the final table."""

import csv
import math
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from reckon.errors import InputError
from reckon.files.rows import rows_of
from reckon.files.writing import writing


@dataclass(frozen=True)
class Metric:
    """One value: where it belongs (`experiment`, `table`, `row`, `column`), what it is, and its proof."""

    experiment: str
    table: str
    row: str
    column: str
    seed: int
    value: float
    unit: str
    n: int  # what the value was averaged over: questions, rows, dofs
    scale: str
    data: str
    evidence: str  # path of the predictions the value was computed from


_ROUNDING = 1e-6  # by which a mean of single-precision numbers may pass its bound
COLUMNS = tuple(field.name for field in fields(Metric))


def write_metrics(path: str | os.PathLike[str], metrics: Iterable[Metric]) -> None:
    """Write metrics as csv, atomically, values with 17 significant digits so that nothing is lost."""
    with writing(path) as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for metric in metrics:
            writer.writerow(asdict(metric) | {"value": repr(float(metric.value))})


def read_metrics(path: str | os.PathLike[str]) -> list[Metric]:
    """Read what `write_metrics` wrote; raises `InputError` with file and line for anything else.

    No seed of a cell stands twice, and a share lies in [0, 1].
    """
    metrics = rows_of(path, Metric, remedy="make it again")
    seen: dict[tuple[str | int, ...], int] = {}
    for number, one in enumerate(metrics, 2):
        key = (one.experiment, one.table, one.row, one.column, one.seed, one.scale, one.data)
        if key in seen:
            raise InputError(f"{path}:{number}: cell and seed are those of line {seen[key]}; make it again")
        if one.unit == "share" and not math.isnan(one.value) and not 0 <= one.value <= 1 + _ROUNDING:
            raise InputError(f"{path}:{number}: value {one.value} is no share; make it again")
        seen[key] = number
    return metrics
