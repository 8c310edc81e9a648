"""Arrow files: written row by row, mapped into memory, with exactly the columns that are asked for."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa

from reckon.errors import InputError
from reckon.files.reading import regular
from reckon.files.writing import replaced

FAULTS = (InputError, OSError, ValueError, TypeError, pa.ArrowException)  # what pyarrow raises for damage
_ROWS_PER_BATCH = 64


def fault(path: Path, what: str, error: object) -> InputError:
    """The error of a file that is not what it should be: `what`."""
    return InputError(f"{path}: {what} ({error}); run its rule again")


def write_rows(path: Path, rows: Iterable[dict[str, Any]], schema: pa.Schema) -> int:
    """Write rows with the columns of `schema`, atomically and uncompressed; return their number."""
    count, batch = 0, []
    with (
        replaced(path) as temporary,
        pa.OSFile(str(temporary), "wb") as sink,
        pa.ipc.new_file(sink, schema) as out,
    ):
        for row in rows:
            batch.append(row)
            count += 1
            if len(batch) == _ROWS_PER_BATCH:
                out.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))
                batch = []
        if batch:
            out.write_batch(pa.RecordBatch.from_pylist(batch, schema=schema))
    return count


def mapped(path: Path, schema: pa.Schema) -> pa.Table:
    """The table of a file with exactly these columns, in which no value is missing.

    Raises ValueError or pyarrow's own for damage: the caller says what the file should have been.
    """
    reader = pa.ipc.open_file(pa.memory_map(str(regular(path))))
    if not reader.schema.equals(schema):
        raise ValueError("other columns")
    batches = [reader.get_batch(i) for i in range(reader.num_record_batches)]
    table = pa.Table.from_batches(batches, schema=reader.schema)
    table.validate(full=True)
    if any(map(_has_gaps, table.columns)):
        raise ValueError("missing values")
    return table


def _has_gaps(column: pa.ChunkedArray) -> bool:
    """Whether a value is missing, also in lists, and in lists of lists."""
    for part in column.chunks:
        while not part.null_count and pa.types.is_list(part.type):
            part = part.flatten()
        if part.null_count:
            return True
    return False


def lengths(table: pa.Table, column: str) -> Any:
    """(rows,) lengths of the lists of a column."""
    import numpy as np

    chunks = [np.diff(chunk.offsets.to_numpy()) for chunk in table.column(column).chunks]
    return np.concatenate(chunks) if chunks else np.zeros(0, np.int32)
