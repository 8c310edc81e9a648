"""The findings for reading: one line a check."""

from collections.abc import Sequence
from itertools import groupby

from reckon.audit.findings import Row, counts
from reckon.files.escaping import as_code, in_markdown

_HEADER = "| finding | check | what the deck says | outcome | what was found |\n|---|---|---|---|---|\n"


def markdown(rows: Sequence[Row]) -> str:
    """Counts by outcome, and one line a check; of several findings it shows the first that does not fit."""
    found = ", ".join(f"{number} {outcome}" for outcome, number in counts(rows).items())
    lines = [_line(list(group)) for _, group in groupby(rows, key=lambda row: row["check"])]
    return f"{len(rows)} findings of {len(lines)} checks: {found}.\n\n{_HEADER}{''.join(lines)}"


def _line(rows: Sequence[Row]) -> str:
    outcomes = {outcome: number for outcome, number in counts(rows).items() if number}
    outcome = next(iter(outcomes)) if len(rows) == 1 else ", ".join(f"{n} {o}" for o, n in outcomes.items())
    worst = next((row for row in rows if row["outcome"] != "consistent"), rows[0])
    statement, note = in_markdown(worst["statement"]), in_markdown(worst["note"])
    cells = (in_markdown(worst["finding"]), as_code(worst["check"]), statement, outcome, note)
    return f"| {' | '.join(cells)} |\n"
