"""The benchmark files that Snakemake writes beside every job: wall time and peak memory."""

import math
from pathlib import Path

from reckon.errors import InputError
from reckon.files.rows import Fields, number, records

_REMEDY = "not a benchmark of Snakemake; remove it or run its rule again"
_NOT_MEASURED = ("NA", "-", "")


def benchmark(path: Path) -> list[tuple[float, float | None]]:
    """Seconds, and peak resident memory in MiB (None for jobs too short to be looked at), by repetition.

    Raises `InputError` that names the file for anything that is no benchmark.
    """
    lines = records(path, needed=("s",), delimiter="\t", remedy=_REMEDY)
    rows = [_row(row) for _, row in lines]
    if not rows or None in rows:
        raise InputError(f"{path}:1: {_REMEDY}")
    return [row for row in rows if row is not None]


def _row(row: Fields) -> tuple[float, float | None] | None:
    peak = row.get("max_rss", "")
    try:
        seconds, memory = number(row["s"]), None if peak in _NOT_MEASURED else number(peak)
    except ValueError:
        return None
    return (seconds, memory) if 0 <= seconds < math.inf and not (memory or 0) < 0 else None
