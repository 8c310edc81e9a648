"""The transcription: every number that the decks print, as text, with the line it stands on.

`reported/tables.csv` names the tables, `reported/<table>.csv` holds one line a cell, `decks.csv` the
decks in their order, `tolerances.csv` what a cell may differ by beyond its printed digits.
"""

import difflib
import re
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from pathlib import Path

from reckon.errors import InputError
from reckon.files.folders import DEFAULT, placed
from reckon.files.reading import reading
from reckon.files.rows import rows_of

DIRECTIONS = ("higher", "lower", "equal")
KINDS = ("measured", "citation", "definition")
_NAME = re.compile(r"[A-Za-z0-9_]+")  # a file is called so
_NUMBER = re.compile(r"(?P<sign>[↓+−-]?)\s*\$?(?P<digits>\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d{1,4})?)\s*[x%]?")
LONGEST_NUMBER = 60
LARGEST_POWER_OF_TEN = 300  # what a float holds
_POWER = re.compile(r"(?P<base>\d+)\^\{?(?P<exponent>-?\d+)\}?")


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
    emphasis: str
    note: str


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

    Targets are filed under `results/`; they come out under the folder `results`, where this run's lie.
    Cells come deck by deck in the order of `decks.csv`, within a deck by line, within a line as filed.
    """
    folder = Path(folder)
    decks = tuple(rows_of(folder / "decks.csv", Deck))
    filed = _by_name(folder / "tables.csv")
    tables = {name: replace(table, target=placed(table.target, results)) for name, table in filed.items()}
    order = {deck.deck: place for place, deck in enumerate(decks)}
    _refuse_strays(folder, tables)
    cells = [cell for table in tables.values() for cell in _cells(folder, table, order)]
    cells.sort(key=lambda cell: (order[cell.deck], cell.reported_line))
    if not cells:
        raise InputError(f"{folder / 'tables.csv'}: no table and no cell; a study has one at least")
    columns = {(cell.table, cell.column) for cell in cells}
    return Transcription(decks, tables, tuple(cells), _tolerances(folder / "tolerances.csv", columns))


def _by_name(path: Path) -> dict[str, Table]:
    tables: dict[str, Table] = {}
    for number, table in enumerate(rows_of(path, Table), 2):
        if not _NAME.fullmatch(table.table):
            raise InputError(
                f"{path}:{number}: table {table.table!r:.40}; use letters, digits and underscore"
            )
        if table.table in tables:
            raise InputError(f"{path}:{number}: the table {table.table!r} is named twice; keep one line")
        tables[table.table] = table
    return tables


def printed_number(reported: str) -> tuple[Decimal, Decimal]:
    """The value of a printed text and half a unit of its last printed digit.

    `0.640` gives (0.640, 0.0005), `7,079` (7079, 0.5), `1.35x` (1.35, 0.005), `↓ 8%` (-8, 0.5).
    A power such as `2^{-3}` is exact: half a unit is 0.
    Raises `InputError` for text that is not one number, such as `91.9/89.2`.
    """
    if len(reported) > LONGEST_NUMBER:
        raise InputError(f"{reported[:LONGEST_NUMBER]!r}... is too long for a printed number")
    if power := _POWER.fullmatch(reported):
        return _power(Decimal(power["base"]), int(power["exponent"])), Decimal(0)
    number = _NUMBER.fullmatch(reported)
    if not number:
        raise InputError(f"{reported!r} is not one printed number; only a citation may print several")
    value = Decimal(number["digits"].replace(",", ""))
    if abs(value.adjusted()) > LARGEST_POWER_OF_TEN:
        raise InputError(f"{reported!r} is out of the range of printed numbers")
    last_digit = Decimal(1).scaleb(int(value.as_tuple().exponent))
    return (-value if number["sign"] in "↓−-" and number["sign"] else value), last_digit / 2


def _power(base: Decimal, exponent: int) -> Decimal:
    if abs(exponent) * max(1, base.adjusted() + 1) > LARGEST_POWER_OF_TEN or (not base and exponent <= 0):
        raise InputError(f"{base}^{exponent} is out of the range of printed numbers")
    return base**exponent


def _refuse_strays(folder: Path, tables: dict[str, Table]) -> None:
    """A transcribed table that `tables.csv` does not name would be left out without a word."""
    header = ",".join(field.name for field in fields(Cell))
    for path in sorted(folder.glob("*.csv")):
        with reading(path) as lines:
            if lines.readline().rstrip("\n") == header and path.stem not in tables:
                raise InputError(f"{path}: no line of {folder / 'tables.csv'} names this table; add one")


def _cells(folder: Path, table: Table, decks: dict[str, int]) -> list[Cell]:
    path = folder / f"{table.table}.csv"
    seen: dict[tuple[str, str, int], int] = {}
    cells = rows_of(path, Cell)
    for number, cell in enumerate(cells, 2):
        _check_cell(f"{path}:{number}", cell, table, decks)
        key = (cell.row, cell.column, cell.reported_line)
        if key in seen:
            raise InputError(f"{path}:{number}: row, column and line are those of line {seen[key]}")
        seen[key] = number
    if not cells:
        raise InputError(f"{path}: no cell; transcribe the table, or drop its line of tables.csv")
    return cells


def _check_cell(where: str, cell: Cell, table: Table, decks: dict[str, int]) -> None:
    if cell.table != table.table:
        raise InputError(f"{where}: table is {cell.table!r}, the file belongs to {table.table!r}")
    if cell.deck != table.deck or cell.deck not in decks:
        raise InputError(f"{where}: deck is {cell.deck!r}, tables.csv says {table.deck!r}; see decks.csv")
    if cell.direction not in DIRECTIONS:
        raise InputError(f"{where}: direction is {cell.direction!r}, not one of {', '.join(DIRECTIONS)}")
    if cell.kind not in KINDS:
        raise InputError(f"{where}: kind is {cell.kind!r}, not one of {', '.join(KINDS)}")
    if cell.kind != "citation":
        try:
            printed_number(cell.reported)
        except InputError as error:
            raise InputError(f"{where}: reported: {error}") from None


def _tolerances(path: Path, columns: set[tuple[str, str]]) -> dict[tuple[str, str], Tolerance]:
    @dataclass(frozen=True)
    class Line:
        table: str
        column: str
        tolerance: Decimal
        reason: str

    found: dict[tuple[str, str], Tolerance] = {}
    for number, line in enumerate(rows_of(path, Line) if path.is_file() else [], 2):
        place = (line.table, line.column)
        if line.tolerance < 0 or place in found or not line.reason.strip():
            raise InputError(f"{path}:{number}: one tolerance of 0 or more a column, with its reason")
        if place not in columns:
            near = difflib.get_close_matches(
                " | ".join(place), [" | ".join(column) for column in columns], n=1
            )
            hint = f"; did you mean {near[0]}?" if near else ""
            raise InputError(f"{path}:{number}: no cell in column {line.column!r} of {line.table!r}{hint}")
        found[place] = Tolerance(line.tolerance, line.reason)
    return found
