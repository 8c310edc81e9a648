"""What a check can point at: printed cells, passages of the decks' text, figures of public records."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from reckon.audit.formula import evaluate
from reckon.audit.interval import Interval, printed
from reckon.errors import InputError
from reckon.files.rows import rows_of
from reckon.tables.transcription import Cell, read_transcription

SPLITS: dict[str, Callable[[str], list[str]]] = {
    "line": lambda text: [text],
    "space": str.split,
    "comma": lambda text: [part.strip().removeprefix("and ") for part in text.split(",")],
}


# What is counted or set is exactly what is printed; everything else is rounded to the printed digits.
EXACT_UNITS = {
    *("documents", "dofs", "epochs", "examples", "labels", "questions"),
    *("rank", "sequences", "setting", "steps", "tokens"),
}


class AbsentError(Exception):
    """A figure that a check needs is nowhere printed; the text says which, and where it was looked for."""


@dataclass(frozen=True)
class Figure:
    """One figure as text; a record's figure has no deck, one that was looked for in vain no text."""

    name: str
    text: str
    deck: str = ""
    table: str = ""
    row: str = ""
    column: str = ""
    unit: str = ""
    direction: str = ""
    line: int | None = None
    emphasis: str = ""
    note: str = ""
    exact: bool = False

    def interval(self, unit: str = "") -> Interval:
        """Every number the text can stand for, in per cent if `unit` is % and the figure is a share.

        Raises `AbsentError` if there is no text, `InputError` if it is no number.
        """
        if not self.text:
            raise AbsentError(f"{self.name}: {self.note}")
        try:
            value = printed(self.text)
        except InputError as error:
            raise InputError(f"{self.name}: {error}") from None
        if self.exact:
            value = Interval.exact(value.middle)
        return value * Interval.exact(100) if (unit, self.unit) == ("%", "share") else value


@dataclass(frozen=True)
class Record:
    """A line of logs.csv: a figure of a public record; an empty value was looked for and is not there."""

    figure: str
    repository: str
    commit: str
    path: str
    line: str
    unit: str
    value: str
    note: str


@dataclass(frozen=True)
class Line:
    """A line of passages.csv; the lines of one passage stand below each other."""

    passage: str
    deck: str
    reported: str
    reported_line: int
    split: str  # what is an item: the line, a word between spaces, a part between commas


@dataclass(frozen=True)
class Library:
    """All figures by their place, all passages by their name."""

    cells: tuple[Figure, ...]
    records: dict[str, Figure]
    passages: dict[str, tuple[Line, ...]]

    @cached_property
    def places(self) -> dict[tuple[str, str, str], list[Figure]]:
        """Cells by table, row and column; several where a number is printed more than once."""
        places: dict[tuple[str, str, str], list[Figure]] = {}
        for cell in self.cells:
            places.setdefault((cell.table, cell.row, cell.column), []).append(cell)
        return places

    def select(self, selectors: str) -> list[Figure]:
        """Figures that `table | row | column`, `table | row | column | line` or `log | figure` name.

        `*` stands for every row or column; several selectors are separated by `&`. In the order named,
        within a selector in the deck's. Raises `InputError` for a selector that names nothing.
        """
        return [figure for selector in selectors.split(" & ") for figure in self._one(selector)]

    def passage(self, name: str) -> tuple[Line, ...]:
        """Lines of a passage; raises `InputError` naming the nearest known one."""
        if name not in self.passages:
            raise InputError(f"no passage {name!r}{nearest(name, self.passages)}")
        return self.passages[name]

    def refer(self, reference: str, beside: Figure) -> Figure:
        """The one figure meant by a selector, a column of the row of `beside`, or a number as text."""
        if "|" in reference:
            found = self.select(reference)
            if len(found) != 1:
                raise InputError(f"{reference!r} names {len(found)} figures; one is needed")
            return found[0]
        row = self.places.get((beside.table, beside.row, reference), [])
        return min(row, key=lambda cell: cell.line != beside.line) if row else _literal(reference, beside)

    def value(self, formula: str, beside: Figure) -> Interval:
        """A formula in which `[...]` is what `refer` finds."""
        return evaluate(formula, lambda reference: self.refer(reference, beside).interval())

    def printing(self, cell: Figure, text: str) -> "Library":
        """The same library where `cell`, one of its own, is printed as `text`."""
        cells = (replace(other, text=text) if other is cell else other for other in self.cells)
        return replace(self, cells=tuple(cells))

    def _one(self, selector: str) -> list[Figure]:
        parts = [part.strip() for part in selector.split("|")]
        if parts[0] == "log" and len(parts) == 2:
            if parts[1] not in self.records:
                raise InputError(f"logs.csv has no figure {parts[1]!r}{nearest(parts[1], self.records)}")
            return [self.records[parts[1]]]
        if len(parts) not in (3, 4):
            raise InputError(f"{selector.strip()!r}: expected `table | row | column` or `log | figure`")
        found = [cell for cell in self.cells if _fits(parts, cell)]
        if not found:
            known = {cell.name for cell in self.cells}
            raise InputError(f"no cell {' | '.join(parts)!r}{nearest(' | '.join(parts), known)}")
        return found


