"""The file of candidates that a sift let through; apart, so that an edit of the sift rescores nothing."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reckon.errors import InputError
from reckon.files.writing import replaced
from reckon.qa.columns import fault, read_columns
from reckon.qa.features import TokenPages

SCHEMA = pa.schema([("example_id", pa.string()), ("candidate", pa.int32()), ("probability", pa.float64())])
_WHAT = "not a file of survivors"


def write_survivors(path: Path, kept: Iterable[tuple[str, int, float]]) -> None:
    """Write (example id, candidate, answer probability) as parquet, atomically."""
    ids, candidates, probabilities = zip(*kept, strict=True) if (kept := list(kept)) else ((), (), ())
    columns = [
        pa.array(values, field.type)
        for values, field in zip((ids, candidates, probabilities), SCHEMA, strict=True)
    ]
    with replaced(path) as temporary:
        pq.write_table(pa.Table.from_arrays(columns, schema=SCHEMA), temporary, compression="zstd")


def read_survivors(path: Path) -> list[tuple[str, int, float]]:
    """Read what `write_survivors` wrote; raises `InputError` if it is not that."""
    table = read_columns(path, SCHEMA, _WHAT)
    if (candidates := table.column("candidate").to_numpy()).min(initial=0) < 0:
        raise fault(path, _WHAT, f"candidate {candidates.min()}")
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def surviving_pairs(tokens: TokenPages, kept: Iterable[tuple[str, int, float]]) -> np.ndarray:
    """(n, 2) the (page, candidate) numbers of survivors in a token file, in their order.

    Raises `InputError` for a page that is not in the token file.
    """
    pages = {example_id: page for page, example_id in enumerate(tokens.example_id)}
    try:
        pairs = [(pages[example_id], candidate) for example_id, candidate, _ in kept]
    except KeyError as error:
        raise InputError(f"{tokens.path}: no page {error}; sift the same pages again") from error
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)
