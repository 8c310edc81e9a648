"""The final table for reading: one section a reported table, in Markdown."""

from collections.abc import Sequence
from itertools import groupby

from reckon.files.escaping import as_code, in_markdown
from reckon.report.final_table import Row, counts
from reckon.tables.transcription import Transcription

_NOTE = (
    "Cells marked `scaled_down` come from other data or another scale than the deck's: "
    "they stand beside it and prove nothing about it."
)
_HEADER = "| row | column | reported | recomputed | 95 % interval | seeds | verdict | reason |"


def markdown(transcription: Transcription, rows: Sequence[Row], *, scale: str) -> str:
    """The whole table as Markdown; a table whose cells are all alike and without a value is one line."""
    order = list(transcription.tables)
    by_table = sorted(rows, key=lambda row: order.index(row["table"]))
    parts = [
        f"# Reported against recomputed, scale `{scale}`",
        ", ".join(f"{number} {verdict}" for verdict, number in counts(rows).items()) + f"; {len(rows)} cells",
        _NOTE,
    ]
    for name, cells in groupby(by_table, key=lambda row: row["table"]):
        table = transcription.tables[name]
        parts += [
            f"## {in_markdown(table.title)} ({as_code(name)}, deck {as_code(table.deck)})",
            _section(list(cells)),
        ]
    return "\n\n".join(parts) + "\n"


def _section(rows: Sequence[Row]) -> str:
    alike = {(row["verdict"], row["reason"]) for row in rows}
    if len(alike) == 1 and not any(row["mean"] for row in rows):
        verdict, reason = alike.pop()
        return f"{len(rows)} cells, all `{verdict}`: {in_markdown(reason)}."
    return "\n".join([_HEADER, "|---" * 8 + "|", *map(_line, rows)])


def _line(row: Row) -> str:
    mean = f"{_short(row['mean'])} ({row['data']})" if row["mean"] else ""
    interval = f"{_short(row['ci_low'])} to {_short(row['ci_high'])}" if row["ci_low"] else ""
    seeds = f"{row['n_done']}/{row['n_planned']}" if row["n_planned"] else ""
    cells = (row["row"], row["column"], row["reported"], mean, interval, seeds, row["verdict"], row["reason"])
    return "| " + " | ".join(in_markdown(cell) for cell in cells) + " |"


def _short(number: str) -> str:
    """A number for reading: whole ones in full, others to four digits."""
    value = float(number)
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.4g}"
