"""How many misprints the audit sees: every printed digit of a group of cells is changed to every other.

    PYTHONPATH=src python benchmarks/audit_perturbation.py

A change must be seen if it is larger than the play that the roundings leave: the widths of the printed
and of the expected interval together. It is seen if a check that was consistent no longer is.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path

from reckon.audit.figures import Figure, Library, read_library
from reckon.audit.findings import Check, read_checks, results_of
from reckon.audit.interval import Interval
from reckon.audit.outcome import Result

REPORTED = Path(__file__).parents[1] / "reported"
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
ONE_BY_ONE = ("mean_of", "identity", "percent_change")  # kinds that need not run over the whole column again
HEADER = ("figures", "cells", "changes", "must be seen: seen", "of all: seen", "not seen: changes by")


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


def targets(checks: list[Check], library: Library) -> dict[Figure, list[tuple[Check, Interval | None]]]:
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


def is_seen(cell: Figure, text: str, checks: list[Check], library: Library) -> bool:
    """Whether one of the checks is no longer consistent about `cell`, or about all it looks at."""
    changed = library.printing(cell, text)
    alone = f"{cell.name} | {cell.line}"
    checks = [replace(check, cells=alone) if check.kind in ONE_BY_ONE else check for check in checks]
    results: list[Result] = [result for check in checks for result in results_of(check, changed)]
    place = (cell.name, cell.line)
    about = [r for r in results if any(isinstance(c, Figure) and (c.name, c.line) == place for c in r.about)]
    return any(result.outcome != "consistent" for result in about or results)


def tally(checks: list[Check], library: Library, binds: bool) -> Tally:
    """Change every digit of every cell that the checks hold."""
    count = Tally()
    for cell, held in targets(checks, library).items():
        count.cells += 1
        for text in misprints(cell.text):
            own, new = cell.interval(), Figure("", text, exact=cell.exact).interval()
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


def line(name: str, count: Tally) -> str:
    """One row of the table."""
    steps = sorted(set(count.unseen), key=float)
    named = ", ".join(steps) if len(steps) <= 6 else f"{len(steps)} steps from {steps[0]} to {steps[-1]}"
    must = f"{count.must_seen} of {count.must}" if count.must else "none"
    seen = f"{count.seen} ({100 * count.seen / count.changes:.1f} %)"
    return f"| {name} | {count.cells} | {count.changes} | {must} | {seen} | {named or 'none'} |"


def table() -> str:
    """All groups as Markdown, with the share over those that must be seen."""
    library = read_library(REPORTED)
    checks = {check.check: check for check in read_checks(REPORTED / "checks.csv").values()}
    counts = {name: tally([checks[c] for c in held], library, binds) for name, held, binds in GROUPS}
    must, seen = (sum(getattr(c, kind) for c in counts.values()) for kind in ("must", "must_seen"))
    head = f"| {' | '.join(HEADER)} |\n{'|---' * len(HEADER)}|"
    rows = "\n".join(line(name, count) for name, count in counts.items())
    return (
        f"{seen} of {must} changes that must be seen are seen: {100 * seen / must:.1f} %.\n\n{head}\n{rows}\n"
    )


if __name__ == "__main__":
    sys.stdout.write(table())
