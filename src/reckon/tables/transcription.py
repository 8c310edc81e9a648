"""The transcription: every number that the decks print, as text, with the line it stands on.

`reported/tables.csv` names the tables, `reported/<table>.csv` holds one line a cell, `decks.csv` the
decks in their order, `tolerances.csv` what a cell may differ by beyond its printed digits.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from reckon.errors import InputError
from reckon.files.faults import Faults
from reckon.files.folders import DEFAULT, placed
from reckon.files.reading import reading
from reckon.files.rows import placed_rows, rows_of
from reckon.tables.draws import Print, prints_of, stands_behind
from reckon.tables.printed import Printed, read_printed

DIRECTIONS = ("higher", "lower", "equal")
KINDS = ("measured", "citation", "definition")
_NAME = re.compile(r"[A-Za-z0-9_]+")  # a file is called so
# What a cell can be printed in, one or several of them between spaces.
EMPHASES = ("bold", "italic", "underline")


@dataclass(frozen=True)
class Deck:
    """A source document: `file` and `sha256` are those of its text."""

    deck: str
    title: str
    file: str
    sha256: str


@dataclass(frozen=True)
class Table:
    """What belongs to all cells of one reported table."""

    table: str
    deck: str
    title: str
    section: str  # heading of the deck under which it stands
    experiment: str  # empty: nothing here recomputes it
    data: str  # the deck's own data, by the name that metrics rows give it
    scales: tuple[str, ...]  # scales at which the recomputation is the deck's own problem
    deterministic: tuple[str, ...]  # rows that one run settles; * for all
    baselines: tuple[str, ...]  # rows of the metrics that are trivial systems
    target: str  # the metrics file that recomputes it
    not_run: str  # why nothing does, when nothing does
    printed_of: tuple[str, ...] = ()  # what stands behind the printed numbers, see `reckon.tables.draws`

    def behind(self, cell: "Cell") -> Print:
        """What stands behind the printed number of a cell that is no citation."""
        return stands_behind(
            self.printed_of,
            cell.row,
            cell.column,
            deterministic=self.settled_by_one_run(cell.row),
            printed=cell.printed,
        )

    def settled_by_one_run(self, row: str) -> bool:
        """Whether the value of `row` depends on no seed."""
        return row in self.deterministic or "*" in self.deterministic


@dataclass(frozen=True)
class Cell:
    """One printed number; `reported` is its text as printed, `reported_line` counts from 1."""

    deck: str
    table: str
    row: str
    column: str
    unit: str
    direction: str  # which difference is better: higher, lower, or none (equal)
    reported: str
    reported_line: int
    kind: str  # measured, citation (another group's result), definition (a setting or an illustration)
    emphasis: str  # empty, or of `EMPHASES`
    note: str

    @cached_property
    def printed(self) -> Printed:
        """What `reported` stands for, in `unit`: value, half a unit, spread, runs, bound, marks.

        Raises `InputError` for a citation that prints several numbers in one cell.
        """
        return read_printed(self.reported, self.unit)


@dataclass(frozen=True)
class Tolerance:
    """A tolerance beyond the printed digits, with its reason."""

    tolerance: Decimal
    reason: str


@dataclass(frozen=True)
class Transcription:
    """Everything under `reported/`; `cells` are in the decks' order."""

    decks: tuple[Deck, ...]
    tables: dict[str, Table]
    cells: tuple[Cell, ...]
    tolerances: dict[tuple[str, str], Tolerance]  # by (table, column)


def read_transcription(folder: str | Path, *, results: str = DEFAULT) -> Transcription:
    """Read the folder `reported/`; raises `InputError` with file and line for anything malformed.

    All faults of the cells, in whichever table, are told at once.

    Targets are filed under `results/`; they come out under the folder `results`, where this run's lie.
    Cells come deck by deck in the order of `decks.csv`, within a deck by line, within a line as filed.
    """
    folder = Path(folder)
    decks = tuple(rows_of(folder / "decks.csv", Deck))
    filed = _by_name(folder / "tables.csv")
    tables = {name: replace(table, target=placed(table.target, results)) for name, table in filed.items()}
    order = {deck.deck: place for place, deck in enumerate(decks)}
    _refuse_strays(folder, tables)
    faults = Faults()
    cells = [cell for table in tables.values() for cell in _cells(folder, table, order, faults)]
    faults.tell()
    cells.sort(key=lambda cell: (order[cell.deck], cell.reported_line))
    if not cells:
        raise InputError(f"{folder / 'tables.csv'}: no table and no cell; a study has one at least")
    _check_prints(folder / "tables.csv", tables, cells)
    columns = {(cell.table, cell.column) for cell in cells}
    return Transcription(decks, tables, tuple(cells), _tolerances(folder / "tolerances.csv", columns))


