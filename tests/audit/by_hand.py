"""Small libraries of figures for the tests of the audit."""

from itertools import count

from reckon.audit.figures import Figure, Library, Line

LINES = count(1)


def cell(text, *, row="R", column="C", table="t", unit="1", direction="higher", **others):
    """One printed figure, on a line of its own."""
    name = f"{table} | {row} | {column}"
    return Figure(name, text, "deck", table, row, column, unit, direction, next(LINES), **others)


def column(*texts, **others):
    """A column of printed figures, row by row."""
    return [cell(text, row=f"row {place}", **others) for place, text in enumerate(texts)]


def record(name, text, **others):
    """A figure of a public record."""
    return Figure(f"log | {name}", text, **others)


def passage(name, *texts, split="line"):
    """A passage, line by line."""
    return tuple(Line(name, "deck", text, place, split) for place, text in enumerate(texts, 1))


def library(cells=(), records=(), passages=()):
    """What a check can point at."""
    return Library(
        tuple(cells),
        {figure.name.removeprefix("log | "): figure for figure in records},
        {lines[0].passage: lines for lines in passages},
    )


def outcomes(results):
    """The outcomes of some results, in order."""
    return [result.outcome for result in results]
