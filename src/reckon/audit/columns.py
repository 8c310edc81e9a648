"""Checks of several printed numbers together: their order, their sum, which is best."""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from statistics import NormalDist

from reckon.audit.figures import RATES, Figure, Library, short, unit_of
from reckon.audit.interval import Interval
from reckon.audit.outcome import Result, span
from reckon.errors import InputError

WITHIN = ": within noise, unless the two err on the same cases"
REACH = NormalDist().inv_cdf(0.975)  # standard errors on each side of a 95 % interval


def ordered(cells: Sequence[Figure], library: Library, *, order: str) -> list[Result]:
    """The cells are `rising` or `falling`, one after the other; equal prints are no fault."""
    if order not in ("rising", "falling"):
        raise InputError(f"order is {order!r}, not rising or falling")
    if len(cells) < 2:
        raise InputError("one figure has no order")
    unit = unit_of(cells)
    values = [cell.interval(unit) for cell in cells]
    steps = list(pairwise(values) if order == "rising" else ((b, a) for a, b in pairwise(values)))
    wrong = [
        f"{a.text} then {b.text}"
        for (a, b), step in zip(pairwise(cells), steps, strict=True)
        if _exceeds(*step)
    ]
    smallest = min(larger.middle - smaller.middle for smaller, larger in steps)
    note = f"{len(cells)} figures, {order}, smallest step {short(smallest)}"
    if wrong:
        note = f"not {order}: {'; '.join(wrong)}"
    return [Result(cells, "inconsistent" if wrong else "consistent", note)]


def dominated(cells: Sequence[Figure], library: Library, *, by: str) -> list[Result]:
    """The figures of `by` are at least as good as the cells in every place, and better in one."""
    better = library.select(by)
    if len(better) != len(cells):
        raise InputError(f"by names {len(better)} figures for {len(cells)} cells")
    margins = [_margin(new, old) for new, old in zip(better, cells, strict=True)]
    holds = all(margin >= 0 for margin in margins) and any(margin > 0 for margin in margins)
    listed = ", ".join(f"{cell.column} {short(margin)}" for cell, margin in zip(cells, margins, strict=True))
    return [Result([*better, *cells], "consistent" if holds else "inconsistent", f"better by: {listed}")]


def sum_at_most_one(cells: Sequence[Figure], library: Library, *, whole: str = "") -> list[Result]:
    """The cells are parts of a whole: their sum is at most 1, at most 100 in per cent, or at most `whole`."""
    unit = unit_of(cells)
    limit = library.value(whole or str(RATES.get(unit, 1)), cells[0], unit)
    total = sum((cell.interval(unit) for cell in cells), Interval.exact(0))
    fits = total.low <= limit.high
    note = f"the sum is {span(total)}, the whole {span(limit)}: {short(limit.middle - total.middle)} left"
    return [Result(cells, "consistent" if fits else "inconsistent", note, limit)]


def ranked(cells: Sequence[Figure], library: Library, *, by: str) -> list[Result]:
    """Each cell is the rank (1 is best, equal ones share the smallest) of the formula `by` of its row."""
    scores = [library.value(by, cell, "%") for cell in cells]
    results = []
    for cell, score in zip(cells, scores, strict=True):
        surely = sum(other.low > score.high for other in scores)
        possibly = sum(other.high >= score.low for other in scores)
        place = Interval(Fraction(1 + surely), Fraction(possibly))
        fits = cell.interval().overlaps(place)
        note = f"{by} is {short(score.middle)}, rank {span(place)} of {len(cells)}; printed {cell.text}"
        results.append(Result([cell], "consistent" if fits else "inconsistent", note, place))
    return results


def slows_down(cells: Sequence[Figure], library: Library) -> list[Result]:
    """A column that stays bounded along its rows: the mean step is smaller in the second half.

    Necessary, not sufficient: growth that does not even slow down is not bounded.
    """
    unit = unit_of(cells)
    values = [cell.interval(unit).middle for cell in cells]
    half = (len(values) - 1) // 2
    if half < 1:
        raise InputError(f"{len(values)} figures; at least three are needed")
    first = (values[half] - values[0]) / half
    second = (values[-1] - values[half]) / (len(values) - 1 - half)
    note = f"from {cells[0].text} to {cells[-1].text}, last step {short(values[-1] - values[-2])}; mean step "
    note += f"{short(first)} over the first {half}, {short(second)} over the last {len(values) - 1 - half}"
    return [Result(cells, "consistent" if second < first else "inconsistent", note)]


