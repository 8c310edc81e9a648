"""The checks of reported/checks.csv, run: the lines of results/audit/findings.csv."""

import csv
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reckon.audit.figures import Figure, Library, Line
from reckon.audit.interval import AbsentError, text
from reckon.audit.kinds import PASSAGE_KINDS, kind_of, parameters_of
from reckon.audit.outcome import OUTCOMES, Result
from reckon.audit.severity import Comparisons
from reckon.audit.source import Held, held_against_source
from reckon.files.faults import Faults
from reckon.files.rows import placed_rows
from reckon.files.writing import writing

COLUMNS = (
    *("check", "finding", "deck", "table", "line", "kind", "statement", "printed"),
    *("expected_low", "expected_high", "outcome", "note", "row", "column", "severity"),
)
Row = dict[str, str]
SOURCE = "source"  # kind of the rows that hold the transcription against the papers' texts


@dataclass(frozen=True)
class Check:
    """A line of checks.csv: what the deck says, and how its figures are held against each other."""

    check: str
    finding: str  # the remark it belongs to; several checks may share one
    kind: str
    cells: str  # selectors; for kinds that look at words, the name of a passage
    parameters: str
    statement: str
    note: str


def read_checks(path: str | os.PathLike[str]) -> dict[str, Check]:
    """Checks by `file:line`; raises `InputError` for a malformed line, an unknown kind or a repeated name."""
    checks: dict[str, Check] = {}
    lines: dict[str, str] = {}
    faults = Faults()
    for where, check in placed_rows(path, Check, faults=faults):
        with faults.at(where):
            parameters_of(kind_of(check.kind), check.parameters)
        if not all((check.check, check.cells, check.statement)):
            faults.add(where, "check, cells and statement must not be empty")
        first = lines.setdefault(check.check, where)
        if first != where:
            faults.add(where, f"the check {check.check!r} is that of line {first.rpartition(':')[2]}")
        checks[where] = check
    faults.tell()
    return checks


def findings(
    checks: dict[str, Check], library: Library, texts: Iterable[str | os.PathLike[str]] | None = None
) -> list[Row]:
    """Run every check, in the order of the file; rows with the columns `COLUMNS`, all as text.

    With `texts`, the files of the papers' texts that are at hand, rows follow of what is transcribed held
    against them: of the kind `source`, one a table, and one for each print that is not where it should be.

    Raises `InputError` with file and line of the check for a cell that is not there, a formula that is
    none, or figures that the kind cannot compare.
    """
    faults = Faults()
    found: list[tuple[Check, list[Result]]] = []
    for where, check in checks.items():
        with faults.at(where):
            found.append((check, results_of(check, library)))
    faults.tell()
    asked = [((check.kind, check.cells, check.parameters), results) for check, results in found]
    drawn = Comparisons(asked, library)
    rows = [
        _row(check, result, drawn.severity(check.kind, result))
        for check, results in found
        for result in results
    ]
    return (
        rows if texts is None else rows + [_source_row(held) for held in held_against_source(library, texts)]
    )


def results_of(check: Check, library: Library) -> list[Result]:
    """What one check finds; `uncheckable` if a figure that it needs is nowhere to be found."""
    kind = kind_of(check.kind)
    about: Sequence[Figure | Line]
    about = library.passage(check.cells) if kind in PASSAGE_KINDS else library.select(check.cells)
    try:
        return kind(about, library, **parameters_of(kind, check.parameters))
    except AbsentError as absent:
        return [Result(about, "uncheckable", str(absent))]


def write_findings(path: str | os.PathLike[str], rows: Iterable[Row]) -> None:
    """Write the findings as csv, atomically."""
    with writing(path) as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def counts(rows: Iterable[Row]) -> dict[str, int]:
    """Number of findings by outcome."""
    found = Counter(row["outcome"] for row in rows)
    return {outcome: found[outcome] for outcome in OUTCOMES}


def _row(check: Check, result: Result, severity: str) -> Row:
    figures = [thing for thing in result.about if isinstance(thing, Figure)]
    lines = [thing.reported_line for thing in result.about if isinstance(thing, Line)]
    lines += [figure.line for figure in figures if figure.line is not None]
    printed = [thing.text if isinstance(thing, Figure) else thing.reported for thing in result.about]
    return {
        "check": check.check,
        "finding": check.finding,
        "deck": _joined(thing.deck for thing in result.about),
        "table": _joined(figure.table for figure in figures),
        "line": _span(lines),
        "kind": check.kind,
        "statement": check.statement,
        "printed": " / ".join(printed),
        "expected_low": text(result.expected.low) if result.expected else "",
        "expected_high": text(result.expected.high) if result.expected else "",
        "outcome": result.outcome,
        "note": "; ".join(filter(None, (result.note, check.note))),
        "row": _joined(figure.row for figure in figures),
        "column": _joined(figure.column for figure in figures),
        "severity": severity,
    }


def _source_row(held: Held) -> Row:
    """A row about the transcription: not the deck is in question, but whether it was copied well."""
    check = Check(
        "_".join(filter(None, (SOURCE, held.deck, held.what))), "", SOURCE, "", "", held.statement, ""
    )
    row = _row(check, held.result, "words" if held.result.outcome == "inconsistent" else "")
    return row | {"deck": held.deck, "table": "" if held.what == "words" else held.what}


def _joined(names: Iterable[str]) -> str:
    """Distinct names in their order; more than three are too many to list."""
    distinct = list(dict.fromkeys(filter(None, names)))
    return (
        " / ".join(distinct) if len(distinct) <= 3 else f"{len(distinct)}: {distinct[0]} ... {distinct[-1]}"
    )


def _span(lines: Iterable[int]) -> str:
    distinct = sorted(set(lines))
    if not distinct:
        return ""
    return str(distinct[0]) if len(distinct) == 1 else f"{distinct[0]}-{distinct[-1]}"
