"""What a check finds."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from reckon.audit.figures import Figure, Line, short
from reckon.audit.interval import Interval

Outcome = Literal["consistent", "inconsistent", "doubtful", "uncheckable"]
# Worst first. `doubtful`: the print can be true, but looks otherwise than what stands around it.
OUTCOMES: tuple[Outcome, ...] = ("consistent", "inconsistent", "doubtful", "uncheckable")
MOST_SHOWN = 3  # neighbouring prints
NARROW = 50  # a unit of the print is so many times wider than what it is held against, or more


@dataclass(frozen=True)
class Result:
    """One finding: about which figures or lines, how it came out, the numbers it should have been, why."""

    about: Sequence[Figure | Line]
    outcome: Outcome
    note: str
    expected: Interval | None = None
    decides: bool = False  # a statement comes out otherwise with the expected number


def compared(cell: Figure, own: Interval, expected: Interval, what: str) -> Result:
    """Consistent if one number can be both what is printed and what is expected.

    Doubtful if it is so only where digits were cut off, or rounded up, in place of rounding to the nearest.
    """
    fits = own.overlaps(expected)
    note = f"{what} {span(expected)}; printed {cell.text}"
    if fits:
        return Result([cell], "consistent", note, expected)
    mode = other_mode(own, expected)
    note += f", off by {short(abs(own.middle - expected.middle))}"
    if mode:
        note += f": {mode}, not rounded to the nearest"
    return Result([cell], "doubtful" if mode else "inconsistent", note, expected)


def other_mode(own: Interval, expected: Interval) -> str:
    """By which other way of rounding a number in `expected` is printed as the middle of `own`, or nothing.

    `cut off` is toward zero, `rounded up` away from it. Asked only of a number that is known to far more
    digits than are printed.
    """
    unit = own.high - own.low
    if not unit or (expected.high - expected.low) * NARROW > unit:
        return ""
    steps = abs(expected.middle) / unit
    same_side = expected.middle * own.middle >= 0
    if same_side and math.floor(steps) * unit == abs(own.middle):
        return "cut off"
    if same_side and math.ceil(steps) * unit == abs(own.middle):
        return "rounded up"
    return ""


def rounded_by(value: Fraction, unit: Fraction) -> dict[str, Fraction]:
    """`value` to a whole number of units, by the name of each way of rounding."""
    steps = value / unit
    half_up = math.floor(abs(steps) + Fraction(1, 2)) * (1 if steps >= 0 else -1)
    return {
        "half up": half_up * unit,
        "half to even": round(steps) * unit,
        "cut off": math.trunc(steps) * unit,
        "rounded up": (math.ceil(abs(steps)) * (1 if steps >= 0 else -1)) * unit,
    }


def span(interval: Interval) -> str:
    """An interval in a sentence: one number if it has no width worth naming."""
    low, high = short(interval.low), short(interval.high)
    return low if low == high else f"{low} to {high}"


def would_fit(figures: Sequence[Figure], fits: Callable[[Figure, str], bool]) -> str:
    """The prints one digit away of `figures` for which `fits`, in words.

    Two digits that are exchanged come first: the commonest slip of all.
    """
    return neighbours(
        f"{figure.name} printed {text}"
        for slips in (exchanged, misread)
        for figure in figures
        for text in slips(figure.text)
        if fits(figure, text)
    )


def neighbours(prints: Iterator[str]) -> str:
    """A few of the prints that would fit, and how many more there are."""
    found = list(prints)
    more = f" and {len(found) - MOST_SHOWN} more" if len(found) > MOST_SHOWN else ""
    return (
        f"would fit: {', '.join(found[:MOST_SHOWN])}{more}" if found else "no print one digit away would fit"
    )


def exchanged(text: str) -> Iterator[str]:
    """The text with two digits exchanged that stand beside each other, at each place."""
    for place, (one, two) in enumerate(pairwise(text)):
        if one.isdecimal() and two.isdecimal() and one != two:
            yield text[:place] + two + one + text[place + 2 :]


def misread(text: str) -> Iterator[str]:
    """The text with another digit at each place of one."""
    for place, digit in enumerate(text):
        if digit.isdecimal():
            yield from (text[:place] + new + text[place + 1 :] for new in "0123456789" if new != digit)
