"""This table against an earlier one: which verdicts and which values changed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reckon.report.final_table import Row

Name = tuple[str, str, str, str, int]  # table, row, column, reported_line, and its place among equals


@dataclass(frozen=True)
class Change:
    """One reported cell that is settled otherwise than before; None where it was not in that table."""

    before: Row | None
    now: Row | None

    @property
    def cell(self) -> Row:
        """The row that names the cell."""
        row = self.now or self.before
        assert row is not None  # noqa: S101  made from at least one
        return row

    @property
    def verdict_changed(self) -> bool:
        """Whether the verdict is another, or the cell is new or gone."""
        return not (self.before and self.now) or self.before["verdict"] != self.now["verdict"]


def differences(before: Iterable[Row], now: Sequence[Row]) -> list[Change]:
    """Cells whose verdict, mean or printed text changed: in today's order, then those that are gone.

    Means are compared to all ten digits that the table holds: the same run gives the same bytes.
    """
    earlier, later = _named(before), _named(now)
    names = [*later, *(name for name in earlier if name not in later)]
    changes = (Change(earlier.get(name), later.get(name)) for name in names)
    return [change for change in changes if not _same(change)]


def _same(change: Change) -> bool:
    if change.before is None or change.now is None:
        return False
    return all(change.before[name] == change.now[name] for name in ("verdict", "mean", "reported"))


def _named(rows: Iterable[Row]) -> dict[Name, Row]:
    """Rows by what identifies them in every run; a line may print the same row and column twice."""
    seen: Counter[tuple[str, str, str, str]] = Counter()
    found = {}
    for row in rows:
        name = (row["table"], row["row"], row["column"], row["reported_line"])
        found[(*name, seen[name])] = row
        seen[name] += 1
    return found