def bold_is_best(cells: Sequence[Figure], library: Library) -> list[Result]:
    """Of the cells, exactly the best are printed bold."""
    ranking = {cell: all(_margin(cell, other) >= 0 for other in cells) for cell in cells}
    wrong = [cell for cell, best in ranking.items() if best != ("bold" in cell.emphasis.split())]
    best = ", ".join(cell.text for cell, best in ranking.items() if best)
    bold = ", ".join(cell.text for cell in cells if "bold" in cell.emphasis.split()) or "none"
    return [Result(wrong or cells, "inconsistent" if wrong else "consistent", f"best {best}, bold {bold}")]


def within_noise(cells: Sequence[Figure], library: Library, *, n: str = "") -> list[Result]:
    """The first cell differs from the second by more than chance: `inconsistent` if it lies within noise.

    Both are taken as shares of `n` cases each (an F1 is nearly one), drawn anew for either: two systems that
    err on the same cases may differ by less and mean it. The 95 % interval is Newcombe's (1998). Without
    `n` it is uncheckable, and the note gives the `n` at which the printed difference would be 1.96 binomial
    standard errors.
    """
    if len(cells) != 2:
        raise InputError(f"{len(cells)} cells; a difference has two")
    unit = unit_of(cells)
    scale = RATES.get(unit, 1)
    first, second = (cell.interval(unit).middle / scale for cell in cells)
    difference = f"{cells[0].text} - {cells[1].text} = {short((first - second) * scale)}"
    if not n:
        needed = _cases_needed(float(first), float(second))
        return [
            Result(
                cells, "uncheckable", f"{difference}; n is not printed, from n = {needed} on it would show"
            )
        ]
    cases = round(library.value(n, cells[0]).middle)
    if cases < 1 or not 0 <= min(first, second) <= max(first, second) <= 1:
        raise InputError(f"{difference}: shares of {cases} cases are wanted")
    low, high = _newcombe(float(first), float(second), cases)
    expected = Interval(Fraction(low * scale), Fraction(high * scale))
    shows = low > 0 or high < 0
    note = f"{difference}, 95 % interval {span(expected)}{'' if shows else WITHIN}"
    return [Result(cells, "consistent" if shows else "inconsistent", note, expected)]


def _exceeds(one: Interval, two: Interval) -> bool:
    """Whether `one` is greater than `two` beyond what rounding can do.

    Figures of one precision keep their order when rounded; others are told apart by their intervals.
    """
    if one.high - one.low == two.high - two.low:
        return one.middle > two.middle
    return one.low > two.high


def _margin(cell: Figure, other: Figure) -> Fraction:
    """By how much `cell` is printed better than `other`."""
    unit = unit_of((cell, other))
    difference = cell.interval(unit).middle - other.interval(unit).middle
    if cell.direction not in ("higher", "lower"):
        raise InputError(f"{cell.name}: direction is {cell.direction!r}; nothing is better there")
    return difference if cell.direction == "higher" else -difference


def _cases_needed(first: float, second: float) -> str:
    if first == second:
        return "infinity"
    variance = first * (1 - first) + second * (1 - second)
    return f"{round(REACH**2 * variance / (first - second) ** 2):,}"


def _newcombe(first: float, second: float, n: int) -> tuple[float, float]:
    """Newcombe's interval of first - second, in closed form: a library's import would outlast the audit."""
    low_first, high_first = _wilson(first, n)
    low_second, high_second = _wilson(second, n)
    below = math.hypot(first - low_first, high_second - second)
    above = math.hypot(high_first - first, second - low_second)
    return first - second - below, first - second + above


def _wilson(share: float, n: int) -> tuple[float, float]:
    """Wilson's score interval of a share of n cases."""
    centre = (share + REACH**2 / (2 * n)) / (1 + REACH**2 / n)
    half = math.sqrt(share * (1 - share) / n + REACH**2 / (4 * n**2)) * REACH / (1 + REACH**2 / n)
    return centre - half, centre + half