def read_library(folder: str | Path) -> Library:
    """Read `reported/`: the transcription, passages.csv and logs.csv.

    Raises `InputError` with file and line for anything malformed.
    """
    folder = Path(folder)
    cells = tuple(map(_figure, read_transcription(folder).cells))
    return Library(cells, _records(folder / "logs.csv"), _passages(folder / "passages.csv"))


def _figure(cell: Cell) -> Figure:
    """A printed cell; a setting is exact."""
    return Figure(
        name=f"{cell.table} | {cell.row} | {cell.column}",
        text=cell.reported,
        deck=cell.deck,
        table=cell.table,
        row=cell.row,
        column=cell.column,
        unit=cell.unit,
        direction=cell.direction,
        line=cell.reported_line,
        emphasis=cell.emphasis,
        note=cell.note,
        exact=cell.kind == "definition" or cell.unit in EXACT_UNITS,
    )


def items(lines: Sequence[Line]) -> list[str]:
    """The items of a passage, in order."""
    return [item for line in lines for item in SPLITS[line.split](line.reported)]


def nearest(name: str, known: object) -> str:
    """`; did you mean ...?` for the likeliest of the known names, or nothing."""
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)  # type: ignore[call-overload]
    return f"; did you mean {close[0]!r}?" if close else ""


def short(value: Fraction) -> str:
    """A number in a sentence: four significant digits, from 10,000 on all before the point."""
    return f"{float(value):,.0f}" if abs(value) >= 10_000 else f"{float(value):.4g}"


def _fits(parts: Sequence[str], cell: Figure) -> bool:
    place = (cell.table, cell.row, cell.column, str(cell.line))
    return all(part in ("*", own) for part, own in zip(parts, place, strict=False))


def _literal(text: str, beside: Figure) -> Figure:
    try:
        printed(text)
    except InputError:
        where = f"row {beside.row!r} of {beside.table}" if beside.table else beside.name
        raise InputError(f"{text!r} is neither a number nor a column in {where}") from None
    return Figure(name=text, text=text)


def _records(path: Path) -> dict[str, Figure]:
    records: dict[str, Figure] = {}
    for number, record in enumerate(rows_of(path, Record) if path.is_file() else [], 2):
        if record.figure in records:
            raise InputError(f"{path}:{number}: the figure {record.figure!r} is there already")
        name, exact = f"log | {record.figure}", record.unit in EXACT_UNITS
        records[record.figure] = Figure(name, record.value, unit=record.unit, note=record.note, exact=exact)
    return records


def _passages(path: Path) -> dict[str, tuple[Line, ...]]:
    passages: dict[str, tuple[Line, ...]] = {}
    for number, line in enumerate(rows_of(path, Line) if path.is_file() else [], 2):
        if line.split not in SPLITS:
            raise InputError(f"{path}:{number}: split is {line.split!r}, not one of {', '.join(SPLITS)}")
        passages[line.passage] = (*passages.get(line.passage, ()), line)
    return passages
