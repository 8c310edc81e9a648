"""What a check can point at: printed cells, passages of the decks' text, figures of public records."""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from reckon.audit.formula import evaluate
from reckon.audit.interval import AbsentError, Interval, mean, parts_of, printed
from reckon.errors import InputError
from reckon.files.faults import Faults
from reckon.files.rows import placed_rows
from reckon.tables.transcription import Cell, Deck, read_transcription

SPLITS: dict[str, Callable[[str], list[str]]] = {
    "line": lambda text: [text],
    "space": str.split,
    "comma": lambda text: [part.strip().removeprefix("and ") for part in text.split(",")],
}


RATES = {"share": 1, "%": 100}  # units of one quantity: what makes up the whole
# What is counted or set is exactly what is printed; everything else is rounded to the printed digits.
EXACT_UNITS = {
    *("documents", "dofs", "epochs", "examples", "labels", "questions"),
    *("rank", "sequences", "setting", "steps", "tokens"),
}


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
    several: bool = False  # may print two numbers between a slash

    def interval(self, unit: str = "") -> Interval:
        """Every number the text can stand for; of two numbers, their mean.

        Shares and per cent come in the `unit` asked for, where that is one of the two.
        Raises `AbsentError` if there is no text, `InputError` if it is no number.
        """
        parts = self.parts(unit)
        return parts[0] if len(parts) == 1 else mean(parts)

    def parts(self, unit: str = "") -> Sequence[Interval]:
        """The one or two numbers of the print, as `interval` gives them."""
        if not self.text:
            raise AbsentError(f"{self.name}: {self.note}")
        try:
            found: Sequence[Interval] = parts_of(self.text, self.unit, several=self.several)
        except (InputError, AbsentError) as error:
            raise type(error)(f"{self.name}: {error}") from None
        if self.exact:
            found = [Interval.exact(part.middle) for part in found]
        if unit == self.unit or not {unit, self.unit} <= RATES.keys():
            return found
        factor = Interval.exact(Fraction(RATES[unit], RATES[self.unit]))
        return [part * factor for part in found]


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
    decks: tuple[Deck, ...] = ()

    @cached_property
    def places(self) -> dict[tuple[str, str, str], list[Figure]]:
        """Cells by table, row and column; several where a number is printed more than once."""
        places: dict[tuple[str, str, str], list[Figure]] = {}
        for cell in self.cells:
            places.setdefault((cell.table, cell.row, cell.column), []).append(cell)
        return places

    @cached_property
    def tables(self) -> dict[str, list[Figure]]:
        """Cells by table, in the deck's order."""
        tables: dict[str, list[Figure]] = {}
        for cell in self.cells:
            tables.setdefault(cell.table, []).append(cell)
        return tables

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

    def value(self, formula: str, beside: Figure, unit: str = "") -> Interval:
        """A formula in which `[...]` is what `refer` finds.

        Its shares and per cent are put into one unit: `unit`, or that of `beside`, or of the first of them.
        """
        unit = next((name for name in (unit, beside.unit) if name in RATES), "")

        def figure(reference: str) -> Interval:
            nonlocal unit
            found = self.refer(reference, beside)
            unit = unit or (found.unit if found.unit in RATES else "")
            return found.interval(unit)

        return evaluate(formula, figure)

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
        cells = self.cells if parts[0] == "*" else self.tables.get(parts[0], [])
        found = [cell for cell in cells if _fits(parts, cell)]
        if not found:
            known = {cell.name for cell in self.cells}
            raise InputError(f"no cell {' | '.join(parts)!r}{nearest(' | '.join(parts), known)}")
        return found


def read_library(folder: str | Path) -> Library:
    """Read `reported/`: the transcription, passages.csv and logs.csv.

    Raises `InputError` with file and line for anything malformed.
    """
    folder = Path(folder)
    transcription = read_transcription(folder)
    cells = tuple(map(_figure, transcription.cells))
    records, passages = _records(folder / "logs.csv"), _passages(folder / "passages.csv")
    return Library(cells, records, passages, transcription.decks)


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
        several=cell.kind == "citation",
    )


def unit_of(cells: Sequence[Figure]) -> str:
    """The unit in which `cells` are compared: the first one's.

    Raises `InputError` if another's is no multiple of it; 1 and none go with any.
    """
    unit = cells[0].unit
    for cell in cells:
        if cell.unit != unit and not {cell.unit, unit} <= RATES.keys() and not {cell.unit, unit} & {"", "1"}:
            raise InputError(
                f"{cell.name} is in {cell.unit!r}, {cells[0].name} in {unit!r}: compare like with like"
            )
    return unit


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
    except (InputError, AbsentError):
        where = f"row {beside.row!r} of {beside.table}" if beside.table else beside.name
        raise InputError(f"{text!r} is neither a number nor a column in {where}") from None
    return Figure(name=text, text=text)


def _records(path: Path) -> dict[str, Figure]:
    records: dict[str, Figure] = {}
    faults = Faults()
    for where, record in placed_rows(path, Record, faults=faults) if path.is_file() else []:
        if record.figure in records:
            faults.add(where, f"the figure {record.figure!r} is there already")
        name, exact = f"log | {record.figure}", record.unit in EXACT_UNITS
        records[record.figure] = Figure(
            name, record.value, unit=record.unit, note=record.note, exact=exact, several=True
        )
    faults.tell()
    return records


def _passages(path: Path) -> dict[str, tuple[Line, ...]]:
    passages: dict[str, tuple[Line, ...]] = {}
    faults = Faults()
    for where, line in placed_rows(path, Line, faults=faults) if path.is_file() else []:
        if line.split not in SPLITS:
            faults.add(where, f"split is {line.split!r}, not one of {', '.join(SPLITS)}")
        passages[line.passage] = (*passages.get(line.passage, ()), line)
    faults.tell()
    return passages
