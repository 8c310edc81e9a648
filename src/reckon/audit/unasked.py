"""Checks that nobody asked for: what the names and the shape of a table promise by themselves.

They are checks of the known kinds, as a line of checks.csv would hold them. A table that promises nothing,
or whose numbers cannot be compared, gets none.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from reckon.audit.figures import Figure, Library, unit_of
from reckon.audit.findings import Check, results_of
from reckon.audit.interval import AbsentError
from reckon.audit.outcome import would_fit
from reckon.audit.significance import reports_a_test
from reckon.audit.values import bounds_of, within_unit
from reckon.errors import InputError

MEANS = ("average", "avg", "avg.", "mean")
SUMS = ("total", "sum")
FEWEST_PARTS = 2  # of a mean or a sum
_CHANGE = re.compile(r"change|gain|improvement|increase|decrease|reduction|drop|speed-?up|Δ", re.IGNORECASE)
_DIFFERENCE = re.compile(rf"{_CHANGE.pattern}|difference|delta|loss", re.IGNORECASE)
_IN_SELECTORS = re.compile(r"\|| & |^\*$")  # what separates there
_IN_PARAMETERS = re.compile(r"[;\[\]]| \+ ")
Proposal = tuple[str, Sequence[Figure], str]  # kind, its cells, its parameters


def unasked(library: Library, asked: Iterable[Check] = ()) -> dict[str, Check]:
    """Checks by name that the tables of `library` promise, without those that `asked` makes of a figure.

    - The last of a row or a column that is called average, mean, total or sum is that of all before it.
    - A per cent whose column is called a change is that of the two other numbers of its row.
    - Where a column has bold prints, and a direction that is better, nothing else beats the best of them.
    - A share, a count or a correlation lies where such can lie; only what does not is told.
    - A p value in a passage is that of the test statistic before it.

    The note of a check that fails names neighbouring prints, one digit away, by which it would hold.
    """
    asked = list(asked)
    taken = {(check.kind, figure.name) for check in asked for figure in _cells(check, library)}
    found = {}
    for cells in library.tables.values():
        for kind, about, parameters in _proposals(cells, library):
            if any((kind, cell.name) in taken for cell in about):
                continue
            where = f"{about[0].row}_{about[0].column}" if len(about) == 1 else about[0].column
            check = Check(
                f"unasked_{kind}_{about[0].table}_{where}",
                "",
                kind,
                " & ".join(map(_selector, about)),
                parameters,
                _SAYS[kind],
                "",
            )
            if (outcome := _outcome(check, library)) in ("consistent", "inconsistent", "doubtful"):
                note = (
                    "" if outcome == "consistent" or len(about) > 1 else _neighbours(check, about[0], library)
                )
                found[check.check] = replace(check, note=note)
    return found | _tests(library, {check.cells for check in asked if check.kind == "p_of_test"})


def _tests(library: Library, taken: set[str]) -> dict[str, Check]:
    """Checks of the passages that print a test statistic with its p value."""
    return {
        f"unasked_p_of_test_{name}": Check(
            f"unasked_p_of_test_{name}",
            "",
            "p_of_test",
            name,
            "",
            "Each p value is that of its statistic",
            "",
        )
        for name, lines in library.passages.items()
        if name not in taken and any(map(reports_a_test, lines))
    }


_SAYS = {
    "mean_of": "The last number is the mean of those before it",
    "identity": "The last number is the sum of those before it",
    "percent_change": "The per cent are the change between the two numbers beside them",
    "within_unit": "The number lies where its unit lets it",
    "bold_is_best": "No other number of the column is as good as the best that is bold",
}


def _proposals(cells: Sequence[Figure], library: Library) -> Iterator[Proposal]:
    rows, columns = _grouped(cells, "row"), _grouped(cells, "column")
    for groups, name in ((rows, "column"), (columns, "row")):
        for group in groups:
            yield from _whole(group, name)
    for row in rows:
        yield from _change(row)
    for column in columns:
        yield from (("within_unit", [cell], "") for cell in _outside(column, library))
        if len(held := _bold_and_rivals(column)) > 1:
            yield "bold_is_best", held, ""


def _whole(group: Sequence[Figure], name: str) -> Iterator[Proposal]:
    """The last figure of a row or column, by its `name`, against all others: like with like only."""
    *parts, last = group
    if any(_IN_PARAMETERS.search(cell.name) for cell in group):
        return
    word = getattr(last, name).strip().lower()
    if (
        len(parts) < FEWEST_PARTS
        or len({cell.unit for cell in group}) > 1
        or any(cell.several for cell in group)
    ):
        return
    if word in MEANS:
        yield "mean_of", [last], "parts=" + " & ".join(map(_selector, parts))
    elif word in SUMS:
        yield "identity", [last], "formula=" + " + ".join(f"[{_selector(cell)}]" for cell in parts)


def _change(row: Sequence[Figure]) -> Iterator[Proposal]:
    changes = [cell for cell in row if cell.unit.startswith("%") and _CHANGE.search(cell.column)]
    others = [cell for cell in row if cell not in changes]
    if any(_IN_PARAMETERS.search(cell.name) for cell in row):
        return
    if len(changes) == 1 and len(others) == 2 and others[0].unit == others[1].unit:
        before, after = map(_selector, others)
        yield "percent_change", changes, f"before={before}; after={after}"


def _outside(column: Sequence[Figure], library: Library) -> list[Figure]:
    """The cells of a column outside their unit, but for differences, which may have any sign.

    What only a name calls a correlation may be printed a hundredfold: one must stand out from two or more.
    """
    bounded = [
        cell for cell in column if bounds_of(cell) and not _DIFFERENCE.search(f"{cell.row} {cell.column}")
    ]
    outside = []
    for cell in bounded:
        try:
            outside += [cell for found in within_unit([cell], library) if found.outcome == "inconsistent"]
        except (InputError, AbsentError):
            continue
    named = [cell for cell in outside if cell.unit in ("", "1")]
    return [cell for cell in outside if cell not in named or len(named) == 1 < len(column) - 1]


def _bold_and_rivals(column: Sequence[Figure]) -> list[Figure]:
    """The best of the bold prints and all that are not bold; nothing where none is, or nothing is better.

    Each part of a table may have a best of its own, and no name says where a part ends.
    """
    bold = [cell for cell in column if "bold" in cell.emphasis.split()]
    if not bold or {cell.direction for cell in column} not in ({"higher"}, {"lower"}):
        return []
    try:
        values = [cell.interval(bold[0].unit).middle for cell in bold]
    except (InputError, AbsentError):
        return []
    best = max(values) if bold[0].direction == "higher" else min(values)
    worse = [cell for cell, value in zip(bold, values, strict=True) if value != best]
    return [cell for cell in column if cell not in worse]


def _grouped(cells: Sequence[Figure], name: str) -> list[list[Figure]]:
    """Figures of one row or column, in their order.

    Left out are those that print a cell twice, and whose names no selector can hold.
    """
    groups: dict[str, list[Figure]] = {}
    for cell in cells:
        groups.setdefault(getattr(cell, name), []).append(cell)
    return [
        group
        for group in groups.values()
        if len({cell.name for cell in group}) == len(group) and not any(map(_is_unnameable, group))
    ]


def _selector(cell: Figure) -> str:
    return f"{cell.name} | {cell.line}"


def _is_unnameable(cell: Figure) -> bool:
    return bool(_IN_SELECTORS.search(cell.row) or _IN_SELECTORS.search(cell.column))


def _cells(check: Check, library: Library) -> list[Figure]:
    return library.select(check.cells) if check.kind in _SAYS else []


def _outcome(check: Check, library: Library) -> str:
    """Worst outcome of a check, empty where its figures cannot be compared."""
    try:
        cells = library.select(check.cells)
        unit_of(cells)
        outcomes = {result.outcome for result in results_of(check, library)}
    except InputError:
        return ""
    return next(
        (name for name in ("uncheckable", "inconsistent", "doubtful") if name in outcomes), "consistent"
    )


def _neighbours(check: Check, cell: Figure, library: Library) -> str:
    """The prints one digit away, of the cell or what it is held against, by which the check would hold."""
    beside = library.tables[cell.table]
    held = [other for other in beside if re.search(rf"{re.escape(_selector(other))}\b", check.parameters)]
    return would_fit(
        (cell, *held),
        lambda figure, text: _outcome(check, library.printing(figure, text)) == "consistent",
    )
