"""Reading parquet with the columns that are asked for, and no more rows or values than a laptop holds."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from reckon.files.arrow import FAULTS, fault
from reckon.files.reading import regular

# Of one file: Natural Questions has some 40 million candidates.
MOST_ROWS = 100_000_000
# Of one column of one group of rows, which is what is unpacked at a time: 4096 windows have 2 million words.
# A number of them that is packed in a few bytes takes its 4 or 8 again, twice over while it is read.
MOST_VALUES = 1 << 23


def opened(path: Path, schema: pa.Schema, what: str) -> pq.ParquetFile:
    """A parquet file that has exactly the columns of `schema`; raises `InputError` for anything else.

    The sizes are those that the file says of itself: they are held against the limits before any is unpacked.
    """
    try:
        file = pq.ParquetFile(regular(path))
        same = file.schema_arrow.equals(schema)
        groups = [file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)]
        values = [group.column(i).num_values for group in groups for i in range(group.num_columns)]
    except FAULTS as error:
        raise fault(path, what, error) from error
    if not same:
        raise fault(path, what, "other columns")
    if file.metadata.num_rows > MOST_ROWS or max(values, default=0) > MOST_VALUES:
        raise fault(path, what, f"more than {MOST_ROWS:,} rows, or {MOST_VALUES:,} values a group of rows")
    return file


def read_columns(path: Path, schema: pa.Schema, what: str, columns: list[str] | None = None) -> pa.Table:
    """All columns, or those named, of a file that `opened` accepts; none holds a missing value."""
    file = opened(path, schema, what)
    try:
        return sound(file.read(columns=columns))
    except FAULTS as error:
        raise fault(path, what, error) from error


def sound(part: pa.Table | pa.RecordBatch) -> pa.Table | pa.RecordBatch:
    """The same table; raises ValueError for inner damage, a missing value, or a number that is not finite."""
    part.validate(full=True)
    for column in part.columns:
        while pa.types.is_list(column.type) or pa.types.is_fixed_size_list(column.type):
            if column.null_count:
                break
            column = column.flatten() if isinstance(column, pa.Array) else column.combine_chunks().flatten()
        numbers = pa.types.is_floating(column.type)
        if column.null_count or (numbers and not pc.all(pc.is_finite(column), min_count=0).as_py()):
            raise ValueError("missing values, or numbers that are not finite")
    return part
