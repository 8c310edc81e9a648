"""Whether the places in a token file, which is mapped and not copied, lie inside its pages."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from reckon.files.reading import regular
from reckon.qa.pages import CLASSES


def mapped(path: Path, schema: pa.Schema) -> pa.Table:
    """The table of an Arrow file with exactly these columns; raises ValueError or pyarrow's for damage."""
    reader = pa.ipc.open_file(pa.memory_map(str(regular(path))))
    if not reader.schema.equals(schema):
        raise ValueError("other columns")
    batches = [reader.get_batch(i) for i in range(reader.num_record_batches)]
    table = pa.Table.from_batches(batches, schema=reader.schema)
    table.validate(full=True)
    needed = (name for name in schema.names if not name.startswith("other_"))  # as before there were any
    if any(table.column(name).null_count for name in needed):
        raise ValueError("missing values")
    return table


def check_places(table: pa.Table) -> None:
    """Raise ValueError unless candidates and answers lie inside their pages."""
    words = lengths(table, "word_offsets") - 1
    for kind in ("candidate", "other"):
        counts = lengths(table, f"{kind}_start")
        if not np.array_equal(counts, lengths(table, f"{kind}_end")):
            raise ValueError(f"{kind}_end: not as many as starts")
        start, end = (_flat(table, f"{kind}_{which}") for which in ("start", "end"))
        if ((start < 0) | (start >= end) | (end > np.repeat(words, counts))).any():
            raise ValueError(f"{kind}_end: outside its page")
    names = ("answer_start", "answer_end", "answer_class", "gold_candidate")
    start, end, classes, golden = (table.column(name).to_numpy() for name in names)
    inside = (start == -1) & (end == -1) | (start >= 0) & (start < end) & (end <= words)
    inside &= (classes >= 0) & (classes < len(CLASSES))
    inside &= (golden >= -1) & (golden < lengths(table, "candidate_start"))
    if not inside.all():
        raise ValueError(f"page {int(np.argmin(inside))}: a label outside its page")


def lengths(table: pa.Table, column: str) -> np.ndarray:
    """(rows,) lengths of the lists of a column."""
    chunks = [np.diff(chunk.offsets.to_numpy()) for chunk in table.column(column).chunks]
    return np.concatenate(chunks) if chunks else np.zeros(0, np.int32)


def _flat(table: pa.Table, column: str) -> np.ndarray:
    chunks = [chunk.flatten().to_numpy() for chunk in table.column(column).chunks]
    return np.concatenate(chunks) if chunks else np.zeros(0, np.int32)
