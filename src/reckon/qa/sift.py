"""Sifting: the fast model decides which candidates the strong models see at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reckon.errors import InputError
from reckon.files import replaced
from reckon.qa.features import TokenPages
from reckon.qa.probabilities import Probabilities, answer_probability


@dataclass(frozen=True)
class SiftReport:
    """What sifting kept; the original never measured the first."""

    gold_recall: float  # share of answered pages whose annotated candidate survived
    kept_candidates: float  # share of candidates that survived
    kept_tokens: float  # share of their tokens: about the share of a strong model's work
    answered: int
    candidates: int


def survivors(
    rows: Iterable[Probabilities], *, keep: int, min_probability: float
) -> Iterator[tuple[str, int, float]]:
    """Yield (example id, candidate, answer probability) of what survives, page by page, in page order.

    At most `keep` candidates a page, those of highest answer probability, and only above
    `min_probability`; equal probabilities go to the earlier candidate. Rows of a page are adjacent.
    """
    for example_id, group in groupby(rows, key=lambda row: row.example_id):
        page = list(group)
        probabilities = np.array([answer_probability(row.classes) for row in page])
        best = np.argsort(-probabilities, kind="stable")[:keep]
        for i in sorted(best[probabilities[best] > min_probability]):
            yield example_id, page[i].candidate, float(probabilities[i])


def write_survivors(path: Path, kept: Iterable[tuple[str, int, float]]) -> None:
    """Write what `survivors` yields as parquet, atomically."""
    ids, candidates, probabilities = zip(*kept, strict=True) if (kept := list(kept)) else ((), (), ())
    columns = {
        "example_id": pa.array(ids, pa.string()),
        "candidate": pa.array(candidates, pa.int32()),
        "probability": pa.array(probabilities, pa.float64()),
    }
    with replaced(path) as temporary:
        pq.write_table(pa.table(columns), temporary, compression="zstd")


def read_survivors(path: Path) -> list[tuple[str, int, float]]:
    """Read what `write_survivors` wrote; raises `InputError` if it is not that."""
    try:
        table = pq.read_table(path)
        columns = [table.column(name).to_pylist() for name in ("example_id", "candidate", "probability")]
    except (OSError, KeyError, pa.ArrowInvalid) as error:
        raise InputError(f"{path}: not a file of survivors ({error}); run its rule again") from error
    return list(zip(*columns, strict=True))


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


def report(tokens: TokenPages, kept: Iterable[tuple[str, int, float]], max_tokens: int) -> SiftReport:
    """Measure a sift against the annotations of the pages in `tokens`."""
    pairs = surviving_pairs(tokens, kept)
    everything = tokens.pairs()
    answered = np.flatnonzero(tokens.gold_candidate >= 0)
    survived = {(int(page), int(candidate)) for page, candidate in pairs}
    found = sum((int(page), int(tokens.gold_candidate[page])) in survived for page in answered)
    work = tokens.lengths(everything, max_tokens).sum()
    return SiftReport(
        gold_recall=found / len(answered) if len(answered) else float("nan"),
        kept_candidates=len(pairs) / len(everything),
        kept_tokens=float(tokens.lengths(pairs, max_tokens).sum() / work),
        answered=len(answered),
        candidates=len(everything),
    )
