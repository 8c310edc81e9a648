"""Whether the places in a token file lie inside its pages."""

import numpy as np
import pyarrow as pa

from reckon.files.arrow import lengths
from reckon.qa.pages import CLASSES, NONE, SHORT

LARGEST_TOKEN = (1 << 24) - 1  # no vocabulary has more


def check_places(table: pa.Table) -> None:
    """Raise ValueError unless candidates and answers lie inside their pages, and labels agree with them."""
    words = lengths(table, "word_offsets") - 1
    for kind in ("candidate", "other"):
        counts = lengths(table, f"{kind}_start")
        if not np.array_equal(counts, lengths(table, f"{kind}_end")):
            raise ValueError(f"{kind}_end: not as many as starts")
        start, end = (_flat(table, f"{kind}_{which}") for which in ("start", "end"))
        if ((start < 0) | (start >= end) | (end > np.repeat(words, counts))).any():
            raise ValueError(f"{kind}_end: outside its page")
    _check_labels(table, words)


def _check_labels(table: pa.Table, words: np.ndarray) -> None:
    names = ("answer_start", "answer_end", "answer_class", "gold_candidate")
    start, end, classes, golden = (table.column(name).to_numpy() for name in names)
    counts = lengths(table, "candidate_start")
    others, owners = _flat(table, "other_gold"), lengths(table, "other_gold")
    if ((others < 0) | (others >= np.repeat(counts, owners))).any():
        raise ValueError("other_gold: no candidate of its page")
    inside = (start == -1) & (end == -1) | (start >= 0) & (start < end) & (end <= words)
    inside &= (classes >= 0) & (classes < len(CLASSES))
    inside &= (golden >= -1) & (golden < counts)
    if not inside.all():
        raise ValueError(f"page {int(np.argmin(inside))}: a label outside its page")
    agreed = ((classes == NONE) == (golden == -1)) & ((classes == SHORT) == (start >= 0))
    first = np.concatenate([[0], np.cumsum(counts)])[:-1]
    rows = np.flatnonzero(agreed & (classes == SHORT))
    of_gold = first[rows] + golden[rows]
    agreed[rows] &= _flat(table, "candidate_start")[of_gold] <= start[rows]
    agreed[rows] &= _flat(table, "candidate_end")[of_gold] >= end[rows]
    if not agreed.all():
        raise ValueError(f"page {int(np.argmin(agreed))}: its class, candidate and short answer contradict")


def _flat(table: pa.Table, column: str) -> np.ndarray:
    chunks = [chunk.flatten().to_numpy() for chunk in table.column(column).chunks]
    return np.concatenate(chunks) if chunks else np.zeros(0, np.int32)
