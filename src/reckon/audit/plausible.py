"""Whether a figure looks like those around it: no arithmetic binds it, but its column and its row do."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from reckon.audit.figures import Figure, Library, short, unit_of
from reckon.audit.outcome import Result
from reckon.errors import InputError

FEWEST = 4  # figures of which one can stand out
PLAY = Fraction(2)  # gaps between neighbours by which one may lie outside the others


def plausible(
    cells: Sequence[Figure], library: Library, *, beside: str = "", scale: str = "column", play: str = "2"
) -> list[Result]:
    """Each figure lies where those of its column do; `doubtful` is one that stands out.

    Of a column, a figure stands out if it lies outside the range of the others by more than `play` times the
    widest gap between two neighbours of them. The columns of the cells are taken one by one, or all together
    as one `scale=table`. Two numbers between a slash are two columns. The same holds of the difference
    to the column `beside`, and between the two numbers of a slash: this is the order within a row. A figure
    that alone breaks the order of a column that rises or falls stands out too, if it lies outside its
    neighbours above and below by more than the widest step between the others.
    """
    if scale not in ("column", "table"):
        raise InputError(f"scale is {scale!r}, not column or table")
    gaps = library.value(play, cells[0]).middle
    results = []
    for group in _columns(cells) if scale == "column" else [list(cells)]:
        if len(group) < FEWEST:
            raise InputError(
                f"{len(group)} figures in {group[0].column!r}; of at least {FEWEST} one can stand out"
            )
        faults = _strange(group, library, beside, gaps, ordered=scale == "column")
        results += [Result([cell], "doubtful", "; ".join(notes)) for cell, notes in faults.items()]
        if not faults:
            low, high = _range(group)
            results.append(Result(group, "consistent", f"{len(group)} figures from {low} to {high}"))
    return results


def _columns(cells: Sequence[Figure]) -> list[list[Figure]]:
    columns: dict[str, list[Figure]] = {}
    for cell in cells:
        columns.setdefault(cell.column, []).append(cell)
    return list(columns.values())


def _range(group: Sequence[Figure]) -> tuple[str, str]:
    unit = unit_of(group)
    prints = sorted(group, key=lambda cell: cell.interval(unit).middle)
    return prints[0].text, prints[-1].text


def _strange(
    group: Sequence[Figure], library: Library, beside: str, play: Fraction, *, ordered: bool
) -> dict[Figure, list[str]]:
    """The figures of a column that stand out, with what is said of each."""
    unit = unit_of(group)
    parts = [[part.middle for part in cell.parts(unit)] for cell in group]
    series = {"": [own[0] for own in parts]}
    if all(len(own) == 2 for own in parts):
        series = {"first number, ": series[""], "second number, ": [own[1] for own in parts]}
        series["difference of the two, "] = [own[0] - own[1] for own in parts]
    if beside:
        series[f"difference to {beside}, "] = [
            own[0] - library.refer(beside, cell).interval(unit).middle
            for own, cell in zip(parts, group, strict=True)
        ]
    faults: dict[Figure, list[str]] = {}
    for name, values in series.items():
        alone = out_of_order(values) if ordered and "difference" not in name else {}
        for place, why in (outside(values, play) | alone).items():
            faults.setdefault(group[place], []).append(f"{name}{short(values[place])}: {why}")
    return faults


def outside(values: Sequence[Fraction], play: Fraction) -> dict[int, str]:
    """Places of `values` outside the range of the others by more than `play` of the widest gap among them.

    Only the least and the greatest can be. One that is outside is no neighbour of the rest, which are looked
    at again without it, as long as there are enough.
    """
    found: dict[int, str] = {}
    places = sorted(range(len(values)), key=values.__getitem__)
    while len(places) >= FEWEST:
        new = {
            end: why for end in (0, -1) if (why := _beyond([values[place] for place in places], end, play))
        }
        found |= {places[end]: why for end, why in new.items()}
        if not new:
            break
        places = [place for place in places if place not in found]
    return found


def _beyond(values: Sequence[Fraction], end: int, play: Fraction) -> str:
    """Why the first (`end` 0) or last (-1) of sorted values lies outside the others, or nothing."""
    rest = values[1:] if end == 0 else values[:-1]
    gap = max(after - before for before, after in pairwise(rest))
    if rest[0] - play * gap <= values[end] <= rest[-1] + play * gap:
        return ""
    return f"the others lie from {short(rest[0])} to {short(rest[-1])}, at most {short(gap)} apart"


def out_of_order(values: Sequence[Fraction]) -> dict[int, str]:
    """The one place that breaks an order which all others keep, by more than the widest step between them."""
    for sign, word in ((1, "rise"), (-1, "fall")):
        breaks = [i for i, (a, b) in enumerate(pairwise(values)) if sign * (b - a) < 0]
        if len(breaks) not in (1, 2):
            continue
        for place in (breaks[0], breaks[0] + 1):
            rest = [*values[:place], *values[place + 1 :]]
            if not 0 < place < len(values) - 1 or any(sign * (b - a) < 0 for a, b in pairwise(rest)):
                continue
            low, high = sorted((values[place - 1], values[place + 1]))
            step = max(abs(b - a) for a, b in pairwise(rest))
            if not low - step <= values[place] <= high + step:
                return {place: f"the others {word}, those above and below are {short(low)} and {short(high)}"}
    return {}
