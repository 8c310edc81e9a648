"""How many misprints the audit sees: every printed digit of every cell is changed to every other digit.

    PYTHONPATH=src python tools/studies/audit_perturbation.py --out reference/audit

Writes reach.csv (all cells, by table), misprints.csv (groups of figures that arithmetic binds: what must be
seen, and is), doubtful.csv (what is doubtful in the decks as they are: each is a false alarm, or a finding)
and severity.csv. `--tables` is for a small run: reach.csv of these alone. The whole takes some minutes.

A misprint is seen if a check finds fault with a figure with which it found none, or if the transcription is
refused. It must be seen if it is larger than the play that the roundings leave: the widths of the printed and
of the expected interval together.
"""

import argparse
import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from reckon.audit.figures import Figure, Library, read_library
from reckon.audit.findings import Check, Row, findings, read_checks, results_of
from reckon.audit.interval import Interval
from reckon.audit.outcome import Result
from reckon.errors import InputError
from reckon.files.writing import writing
from reckon.steps.program import run

REPORTED = Path(__file__).parents[2] / "reported"
# What is printed in the group, which checks hold it, and whether they bind each figure to a value.
GROUPS = (
    ("GLUE, score", ("glue_score",), True),
    ("iteration steps, #dofs", ("dofs_brinkman",), True),
    (
        "accuracies in training",
        tuple(f"training_accuracy_{run}" for run in ("bert_base", "albert_original", "albert_finetuned")),
        True,
    ),
    ("mixed precision, EM and F1", tuple(f"precision_{run}_log" for run in ("fp32", "fp16", "mixed")), True),
    ("65% of the questions", ("no_short_answer_span",), True),
    ("falls of 8% and 5%", ("fall_metadata", "fall_baseline"), True),
    ("rank of the true label: 79%, 11%, 96%", ("ranks_sum", "ranks_whole"), False),
)
ONE_BY_ONE = ("mean_of", "identity", "percent_change", "granular")  # need not run over the whole column again
REFUSED = "refused"  # the transcription is: the number is out of its unit's range, or no number
MENDED = "mended"  # only the outcomes of figures at fault change: no new one that a reader is told
DOUBTFUL = ("check", "row", "column", "printed", "note")


@dataclass
class Tally:
    """Changes of one group: all, those that must be seen, and how many of each were."""

    cells: int = 0
    changes: int = 0
    seen: int = 0
    must: int = 0
    must_seen: int = 0
    unseen: list[str] = field(default_factory=list)


def misprints(text: str) -> Iterator[str]:
    """The text with one digit changed, for every digit and every other digit."""
    for place, old in enumerate(text):
        if old.isdigit():
            yield from (text[:place] + new + text[place + 1 :] for new in "0123456789" if new != old)


def about(cell: Figure, results: Iterable[Result]) -> list[Result]:
    """The results about the cell, by its place, since a misprinted one is another figure."""
    place = (cell.name, cell.line)
    return [r for r in results if any(isinstance(c, Figure) and (c.name, c.line) == place for c in r.about)]


def narrowed(check: Check, cell: Figure, library: Library) -> Check:
    """The check about the cell alone, where its kind takes the cells one by one and it is among them."""
    alone = f"{cell.name} | {cell.line}"
    is_among = check.kind in ONE_BY_ONE and cell in library.select(check.cells)
    return replace(check, cells=alone) if is_among else check


# All cells.


def reach(checks: Sequence[Check], library: Library, tables: Sequence[str] = ()) -> list[Row]:
    """By table: cells, single-digit changes, and by what they are seen; a row `all` where all tables are."""
    names = tables or list(library.tables)
    before = {check.check: results_of(check, library) for check in checks}
    seen = {name: Counter[str]() for name in names}
    for name in names:
        touched = [check for check in checks if name in f"{check.cells} {check.parameters}"]
        for cell in library.tables[name]:
            held = [narrowed(check, cell, library) for check in touched]
            old = {check.check: _old(before[check.check], check, cell) for check in held}
            for text in misprints(cell.text):
                seen[name][_seen_as(library.printing(cell, text), held, old)] += 1
    cells = {name: len(library.tables[name]) for name in names}
    rows = [_reach_row(name, cells[name], seen[name]) for name in names]
    return rows if tables else [*rows, _reach_row("all", sum(cells.values()), sum(seen.values(), Counter()))]


def _old(results: Sequence[Result], check: Check, cell: Figure) -> list[Result]:
    return about(cell, results) if check.cells == f"{cell.name} | {cell.line}" else list(results)


def _seen_as(changed: Library, checks: Sequence[Check], old: dict[str, list[Result]]) -> str:
    """The worst new finding that the misprint makes, `mended`, or nothing."""
    found = ""
    for check in checks:
        try:
            now = results_of(check, changed)
        except InputError:
            return REFUSED
        for outcome in _worse(old[check.check], now):
            if outcome != "doubtful":
                return "inconsistent"
            found = outcome
        if not found and [r.outcome for r in now] != [r.outcome for r in old[check.check]]:
            found = MENDED
    return found


def _worse(old: Sequence[Result], now: Sequence[Result]) -> list[str]:
    """Outcomes other than consistent, of findings about a figure or line that no such finding was about."""
    known = {place for result in old if result.outcome != "consistent" for place in _places(result)}
    return [r.outcome for r in now if r.outcome != "consistent" and not _places(r) <= known]


