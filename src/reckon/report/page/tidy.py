"""Claims and findings as other programs settled them: tidy files, checked before they are shown."""

import os
from collections.abc import Iterator, Sequence

from reckon.errors import InputError
from reckon.files.rows import number, records
from reckon.report import claims

FINDING_COLUMNS = (
    *("check", "finding", "deck", "table", "line", "kind", "statement"),
    *("printed", "expected_low", "expected_high", "outcome", "note", "row", "column"),
)
OUTCOMES = ("inconsistent", "doubtful", "uncheckable", "consistent")  # what a reader looks for comes first
Row = dict[str, str]


def read_claims(path: str | os.PathLike[str]) -> list[Row]:
    """The settled claims as filed.

    Raises `InputError` with file and line for a missing column, a line that is cut off, an unknown
    verdict, or an effect that is no number. A number that is not finite is shown as what it is.
    """
    rows = []
    for where, row in _read(path, claims.COLUMNS, "verdict", claims.VERDICTS):
        for name in ("effect", "ci_low", "ci_high", "margin", "detectable", "p_value", "p_holm"):
            _check_number(where, name, row[name])
        rows.append(row)
    return rows


def read_findings(path: str | os.PathLike[str]) -> list[Row]:
    """The findings of the audit, inconsistent ones first, otherwise as filed; raises as `read_claims`."""
    rows = [row for _, row in _read(path, FINDING_COLUMNS, "outcome", OUTCOMES)]
    return sorted(rows, key=lambda row: OUTCOMES.index(row["outcome"]))


def _read(
    path: str | os.PathLike[str], needed: Sequence[str], column: str, allowed: Sequence[str]
) -> Iterator[tuple[str, Row]]:
    for where, row in records(path, needed=needed):
        if row[column] not in allowed:
            raise InputError(f"{where}: {column} {row[column]!r} is not one of {', '.join(allowed)}")
        yield where, row


def _check_number(where: str, name: str, text: str) -> None:
    try:
        number(text or "nan")
    except ValueError:
        raise InputError(f"{where}: {name} is {text!r}, expected a number; make it again") from None
