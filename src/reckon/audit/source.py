"""Each print held against the paper's own text: it must stand in the line that the transcription names."""

import html
import os
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reckon.audit.figures import Figure, Library, Line
from reckon.audit.outcome import Outcome, Result
from reckon.files.hashes import sha256
from reckon.files.reading import reading
from reckon.files.rows import rows_of
from reckon.tables.transcription import Deck

NOT_AT_HAND = "source not at hand"
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


@dataclass(frozen=True)
class Held:
    """What holding the prints of a deck against its text finds; `what` is a table, or `words`."""

    deck: str
    what: str
    statement: str
    result: Result


class Text:
    """The lines of a paper's text, from 1, without mark-up; what lies between tabs is a field."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self._plain: dict[int, list[str]] = {}

    def fields(self, number: int) -> list[str]:
        """The fields of a line, plain; empty where the text ends before it."""
        if number not in self._plain:
            line = self.lines[number - 1] if 0 < number <= len(self.lines) else ""
            self._plain[number] = [plain(field) for field in line.split("\t")]
        return self._plain[number]

    def place_of(self, cell: Figure) -> tuple[int, str]:
        """Where the print of `cell` must stand: its field if a head above names the column, else its line.

        The number of the field, or -1, and the text there.
        """
        number = cell.line or 0
        own = self.fields(number)
        above = number
        while len(own) > 1 and above > 1 and len(self.fields(above)) > 1:
            above -= 1
            head = self.fields(above)
            if cell.column in head and head.index(cell.column) < len(own):
                return head.index(cell.column), own[head.index(cell.column)]
        return -1, "\t".join(own)


def plain(text: str) -> str:
    """Text without what only sets it: tags, dollars and backslashes of TeX, entities."""
    without = re.sub(r"(?<!\\)\$", "", _TAG.sub("", text))
    return html.unescape(without.replace("\\", "")).strip()


def standing(printed: str, text: str) -> int:
    """How often `printed` stands in `text` as a whole number, with no sign before it that it has not."""
    found = 0
    for match in re.finditer(rf"(?<![\d.,]){re.escape(plain(printed))}(?!\d|[.,]\d)", text):
        before = text[: match.start()]
        arrow = before.rstrip(" ")[-1:] in ("↓", "↑")
        sign = before[-1:] in ("-", "−", "–", "+") and not before[-2:-1].isalnum()
        found += not (arrow or sign)
    return found


def texts_at_hand(
    reported: str | os.PathLike[str], folder: str | os.PathLike[str] | None = None
) -> list[str]:
    """The papers' texts that are there, of those that decks.csv of the folder `reported` names.

    A `file` of decks.csv lies under `folder`, or else beside decks.csv.
    """
    places = [Path(place) for place in (folder, reported) if place is not None]
    found = []
    for deck in rows_of(Path(reported) / "decks.csv", Deck):
        paths = [os.path.normpath(place / deck.file) for place in places if deck.file]
        found += [path for path in paths if os.path.isfile(path)][:1]  # noqa: PTH113  as `regular`
    return found


def held_against_source(library: Library, texts: Iterable[str | os.PathLike[str]]) -> list[Held]:
    """Hold every printed cell and passage against the text of its deck, one of the files `texts`.

    A deck whose text is not among them gives one finding, `source not at hand`, with the number of prints
    that were not held against it.
    """
    paths = [Path(text) for text in texts]
    return [held for deck in library.decks for held in _deck(deck, library, _text_of(deck, paths))]


def _text_of(deck: Deck, paths: Sequence[Path]) -> Path | None:
    own = [part for part in Path(os.path.normpath(deck.file)).parts if part != ".."] if deck.file else []
    return next((path for path in paths if own and list(path.parts[-len(own) :]) == own), None)


def _deck(deck: Deck, library: Library, path: Path | None) -> list[Held]:
    cells = [cell for cell in library.cells if cell.deck == deck.deck]
    words = [line for lines in library.passages.values() for line in lines if line.deck == deck.deck]
    statement = f"What is transcribed stands in the text of {deck.title!r}"
    if path is None:
        note = f"{NOT_AT_HAND}: {len(cells)} prints and {len(words)} lines of words are not held against it"
        return [Held(deck.deck, "", statement, Result([], "uncheckable", note))]
    with reading(path) as file:
        text = Text(file.read().split("\n"))
    found = []
    if deck.sha256 and sha256(path) != deck.sha256:
        note = (
            f"{deck.file} is another edition than the one transcribed: its SHA-256 is not that of decks.csv"
        )
        found.append(Held(deck.deck, "", statement, Result([], "inconsistent", note)))
    for table in dict.fromkeys(cell.table for cell in cells):
        own = [cell for cell in cells if cell.table == table]
        found += [Held(deck.deck, table, statement, result) for result in _table(own, text)]
    return [*found, *(Held(deck.deck, "words", statement, result) for result in _words(words, text))]


def _table(cells: Sequence[Figure], text: Text) -> list[Result]:
    """One result for all prints that stand where they should, one more for each that does not."""
    places = {cell: text.place_of(cell) for cell in cells}
    wanted = Counter((cell.text, cell.line, field) for cell, (field, _) in places.items())
    missing = [
        cell
        for cell, (field, place) in places.items()
        if standing(cell.text, place) < wanted[cell.text, cell.line, field]
    ]
    results = [
        _result([c], "inconsistent", _missing(c.text, c.line or 0, places[c][1], text)) for c in missing
    ]
    if stood := [cell for cell in cells if cell not in missing]:
        results.append(
            _result(stood, "consistent", f"{len(stood)} of {len(cells)} prints stand in their lines")
        )
    return results


def _words(lines: Sequence[Line], text: Text) -> list[Result]:
    """As `_table`, of the lines of passages."""
    faults, stood = [], 0
    for line in lines:
        own = text.lines[line.reported_line - 1] if 0 < line.reported_line <= len(text.lines) else ""
        if line.reported in own.replace("**", ""):
            stood += 1
        else:
            faults.append(
                _result([line], "inconsistent", _missing(line.reported, line.reported_line, own, text))
            )
    return [
        *faults,
        *([_result([], "consistent", f"{stood} of {len(lines)} lines of words stand")] if stood else []),
    ]


def _missing(printed: str, number: int, place: str, text: Text) -> str:
    if number > len(text.lines):
        return f"the text ends before line {number}, at {len(text.lines)}"
    return f"{printed} does not stand in line {number} where it is looked for: {place[:60]!r}"


def _result(about: Sequence[Figure | Line], outcome: Outcome, note: str) -> Result:
    return Result(about if len(about) == 1 else [], outcome, note)
