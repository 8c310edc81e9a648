"""The final table as the page shows it: deck by deck, table by table, each cell with its evidence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reckon.report.final_table import Row, counts
from reckon.report.page.evidence import Evidence, evidence
from reckon.report.sources import Group, Key, Source, by_cell
from reckon.tables.transcription import Deck, Table, Transcription


@dataclass(frozen=True)
class Cell:
    """One reported number; `anchor` names it within the page, such as `iterations-7`."""

    anchor: str
    row: Row
    small: bool  # recomputed from other data or at another scale than the deck's
    evidence: Evidence


@dataclass(frozen=True)
class Section:
    """One reported table."""

    table: Table
    cells: tuple[Cell, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Number of cells by verdict."""
        return counts(cell.row for cell in self.cells)

    @property
    def alike(self) -> str:
        """The one reason of all cells, if they have one and none was recomputed; otherwise empty."""
        reasons = {cell.row["reason"] for cell in self.cells}
        computed = any(cell.row["mean"] for cell in self.cells)
        return "" if computed or len(reasons) != 1 else reasons.pop()


@dataclass(frozen=True)
class Chapter:
    """One deck with its tables, in the order of `reported/tables.csv`."""

    deck: Deck
    sections: tuple[Section, ...]


def chapters(
    transcription: Transcription, rows: Sequence[Row], sources: Sequence[Source], *, options: str = ""
) -> list[Chapter]:
    """Every row of the final table at its place; decks and tables without a row are left out."""
    groups = by_cell(sources)
    sections = [
        Section(table, _cells(table, rows, groups, options)) for table in transcription.tables.values()
    ]
    found = [
        Chapter(deck, tuple(s for s in sections if s.cells and s.table.deck == deck.deck))
        for deck in transcription.decks
    ]
    return [chapter for chapter in found if chapter.sections]


def _cells(
    table: Table, rows: Sequence[Row], groups: Mapping[Key, list[Group]], options: str
) -> tuple[Cell, ...]:
    own = [row for row in rows if row["table"] == table.table]
    return tuple(
        Cell(
            f"{table.table}-{number}",
            row,
            _small(row, table),
            evidence(row, groups.get((row["table"], row["row"], row["column"]), []), options=options),
        )
        for number, row in enumerate(own, 1)
    )


def _small(row: Row, table: Table) -> bool:
    return bool(row["mean"]) and (row["data"] != table.data or row["scale"] not in table.scales)
