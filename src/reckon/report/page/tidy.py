"""Claims and findings as other programs settled them: tidy files, checked before they are shown."""

import csv
import os
from collections.abc import Sequence

from reckon.errors import InputError
from reckon.files import reading
from reckon.report import claims

FINDING_COLUMNS = (
    *("check", "finding", "deck", "table", "line", "kind", "statement"),
    *("printed", "expected_low", "expected_high", "outcome", "note", "row", "column"),
)
OUTCOMES = ("inconsistent", "uncheckable", "consistent")  # what a reader looks for comes first
Row = dict[str, str]


def read_claims(path: str | os.PathLike[str]) -> list[Row]:
    """The settled claims as filed.

    Raises `InputError` with file and line for a missing column, a line that is cut off, an unknown
    verdict, or an effect that is no number. A number that is not finite is shown as what it is.
    """
    rows = _read(path, claims.COLUMNS, "verdict", claims.VERDICTS)
    for number, row in enumerate(rows, 2):
        for name in ("effect", "ci_low", "ci_high", "margin"):
            _check_number(f"{path}:{number}", name, row[name])
    return rows


def read_findings(path: str | os.PathLike[str]) -> list[Row]:
    """The findings of the audit, inconsistent ones first, otherwise as filed; raises as `read_claims`."""
    rows = _read(path, FINDING_COLUMNS, "outcome", OUTCOMES)
    return sorted(rows, key=lambda row: OUTCOMES.index(row["outcome"]))


def _read(
    path: str | os.PathLike[str], needed: Sequence[str], column: str, allowed: Sequence[str]
) -> list[Row]:
    with reading(path) as lines:
        reader = csv.DictReader(lines)
        names = reader.fieldnames or ()
        if missing := [name for name in needed if name not in names]:
            raise InputError(f"{path}:1: no column {', '.join(missing)}; make it again")
        rows = list(reader)
    for number, row in enumerate(rows, 2):
        if None in row or None in row.values():
            raise InputError(f"{path}:{number}: {len(names)} fields expected; make it again")
        if row[column] not in allowed:
            raise InputError(f"{path}:{number}: {column} {row[column]!r} is not one of {', '.join(allowed)}")
    return rows


def _check_number(where: str, name: str, text: str) -> None:
    try:
        float(text or "nan")
    except ValueError:
        raise InputError(f"{where}: {name} is {text!r}, expected a number; make it again") from None
