"""Tables as rows: a csv line is a dictionary of text, or the dataclass whose fields are its columns."""

import csv
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from decimal import Decimal
from os import PathLike
from typing import Any, TypeVar

from reckon.errors import InputError
from reckon.files.faults import Faults
from reckon.files.reading import reading
from reckon.files.writing import writing

Row = TypeVar("Row")
Fields = dict[str, str]
_CUT = "is a comma not quoted, or the line cut off?"


def records(
    path: str | PathLike[str],
    columns: Sequence[str] = (),
    *,
    optional: Sequence[str] = (),
    needed: Sequence[str] = (),
    delimiter: str = ",",
    remedy: str = "make it again",
) -> Iterator[tuple[str, Fields]]:
    """Yield (`file:line`, fields by column) of a csv with exactly these `columns`, or with those `needed`.

    Of the `columns`, the `optional` ones may be absent, as from a file of an earlier version.
    Raises `InputError` with file and line for other columns, a column that stands twice, a line with more
    or fewer fields, a quotation mark without its end, or a field of more than 131,072 characters.
    """
    with reading(path) as lines:
        reader = csv.DictReader(lines, delimiter=delimiter, strict=True)
        try:
            names = list(reader.fieldnames or ())
            expected = [name for name in columns if name in names or name not in optional]
            _check_columns(f"{path}:1", names, expected, needed, remedy)
            for row in reader:
                if None in row or None in row.values():
                    raise InputError(f"{path}:{reader.line_num}: {len(names)} fields expected; {_CUT}")
                yield f"{path}:{reader.line_num}", row
        except (UnicodeDecodeError, csv.Error) as error:
            where = f"{path}:{reader.line_num + 1}"
            raise InputError(f"{where}: no csv in UTF-8 ({error}); save it as such") from None


def _check_columns(
    where: str, names: list[str], columns: list[str], needed: Sequence[str], remedy: str
) -> None:
    if columns and names != columns:
        raise InputError(f"{where}: columns must be {','.join(columns)}; {remedy}")
    if missing := [name for name in needed if name not in names]:
        raise InputError(f"{where}: no column {', '.join(missing)}; {remedy}")
    if len(set(names)) < len(names):
        raise InputError(f"{where}: a column stands twice; {remedy}")


def rows_of(
    path: str | PathLike[str], kind: type[Row], *, remedy: str = "correct the first line"
) -> list[Row]:
    """Read a csv whose columns are the fields of the dataclass `kind`, one object a line.

    A field with a default may be absent, from the file as a whole.
    Fields are text, counts (whole numbers from 0), numbers, finite decimals, or tuples of text (parts
    between `|`). Raises `InputError` with file and line as `records`, or one for all texts that are no
    number.
    """
    return [row for _, row in placed_rows(path, kind, remedy=remedy)]


def placed_rows(
    path: str | PathLike[str],
    kind: type[Row],
    *,
    remedy: str = "correct the first line",
    faults: Faults | None = None,
) -> list[tuple[str, Row]]:
    """As `rows_of`, with `file:line` before each object.

    With `faults`, lines whose fields cannot be read are noted there and left out, for the caller to tell.
    """
    noted = Faults() if faults is None else faults
    every = fields(kind)  # type: ignore[arg-type]
    readers = {field.name: _READERS[field.type] for field in every}
    optional = [field.name for field in every if field.default is not MISSING]
    rows = []
    for where, row in records(path, list(readers), optional=optional, remedy=remedy):
        try:
            rows.append((where, kind(**{name: readers[name](text) for name, text in row.items()})))
        except ValueError as error:
            noted.add(where, str(error))
    if faults is None:
        noted.tell()
    return rows


def write_rows(path: str | PathLike[str], columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write a csv with these columns, atomically; raises `ValueError` for a row with another key."""
    with writing(path) as out:
        writer = csv.DictWriter(out, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def count(text: str) -> int:
    """A whole number from 0 of at most 18 digits, nothing else that Python takes for one, such as 1_0."""
    value = int(text)
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ValueError(f"expected a whole number from 0, found {text!r:.40}")
    return value


def number(text: str) -> float:
    """A number in decimal digits; `nan` and `inf` are what a measurement may give."""
    value = float(text)
    if not re.fullmatch(r"[+-]?([0-9.]+(e[+-]?[0-9]+)?|nan|inf)", text, re.I):
        raise ValueError(f"expected a number, found {text!r:.40}")
    if math.isinf(value) and "inf" not in text.lower():
        raise ValueError(f"{text!r:.40} is too large for a number")
    return value


def _decimal(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except ArithmeticError:
        raise ValueError(f"expected a number, found {text!r:.40}") from None
    if not value.is_finite() or abs(value.adjusted()) > 100 or "_" in text:
        raise ValueError(f"expected a finite number in the range of printed ones, found {text!r:.40}")
    return value


_READERS: dict[Any, Callable[[str], Any]] = {
    str: str,
    int: count,
    float: number,
    Decimal: _decimal,
    tuple[str, ...]: lambda text: tuple(filter(None, text.split("|"))),
}
