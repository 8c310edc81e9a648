"""Tables kept by hand, such as the transcription, as objects: a csv line is a dataclass."""

import csv
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from reckon.errors import InputError
from reckon.files import reading

Row = TypeVar("Row")


def rows_of(path: Path, kind: type[Row]) -> list[Row]:
    """Read a csv whose columns are the fields of the dataclass `kind`, one object a line.

    Fields are text, whole numbers, numbers, decimals, or tuples of text (parts between `|`).
    Raises `InputError` with file and line for other columns, a missing field, or text that is no number.
    """
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    with reading(path) as lines:
        reader = csv.DictReader(lines)
        try:
            if list(reader.fieldnames or ()) != names:
                raise InputError(f"{path}:1: columns must be {','.join(names)}")
            return [_row(f"{path}:{number}", row, kind) for number, row in enumerate(reader, 2)]
        except (UnicodeDecodeError, csv.Error) as error:
            raise InputError(
                f"{path}:{reader.line_num + 1}: no csv in UTF-8 ({error}); save it as such"
            ) from None


def _row(where: str, row: dict[str, Any], kind: type[Row]) -> Row:
    if None in row or None in row.values():
        raise InputError(f"{where}: {len(fields(kind))} fields expected")  # type: ignore[arg-type]
    try:
        return kind(**{f.name: _READERS[f.type](row[f.name]) for f in fields(kind)})  # type: ignore[arg-type]
    except ValueError as error:
        raise InputError(f"{where}: {error}") from None


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError(f"expected a number, found {text!r}") from None


_READERS: dict[Any, Any] = {
    str: str,
    int: int,
    float: float,
    Decimal: _decimal,
    tuple[str, ...]: lambda text: tuple(filter(None, text.split("|"))),
}