def _by_name(path: Path) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    faults = Faults()
    for where, table in placed_rows(path, Table, faults=faults):
        if not _NAME.fullmatch(table.table):
            faults.add(where, f"table {table.table!r:.40}; use letters, digits and underscore")
        elif table.table in tables:
            faults.add(where, f"the table {table.table!r} is named twice; keep one line")
        tables[table.table] = table
    faults.tell()
    return tables


def _check_prints(path: Path, tables: dict[str, Table], cells: Sequence[Cell]) -> None:
    """Every `printed_of` has its form and names rows and columns that exist; a printed sd is there."""
    for number, table in enumerate(tables.values(), 2):
        own = [cell for cell in cells if cell.table == table.table and cell.kind != "citation"]
        try:
            said = prints_of(table.printed_of)
        except InputError as error:
            raise InputError(f"{path}:{number}: {error}") from None
        names = {name for cell in own for name in (cell.row, cell.column)}
        if unknown := sorted(said.keys() - names - {""}):
            raise InputError(
                f"{path}:{number}: printed_of: {table.table} has no row or column {unknown[0]!r}"
            )
        for cell in own:
            if table.behind(cell).with_spread and cell.printed.spread is None:
                raise InputError(
                    f"{path}:{number}: printed_of: no ± in {cell.reported!r:.40} ({cell.row} | {cell.column})"
                )


def _refuse_strays(folder: Path, tables: dict[str, Table]) -> None:
    """A transcribed table that `tables.csv` does not name would be left out without a word."""
    header = ",".join(field.name for field in fields(Cell))
    for path in sorted(folder.glob("*.csv")):
        with reading(path) as lines:
            if lines.readline().rstrip("\n") == header and path.stem not in tables:
                raise InputError(f"{path}: no line of {folder / 'tables.csv'} names this table; add one")


def _cells(folder: Path, table: Table, decks: dict[str, int], faults: Faults) -> list[Cell]:
    path = folder / f"{table.table}.csv"
    seen: dict[tuple[str, str, int], str] = {}
    cells = []
    for where, cell in placed_rows(path, Cell, faults=faults):
        for fault in _faults_of(cell, table, decks):
            faults.add(where, fault)
        first = seen.setdefault((cell.row, cell.column, cell.reported_line), where)
        if first != where:
            faults.add(where, f"row, column and line are those of line {first.rpartition(':')[2]}")
        cells.append(cell)
    if not cells and not faults.found:
        faults.add(str(path), "no cell; transcribe the table, or drop its line of tables.csv")
    return cells


def _faults_of(cell: Cell, table: Table, decks: dict[str, int]) -> list[str]:
    """What is wrong with a cell; the words of a column are few, so a misspelt one is refused."""
    faults = []
    if cell.table != table.table:
        faults.append(f"table is {cell.table!r}, the file belongs to {table.table!r}")
    if cell.deck != table.deck or cell.deck not in decks:
        faults.append(f"deck is {cell.deck!r}, tables.csv says {table.deck!r}; see decks.csv")
    faults += _strange("direction", cell.direction, DIRECTIONS)
    faults += _strange("kind", cell.kind, KINDS)
    for word in cell.emphasis.split(" ") if cell.emphasis else ():
        faults += _strange("emphasis", word, EMPHASES)
    if cell.kind != "citation":
        try:
            cell.printed  # noqa: B018  read once, kept with the cell
        except InputError as error:
            faults.append(f"reported: {error}")
    return faults


def _strange(name: str, word: str, known: tuple[str, ...]) -> list[str]:
    if word in known:
        return []
    close = difflib.get_close_matches(word.lower(), known, n=1)
    return [
        f"{name} is {word!r}, "
        + (f"did you mean {close[0]!r}?" if close else f"not one of {', '.join(known)}")
    ]


def _tolerances(path: Path, columns: set[tuple[str, str]]) -> dict[tuple[str, str], Tolerance]:
    @dataclass(frozen=True)
    class Line:
        table: str
        column: str
        tolerance: Decimal
        reason: str

    found: dict[tuple[str, str], Tolerance] = {}
    faults = Faults()
    for where, line in placed_rows(path, Line, faults=faults) if path.is_file() else []:
        place = (line.table, line.column)
        if line.tolerance < 0 or place in found or not line.reason.strip():
            faults.add(where, "one tolerance of 0 or more a column, with its reason")
        if place not in columns:
            near = difflib.get_close_matches(" | ".join(place), map(" | ".join, columns), n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            faults.add(where, f"no cell in column {line.column!r} of {line.table!r}{hint}")
        found[place] = Tolerance(line.tolerance, line.reason)
    faults.tell()
    return found