def _places(result: Result) -> set[tuple[str, int | None]]:
    """Figures and lines by their place, since a misprinted one is another figure."""
    return {
        (thing.name, thing.line) if isinstance(thing, Figure) else (thing.passage, thing.reported_line)
        for thing in result.about
    }


def _reach_row(name: str, cells: int, seen: Counter[str]) -> Row:
    kinds = {kind: seen[kind] for kind in (REFUSED, "inconsistent", "doubtful")}
    counted = {"cells": cells, "changes": seen.total(), **kinds, MENDED: seen[MENDED]}
    share = f"{100 * sum(kinds.values()) / seen.total():.1f}"
    return {"table": name, **{key: str(number) for key, number in counted.items()}, "seen": share}


# Groups of figures that arithmetic binds.


def targets(checks: Sequence[Check], library: Library) -> dict[Figure, list[tuple[Check, Interval | None]]]:
    """Printed cells with the checks that find them consistent, and the value each expects."""
    found: dict[Figure, list[tuple[Check, Interval | None]]] = {}
    for check in checks:
        for result in results_of(check, library):
            for cell in result.about:
                if isinstance(cell, Figure) and result.outcome == "consistent":
                    found.setdefault(cell, []).append((check, result.expected))
            if check.kind == "sum_at_most_one" and "whole" in check.parameters:
                whole = library.select(check.parameters.partition("[")[2].rstrip("]"))[0]
                found.setdefault(whole, []).append((check, None))
    return found


def is_seen(cell: Figure, text: str, checks: Sequence[Check], library: Library) -> bool:
    """Whether one of the checks is no longer consistent about `cell`, or about all it looks at."""
    changed = library.printing(cell, text)
    checks = [narrowed(check, cell, library) for check in checks]
    results = [result for check in checks for result in results_of(check, changed)]
    return any(result.outcome != "consistent" for result in about(cell, results) or results)


def tally(checks: Sequence[Check], library: Library, binds: bool) -> Tally:
    """Change every digit of every cell that the checks hold."""
    count = Tally()
    for cell, held in targets(checks, library).items():
        count.cells += 1
        for text in misprints(cell.text):
            own, new = cell.interval(), replace(cell, text=text).interval()
            plays = [own.high - own.low + e.high - e.low for _, e in held if e is not None] if binds else []
            must = bool(plays) and abs(new.middle - own.middle) > min(plays)
            seen = is_seen(cell, text, [check for check, _ in held], library)
            count.changes += 1
            count.seen += seen
            count.must += must
            count.must_seen += must and seen
            if not seen:
                count.unseen.append(_step(new.middle - own.middle))
    return count


def _step(difference: Fraction) -> str:
    return f"{float(difference):+.4g}"


def bound_figures(checks: Sequence[Check], library: Library) -> list[Row]:
    """One row a group, and one for all: what must be seen, what is, and by what the unseen changes differ."""
    by_name = {check.check: check for check in checks}
    counts = {name: tally([by_name[c] for c in held], library, binds) for name, held, binds in GROUPS}
    whole = Tally(*(sum(getattr(c, name) for c in counts.values()) for name in list(vars(Tally()))[:5]))
    return [*(_row(name, count) for name, count in counts.items()), _row("all of these", whole)]


def _row(name: str, count: Tally) -> Row:
    steps = sorted(set(count.unseen), key=float)
    named = ", ".join(steps) if len(steps) <= 6 else f"{len(steps)} steps from {steps[0]} to {steps[-1]}"
    return {
        "figures": name,
        **{key: str(getattr(count, key)) for key in ("cells", "changes", "must", "must_seen")},
        "seen": f"{100 * count.seen / count.changes:.1f}",
        "unseen": named,
    }


# The decks as they are.


def doubts(rows: Sequence[Row]) -> list[Row]:
    """The doubtful findings, one a row."""
    return [{name: row[name] for name in DOUBTFUL} for row in rows if row["outcome"] == "doubtful"]


def severities(rows: Sequence[Row]) -> list[Row]:
    """Number of findings by outcome and severity."""
    found = Counter((row["outcome"], row["severity"]) for row in rows if row["severity"])
    return [{"outcome": o, "severity": s, "findings": str(n)} for (o, s), n in sorted(found.items())]


def write(path: Path, rows: Sequence[Row], columns: Sequence[str] = ()) -> None:
    """Write rows as csv, atomically."""
    with writing(path) as out:
        writer = csv.DictWriter(out, columns or list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the tables")
    parser.add_argument("--tables", default="", help="reach of these tables only, between commas")
    args = parser.parse_args()
    library, checks = read_library(REPORTED), read_checks(REPORTED / "checks.csv")
    args.out.mkdir(parents=True, exist_ok=True)
    tables = [name for name in args.tables.split(",") if name]
    write(args.out / "reach.csv", reach(list(checks.values()), library, tables))
    if not tables:
        rows = findings(checks, library)
        write(args.out / "misprints.csv", bound_figures(list(checks.values()), library))
        write(args.out / "doubtful.csv", doubts(rows), DOUBTFUL)
        write(args.out / "severity.csv", severities(rows), ("outcome", "severity", "findings"))


if __name__ == "__main__":
    run(main)
