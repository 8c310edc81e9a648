"""The tables of single runs as frames, checked: columns, numbers, sizes."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from reckon.errors import InputError
from reckon.files.reading import read_json, reading, regular
from reckon.files.shapes import require

MOST_ROWS = 10_000_000  # of a parquet file; 10,000 pairs at 10 snapshots give a million
LONGEST_SENTENCE = 4096  # tokens of the deck's sentence: its scores are drawn as a square
_REMEDY = "make it again"
_SHARES = ("special", "cross_content", "cross_essential")


class Table(NamedTuple):
    """Columns that a table must have: of words, and of numbers."""

    words: tuple[str, ...]
    numbers: tuple[str, ...]


SALIENCY = Table(
    ("split", "scalar", "norm"), ("epoch", "essential", "other", "all", "random", "matched", "auc", "ap")
)
LOSSES = Table(("split",), ("epoch", "loss", "accuracy", "n"))
ORIGINALS = Table(("split", "variant"), ("epoch", "grad_loss", "grad0_loss"))
SHARES = Table(("state",), ("epoch", *_SHARES, *(f"{name}_pairs" for name in _SHARES)))
DECK = Table(("state", "word", "other"), ("epoch", "i", "j", "score"))
TRACKING = Table(("run", "split", "scalar", "norm", "measure"), ("seed", "epoch", "value", "n"))


def read_runs(paths: Iterable[Path], table: Table) -> pd.DataFrame:
    """One frame of the tables of all runs; a path ends in RUN/seedN/FILE, which gives `run` and `seed`."""
    frames = []
    for path in paths:
        run, seed = path.parts[-3], int(path.parts[-2].removeprefix("seed"))
        frames.append(read_frame(path, table).assign(run=run, seed=seed))
    return pd.concat(frames, ignore_index=True)


def read_frame(path: Path, table: Table, *, empty_is_missing: bool = True) -> pd.DataFrame:
    """A csv or parquet file with the columns of `table`, beside which there may be others.

    Raises `InputError` that names the file, and what is missing or no number in it.
    """
    try:
        frame = _parquet(path) if path.suffix == ".parquet" else _csv(path, empty_is_missing)
    except InputError:
        raise
    except (ValueError, TypeError, KeyError, OSError, OverflowError, pd.errors.ParserError) as error:
        what = " ".join(str(error).split())
        raise InputError(f"{path}: cannot be read ({what}); {_REMEDY}") from error
    if missing := [name for name in (*table.words, *table.numbers) if name not in frame]:
        raise InputError(f"{path}: no column {', '.join(missing)}; {_REMEDY}")
    for name in table.numbers:
        _check_numbers(f"{path}: {name}", frame[name])
    if "j" in table.numbers and len(frame) and not frame[["i", "j"]].min().min() >= 0:
        raise InputError(f"{path}: i, j: a token before the first; {_REMEDY}")
    if "j" in table.numbers and len(frame) and frame[["i", "j"]].max().max() >= LONGEST_SENTENCE:
        raise InputError(f"{path}: i, j: beyond {LONGEST_SENTENCE} tokens; {_REMEDY}")
    return frame


def read_snapshots(path: Path) -> dict[float, int]:
    """Steps by epoch of the snapshots in the record of a training; raises `InputError` for another file."""
    record = read_json(path, remedy="train again")
    require(str(path), record, {"snapshots": [{"epoch": float, "step": int}]}, "train again")
    return {place["epoch"]: place["step"] for place in record["snapshots"]}


def _csv(path: Path, empty_is_missing: bool) -> pd.DataFrame:
    with reading(path) as lines:
        return pd.read_csv(lines, keep_default_na=empty_is_missing)


def _parquet(path: Path) -> pd.DataFrame:
    import pyarrow.parquet as pq

    rows = pq.read_metadata(regular(path)).num_rows
    if rows > MOST_ROWS:
        raise InputError(f"{path}: {rows} rows, at most {MOST_ROWS}; {_REMEDY}")
    return pd.read_parquet(path)


def _check_numbers(where: str, column: pd.Series) -> None:
    given = column[column.notna() & (column.astype(str) != "")]
    numbers = pd.to_numeric(given, errors="coerce")
    if pd.api.types.is_bool_dtype(column) or numbers.isna().any():
        raise InputError(f"{where}: not numbers; {_REMEDY}")
    if where.endswith((": epoch", ": i", ": j")) and (len(given) < len(column) or np.isinf(numbers).any()):
        raise InputError(f"{where}: missing, or not finite; {_REMEDY}")
