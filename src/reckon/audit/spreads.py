"""Checks of a printed standard deviation against the mean and the number of cases beside it.

A few numbers of a known form leave few standard deviations to have. All are those of a sample: the sum of
squares is divided by n - 1.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from reckon.audit.figures import RATES, Figure, Library, short
from reckon.audit.interval import Interval
from reckon.audit.outcome import Outcome, Result, span, would_fit
from reckon.errors import InputError

MOST_SUMS = 1000  # a mean that leaves more open binds no spread
ROOT_UNIT = 10**20  # roots are exact to one part of it
Judge = Callable[[Figure, Figure, int], Result]


def debit(cells: Sequence[Figure], library: Library, *, mean: str, n: str) -> list[Result]:
    """Each cell is the standard deviation of `n` noughts and ones with the mean of the figure `mean`.

    It is sqrt(n / (n - 1) * m * (1 - m)) for some m that rounds to the print (Heathers and Brown, 2019,
    DEBIT). `doubtful` where it fits only divided by n. Shares and per cent serve both.
    """
    return [_held(_debit, cell, library, mean, n) for cell in cells]


def grimmer(
    cells: Sequence[Figure], library: Library, *, mean: str, n: str, items: str = "1"
) -> list[Result]:
    """Each cell is the standard deviation of `n` whole numbers, or of `n` means of `items` of them each.

    Some whole sum S rounds to the mean, and some whole sum of squares Q to the cell, both odd or both even,
    since a number and its square are (Anaya, 2016; in the analytic form of Allard, 2018). Uncheckable where
    the prints are so coarse that every one fits.
    """

    def judged(cell: Figure, average: Figure, count: int) -> Result:
        return _grimmer(cell, average, count, _whole(library, items, cell, least=1))

    return [_held(judged, cell, library, mean, n) for cell in cells]


def _held(judge: Judge, cell: Figure, library: Library, mean: str, n: str) -> Result:
    """What `judge` finds, with the prints one digit away of the cell and of its mean that would fit."""
    average, count = library.refer(mean, cell), _whole(library, n, cell, least=2)
    result = judge(cell, average, count)
    if result.outcome != "inconsistent":
        return result

    def fits(figure: Figure, text: str) -> bool:
        other = replace(figure, text=text)
        sd, m = (other, average) if figure is cell else (cell, other)
        try:
            return judge(sd, m, count).outcome == "consistent"
        except InputError:  # a share above 1
            return False

    return replace(result, note=f"{result.note}; {would_fit((cell, average), fits)}")


def _whole(library: Library, formula: str, beside: Figure, *, least: int) -> int:
    """The value of a formula, which must be a whole number from `least` on: what is counted is exact."""
    value = library.value(formula, beside).middle
    if value.denominator != 1 or value < least:
        raise InputError(f"{formula!r} is {short(value)}, no whole number from {least} on")
    return int(value)


def _debit(cell: Figure, average: Figure, n: int) -> Result:
    own, m = cell.interval("share"), average.interval("share")
    if m.high < 0 or m.low > 1:
        return Result([cell], "inconsistent", f"no mean of noughts and ones is {average.text}")
    low, high = max(m.low, Fraction(0)), min(m.high, Fraction(1))
    middle = min(max(Fraction(1, 2), low), high)  # where m (1 - m) is largest
    ends = min(low * (1 - low), high * (1 - high)), middle * (1 - middle)
    sample, population = (
        Interval(*(_root(end * n / by) for end in ends)).widened(Fraction(1, ROOT_UNIT)) for by in (n - 1, n)
    )
    scale = Interval.exact(RATES.get(cell.unit, 1))
    note = f"{n} noughts and ones of mean {average.text} have {span(sample * scale)}; printed {cell.text}"
    outcome: Outcome = "consistent" if own.overlaps(sample) else "inconsistent"
    if outcome == "inconsistent" and own.overlaps(population):
        outcome, note = "doubtful", f"{note}: divided by n, not by n - 1"
    return Result([cell], outcome, note, sample * scale)


def _grimmer(cell: Figure, average: Figure, n: int, items: int) -> Result:
    own, sums = cell.interval() * Interval.exact(items), average.interval() * Interval.exact(n * items)
    squares = [max(end, Fraction(0)) ** 2 * (n - 1) for end in (own.low, own.high)]
    totals = range(math.ceil(sums.low), math.floor(sums.high) + 1)
    if len(totals) > MOST_SUMS or (sums.high - sums.low >= 1 and squares[1] - squares[0] >= 2):
        note = f"with so few digits every print is one of {n} whole numbers"
        return Result([cell], "uncheckable", note)
    if not totals:
        note = f"no {n * items} whole numbers have a mean of {average.text}"
        return Result([cell], "inconsistent", f"{note}; printed {cell.text}")
    possible = [sd for total in totals for sd in _deviations(total, n, own.middle)]
    nearest = min(possible, key=lambda sd: abs(sd - own.middle))
    fits = own.widened(Fraction(1, ROOT_UNIT)).overlaps(Interval.exact(nearest))
    note = f"nearest of {n} whole numbers of mean {average.text} is {short(nearest / items)}"
    return Result(
        [cell],
        "consistent" if fits else "inconsistent",
        f"{note}; printed {cell.text}",
        Interval.exact(nearest / items),
    )


def _deviations(total: int, n: int, near: Fraction) -> Iterator[Fraction]:
    """The standard deviations next to `near`, below and above, of `n` whole numbers that add to `total`.

    Their squares add to total^2 / n or more, and are as odd or even as the numbers.
    """
    least = Fraction(total * total, n)
    below = math.floor(near**2 * (n - 1) + least)
    below -= (below - total) % 2
    for squares in (below, below + 2):
        if squares >= least:
            yield _root((squares - least) / (n - 1))


def _root(value: Fraction) -> Fraction:
    return Fraction(math.isqrt(int(value * ROOT_UNIT**2)), ROOT_UNIT)
