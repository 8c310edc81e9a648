"""Checks of one printed number each against what other figures make of it."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from reckon.audit.figures import EXACT_UNITS, RATES, Figure, Library, short, unit_of
from reckon.audit.interval import Interval, mean
from reckon.audit.outcome import Outcome, Result, compared, rounded_by, span
from reckon.errors import InputError

LONGEST_SHOWN = 40
HUNDRED = Interval.exact(100)
COUNTED = EXACT_UNITS - {"rank", "setting"}
# Leaderboards print these in per cent too, under that unit.
CORRELATION = re.compile(r"\b(correlation|Pearson|Spearman|Kendall|Matthews|MCC)\b", re.IGNORECASE)


def mean_of(cells: Sequence[Figure], library: Library, *, parts: str) -> list[Result]:
    """Each cell is the mean of the figures `parts` beside it, separated by `&`.

    Figures joined by `+`, and two numbers between a slash, count as one part: their mean. The parts'
    mean lies in an interval; the cell agrees if its own interval meets it.
    """
    results = []
    for cell in cells:
        groups = [part.split(" + ") for part in parts.split(" & ")]
        values = [
            mean([library.refer(name.strip(), cell).interval(cell.unit) for name in group])
            for group in groups
        ]
        results.append(compared(cell, cell.interval(), mean(values), f"the mean of {len(values)} parts is"))
    return results


def identity(cells: Sequence[Figure], library: Library, *, formula: str) -> list[Result]:
    """Each cell equals `formula`, in which `[name]` is a column of its row, a selector or a number."""
    results = []
    for cell in cells:
        value = library.value(formula, cell)
        what = formula if len(formula) <= LONGEST_SHOWN else "the formula"
        results.append(compared(cell, cell.interval(), value, f"{what} is"))
    return results


def equal(cells: Sequence[Figure], library: Library, *, left: str, right: str) -> list[Result]:
    """The formulas `left` and `right`, on which a comparison of the cells rests, have the same value."""
    values = [library.value(formula, cells[0]) for formula in (left, right)]
    outcome: Outcome = "consistent" if values[0].overlaps(values[1]) else "inconsistent"
    return [Result(cells, outcome, f"{span(values[0])} against {span(values[1])}")]


def same_as(cells: Sequence[Figure], library: Library, *, other: str, within: str = "0") -> list[Result]:
    """Each cell equals the figure of `other` in its place, to the printed digits and `within` beyond.

    One figure of `other` serves all cells. Shares are put into per cent where the cell is. Two prints of
    one number with the same digits must be the same print, so these may not even differ by the last one.
    """
    others = library.select(other)
    if len(others) not in (1, len(cells)):
        raise InputError(
            f"other names {len(others)} figures for {len(cells)} cells; one each, or one for all"
        )
    results = []
    for place, cell in enumerate(cells):
        rival = others[place if len(others) > 1 else 0]
        expected = rival.interval(cell.unit)
        slack = library.value(within, cell).high
        if not slack and _reprinted(cell, rival):
            results.append(_copied(cell, rival))
        else:
            results.append(compared(cell, cell.interval(), expected.widened(slack), f"{rival.name} is"))
    return results


def rounded(cells: Sequence[Figure], library: Library, *, other: str, to: str) -> list[Result]:
    """Each cell is the figure of `other` rounded to a multiple of `to`; the note names the ways that fit.

    `inconsistent` if none does, `doubtful` if only cutting off or rounding up does.
    """
    results = []
    for cell in cells:
        figure = library.refer(other, cell)
        value, unit = figure.interval(cell.unit).middle, library.value(to, cell).middle
        if unit <= 0:
            raise InputError(f"to is {to!r}, not more than 0")
        ways = rounded_by(value, unit)
        fits = [name for name, rounding in ways.items() if rounding == cell.interval().middle]
        nearest = not {"half up", "half to even"}.isdisjoint(fits)
        outcome: Outcome = "consistent" if nearest else "doubtful" if fits else "inconsistent"
        how = ", ".join(fits) or "no rounding gives it"
        note = f"{figure.text} to multiples of {to}; printed {cell.text}: {how}"
        results.append(Result([cell], outcome, note, Interval.exact(ways["half up"])))
    return results


def nearer(cells: Sequence[Figure], library: Library, *, other: str, rival: str) -> list[Result]:
    """Each cell lies nearer to the figure of `other` in its place than to the one of `rival`."""
    results = []
    pairs = library.select(other), library.select(rival)
    if {len(cells)} != {len(figures) for figures in pairs}:
        raise InputError(f"{len(cells)} cells need as many figures in other and in rival")
    for cell, near, far in zip(cells, *pairs, strict=True):
        own = cell.interval().middle
        distances = [abs(own - figure.interval(cell.unit).middle) for figure in (near, far)]
        outcome: Outcome = "consistent" if distances[0] < distances[1] else "inconsistent"
        note = f"{short(distances[0])} from {near.text}, {short(distances[1])} from {far.text}"
        results.append(Result([cell], outcome, note, near.interval(cell.unit)))
    return results


def granular(cells: Sequence[Figure], library: Library, *, n: str) -> list[Result]:
    """Each cell is a whole number out of `n`: some k/n (in per cent, 100 k/n) rounds to what is printed.

    Uncheckable where the print is so coarse that every value is.
    """
    results = []
    for cell in cells:
        count, scale = library.value(n, cell), Interval.exact(RATES.get(cell.unit, 1))
        own = cell.interval() * count / scale
        expected = Interval.exact(round(own.middle)) / count * scale
        low, high = math.ceil(own.low), math.floor(own.high)
        outcome: Outcome = "consistent" if low <= high else "inconsistent"
        note = (
            f"{low} out of {span(count)}"
            if low <= high
            else f"no whole number out of {span(count)} rounds to it"
        )
        if own.high - own.low >= 1:
            outcome = "uncheckable"
            note = f"with so few digits every print is a whole number out of {span(count)}"
        results.append(Result([cell], outcome, note, expected))
    return results


def within_unit(cells: Sequence[Figure], library: Library) -> list[Result]:
    """Each cell lies where its unit lets it: a share in [0, 1], a count from 0 on, a correlation in [-1, 1].

    A correlation is what has that unit, or no unit and the name of one in its column.
    Raises `InputError` for a cell of any other unit.
    """
    results = []
    for cell in cells:
        if not (bounds := bounds_of(cell)):
            raise InputError(f"{cell.name}: nothing bounds the unit {cell.unit!r}")
        what, low, high = bounds
        # Not read as a share, which is refused outside [0, 1] before anything can be said of it.
        own = replace(cell, unit="1").interval() if cell.unit == "share" else cell.interval()
        holds = own.high >= low and (high is None or own.low <= high)
        note = f"{what} lies {f'from {low} to {high}' if high is not None else f'from {low} on'}"
        results.append(
            Result([cell], "consistent" if holds else "inconsistent", f"{note}; printed {cell.text}")
        )
    return results


def bounds_of(cell: Figure) -> tuple[str, Fraction, Fraction | None] | None:
    """What a cell is, the least and the largest value of such; None where its unit says nothing."""
    if cell.unit == "share":
        return "a share", Fraction(0), Fraction(1)
    if cell.unit in COUNTED:
        return "a count", Fraction(0), None
    if cell.unit == "correlation" or (cell.unit in ("", "1") and CORRELATION.search(cell.column)):
        return "a correlation", Fraction(-1), Fraction(1)
    return None


def percent_change(cells: Sequence[Figure], library: Library, *, before: str, after: str) -> list[Result]:
    """Each cell is the change from `before` to `after` in one of the readings that a text leaves open.

    100 (after/before - 1); 100 (before/after - 1); after - before in percentage points, for figures that
    are shares or per cent. A change printed without a sign may be a rise or a fall.
    """
    results = []
    for cell in cells:
        old, new = library.refer(before, cell), library.refer(after, cell)
        readings = _readings(old, new)
        if cell.text[:1] not in "↓+−-":
            readings = {name: -value if value.middle < 0 else value for name, value in readings.items()}
        own = cell.interval("%")
        fits = [name for name, value in readings.items() if own.overlaps(value)]
        nearest = min(readings, key=lambda name: abs(readings[name].middle - own.middle))
        listed = "; ".join(f"{name} {span(value)}" for name, value in readings.items())
        note = f"{old.text} to {new.text}, printed {cell.text}: {listed}"
        note += f"; fits as {' and '.join(fits)}" if fits else "; no reading fits"
        results.append(Result([cell], "consistent" if fits else "inconsistent", note, readings[nearest]))
    return results


def beats_trivial(cells: Sequence[Figure], library: Library, *, baseline: str) -> list[Result]:
    """Each cell is better than the formula `baseline` of a system that looks at nothing.

    By more than the printed digits leave open; which side is better is the cell's own direction.
    """
    results = []
    for cell in cells:
        if cell.direction not in ("higher", "lower"):
            raise InputError(f"{cell.name}: direction is {cell.direction!r}; nothing is better there")
        own, trivial = cell.interval(), library.value(baseline, cell)
        beats = own.low > trivial.high if cell.direction == "higher" else own.high < trivial.low
        difference = own.middle - trivial.middle
        percent = f" ({float(100 * difference / trivial.middle):+.2g} %)" if trivial.middle else ""
        note = f"printed {cell.text}, trivial {span(trivial)}: {cell.direction} is better, difference "
        note += f"{short(difference)}{percent}"
        results.append(Result([cell], "consistent" if beats else "inconsistent", note, trivial))
    return results


def _reprinted(cell: Figure, other: Figure) -> bool:
    """Whether both print the same numbers of digits, in one unit."""
    own, rival = cell.parts(), other.parts(cell.unit)
    return [part.high - part.low for part in own] == [part.high - part.low for part in rival]


def _copied(cell: Figure, other: Figure) -> Result:
    own, rival = cell.parts(), other.parts(cell.unit)
    outcome: Outcome = "consistent" if list(own) == list(rival) else "inconsistent"
    note = f"{other.name} is {other.text}; printed {cell.text}"
    if outcome == "inconsistent":
        off = max(abs(one.middle - two.middle) for one, two in zip(own, rival, strict=True))
        note += f", off by {short(off)}"
    return Result([cell], outcome, note, other.interval(cell.unit))


def _readings(old: Figure, new: Figure) -> dict[str, Interval]:
    unit = unit_of((old, new))
    before, after, one = old.interval(unit), new.interval(unit), Interval.exact(1)
    readings = {
        "per cent of the former": HUNDRED * (after / before - one),
        "per cent of the latter": HUNDRED * (before / after - one),
    }
    if unit in RATES:
        readings["percentage points"] = (after - before) * (HUNDRED / Interval.exact(RATES[unit]))
    return readings
