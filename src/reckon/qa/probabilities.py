"""What a reader says of candidates: class probabilities and, by word, start and end probabilities.

By word, not by token, so that models with different tokenizers can be averaged: a word's start
probability is that of its first token, its end probability that of its last.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reckon.errors import InputError
from reckon.files.writing import replaced
from reckon.qa.columns import FAULTS, fault, opened, read_columns, sound

SCHEMA = pa.schema(
    [
        ("example_id", pa.string()),
        ("candidate", pa.int32()),
        ("classes", pa.list_(pa.float32(), 5)),  # NONE, LONG, SHORT, NO, YES
        ("start", pa.list_(pa.float32())),  # one a word of the candidate that fitted the window
        ("end", pa.list_(pa.float32())),
    ]
)
_ROWS_PER_GROUP = 4096
_WHAT = "cannot be read as probabilities"


@dataclass(frozen=True)
class Probabilities:
    """One model's (or ensemble's) probabilities for one candidate of one page."""

    example_id: str
    candidate: int
    classes: np.ndarray  # (5,)
    start: np.ndarray  # (words,)
    end: np.ndarray  # (words,)


def write_probabilities(path: Path, rows: Iterable[Probabilities]) -> int:
    """Write rows as parquet, atomically, in groups, so that memory stays bounded; return their number."""
    count, rows = 0, iter(rows)
    with replaced(path) as temporary, pq.ParquetWriter(temporary, SCHEMA, compression="zstd") as out:
        while group := list(islice(rows, _ROWS_PER_GROUP)):
            out.write_table(_table(group))
            count += len(group)
    return count


def _table(rows: list[Probabilities]) -> pa.Table:
    columns = [
        pa.array([row.example_id for row in rows], pa.string()),
        pa.array([row.candidate for row in rows], pa.int32()),
        pa.array([row.classes for row in rows], SCHEMA.field("classes").type),
        pa.array([row.start for row in rows], SCHEMA.field("start").type),
        pa.array([row.end for row in rows], SCHEMA.field("end").type),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def read_probabilities(path: Path) -> Iterator[Probabilities]:
    """Yield the rows that `write_probabilities` wrote, in order; raises `InputError` for anything else."""
    try:
        for batch in opened(path, SCHEMA, _WHAT).iter_batches(_ROWS_PER_GROUP):
            yield from _rows(sound(batch))
    except FAULTS as error:
        raise fault(path, _WHAT, error) from error


def _rows(batch: pa.RecordBatch) -> Iterator[Probabilities]:
    ids, candidates = batch.column(0).to_pylist(), batch.column(1).to_pylist()
    for i, (example_id, candidate) in enumerate(zip(ids, candidates, strict=True)):
        classes, start, end = (
            batch.column(name)[i].values.to_numpy() for name in ("classes", "start", "end")
        )
        if candidate < 0 or len(start) != len(end):
            raise ValueError(f"page {example_id}, candidate {candidate}: not as many starts as ends")
        yield Probabilities(example_id, candidate, classes, start, end)


def read_answer_probabilities(path: Path) -> tuple[list[str], np.ndarray, np.ndarray]:
    """Example ids (n), candidates (n,) and answer probabilities (n,) of a file, without its word rows."""
    table = read_columns(path, SCHEMA, _WHAT, ["example_id", "candidate", "classes"])
    classes = table.column("classes").combine_chunks().flatten().to_numpy().reshape(-1, 5)
    ids, candidates = table.column("example_id").to_pylist(), table.column("candidate").to_numpy()
    return ids, candidates, answer_probability(classes.astype(np.float64))


def probabilities_by_page(path: Path) -> dict[str, np.ndarray]:
    """Answer probabilities of a page's candidates, in their order, by example id."""
    by_page: dict[str, list[float]] = defaultdict(list)
    ids, _, probabilities = read_answer_probabilities(path)
    for example_id, probability in zip(ids, probabilities, strict=True):
        by_page[example_id].append(probability)
    return {example_id: np.array(values) for example_id, values in by_page.items()}


def answer_probability(classes: np.ndarray) -> np.ndarray:
    """P(the candidate holds an answer) = 1 − P(none); `classes` (…, 5) -> (…).

    As the sum of the other classes: the difference loses the digits of small probabilities, by which
    negatives are drawn.
    """
    return classes[..., 1:].sum(-1, dtype=np.float64)


def average(models: Sequence[Iterable[Probabilities]], weights: Sequence[float]) -> Iterator[Probabilities]:
    """Weighted mean of probabilities (not logits) over models, row by row.

    Every model must hold the same candidates in the same order. Where a model's window held fewer
    words of a candidate, its probability there is 0: it could not have answered there.

    Raises `InputError` if the models disagree about the candidates.
    """
    shares = np.asarray(weights, dtype=np.float64) / sum(weights)
    for rows in zip_longest(*models):
        found = {row and (row.example_id, row.candidate) for row in rows}
        if len(found) > 1:
            example_id, candidate = next(row for row in found if row)
            raise InputError(
                f"ensemble: page {example_id}, candidate {candidate}: the models scored different "
                "candidates; run the prediction rules again"
            )
        first = rows[0]
        words = max(len(row.start) for row in rows)
        yield Probabilities(
            first.example_id,
            first.candidate,
            _mean([row.classes for row in rows], shares, 5),
            _mean([row.start for row in rows], shares, words),
            _mean([row.end for row in rows], shares, words),
        )


def _mean(rows: list[np.ndarray], shares: np.ndarray, length: int) -> np.ndarray:
    total = np.zeros(length)
    for row, share in zip(rows, shares, strict=True):
        total[: len(row)] += share * row
    return total.astype(np.float32)
