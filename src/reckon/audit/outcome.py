"""What a check finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reckon.audit.figures import Figure, Line, short
from reckon.audit.interval import Interval

Outcome = Literal["consistent", "inconsistent", "uncheckable"]
OUTCOMES: tuple[Outcome, ...] = ("consistent", "inconsistent", "uncheckable")


@dataclass(frozen=True)
class Result:
    """One finding: about which figures or lines, how it came out, the numbers it should have been, why."""

    about: Sequence[Figure | Line]
    outcome: Outcome
    note: str
    expected: Interval | None = None


def compared(cell: Figure, own: Interval, expected: Interval, what: str) -> Result:
    """Consistent if one number can be both what is printed and what is expected."""
    fits = own.overlaps(expected)
    note = f"{what} {span(expected)}; printed {cell.text}"
    if not fits:
        note += f", off by {short(abs(own.middle - expected.middle))}"
    return Result([cell], "consistent" if fits else "inconsistent", note, expected)


def span(interval: Interval) -> str:
    """An interval in a sentence: one number if it has no width worth naming."""
    low, high = short(interval.low), short(interval.high)
    return low if low == high else f"{low} to {high}"
