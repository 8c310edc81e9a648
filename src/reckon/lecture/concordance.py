"""A word in its contexts: every "chicken" of the Brown corpus beside the 26 lines of the slide.

Lecture, lines 431 to 456: strips of running text about the word, sorted by what follows it. Corpus and slide
differ in quotation marks, capitals and blanks, so words are compared by their letters and digits alone, from
the word outwards; a strip may cut its outermost words. A line is exact if all its words are the corpus's.
"""

import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from reckon.errors import InputError
from reckon.files.rows import records

_TAG = re.compile(r"/[^/\s]+(?=\s|$)")
_TEXT = re.compile(r"brown/(c[a-r]\d\d)")
# What a damaged archive raises: cut off, places before its start, packed otherwise, encrypted.
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError)


class Context(NamedTuple):
    """The words before and after one place of the word, in reading order; `place` names it."""

    place: str
    before: tuple[str, ...]
    after: tuple[str, ...]


class Held(NamedTuple):
    """A line of the slide, the place of the corpus that agrees with most of it, and where they part."""

    line: Context
    hit: Context
    differences: tuple[str, ...]  # none: the line is exact


def bare(text: str) -> list[str]:
    """The words of a text, split at blanks, as small letters and digits; what has neither is no word."""
    return re.sub(r"[^\w\s]|_", "", text.lower()).split()


def tagged_texts(path: Path) -> dict[str, str]:
    """The texts of Brown (ca01 to cr09), a `word/tag` between blanks, a sentence a line, and empty lines.

    Raises `InputError` for an archive without them.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            names = {found[1]: found[0] for name in archive.namelist() if (found := _TEXT.fullmatch(name))}
            texts = {text: archive.read(names[text]).decode("ascii") for text in sorted(names)}
    except (*_BROKEN, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not the Brown corpus ({error}); fetch it again") from None
    if not texts:
        raise InputError(f"{path}: no text of the Brown corpus, such as brown/ca01; fetch it again")
    return texts


def read_brown(path: Path) -> dict[str, list[str]]:
    """Words by text, without their tags; raises `InputError` as `tagged_texts`."""
    return {text: bare(_TAG.sub("", raw)) for text, raw in tagged_texts(path).items()}


def read_lines(path: Path, passage: str, word: str) -> list[Context]:
    """The slide's lines, of the `passage` of passages.csv: a number, then a strip with `word` in its middle.

    Raises `InputError` if there is no such passage, or a line without the word.
    """
    found = []
    for where, row in records(path, needed=("passage", "reported")):
        if row["passage"] == passage:
            number, _, strip = row["reported"].partition(" ")
            places = [match.span() for match in re.finditer(re.escape(word), strip, re.I)]
            if not places:
                raise InputError(f"{where}: no {word!r} in this line; correct the transcription")
            start, end = min(places, key=lambda place: abs(sum(place) - len(strip)))
            found.append(Context(number, tuple(bare(strip[:start])), tuple(bare(strip[end:]))))
    if not found:
        raise InputError(f"{path}: no passage {passage!r}; transcribe it")
    return found


def contexts(texts: Mapping[str, Sequence[str]], word: str, width: int = 20) -> list[Context]:
    """Every place of the word in the texts, in their order, with `width` words on either side."""
    return [
        Context(f"{text}:{i + 1}", tuple(words[max(0, i - width) : i]), tuple(words[i + 1 : i + 1 + width]))
        for text, words in texts.items()
        for i, found in enumerate(words)
        if found == word
    ]


def held(line: Context, hits: Sequence[Context]) -> Held:
    """The line beside the hit that agrees with most of its words (the first of equals); at least one hit."""
    hit = max(hits, key=lambda hit: sum(_agreeing(mine, other) for _, mine, other in _sides(line, hit)))
    differences = (_difference(*side) for side in _sides(line, hit))
    return Held(line, hit, tuple(found for found in differences if found))


def _sides(line: Context, hit: Context) -> list[tuple[int, list[str], list[str]]]:
    """Both sides of line and hit, read outwards from the word: before it (−1) letter by letter, too."""
    before, of_hit = ([word[::-1] for word in reversed(words)] for words in (line.before, hit.before))
    return [(-1, before, of_hit), (1, list(line.after), list(hit.after))]


def _agreeing(line: Sequence[str], hit: Sequence[str]) -> int:
    """How many words agree before the first that does not; the last of the line may be cut."""
    for number, (word, other) in enumerate(zip(line, hit, strict=False)):
        if not (other == word or (number == len(line) - 1 and other.startswith(word))):
            return number
    return min(len(line), len(hit))


def _difference(reading: int, line: Sequence[str], hit: Sequence[str]) -> str:
    """Where the sides part, as words are written; empty if they do not."""
    place = _agreeing(line, hit)
    if place == len(line):
        return ""
    other = repr(hit[place][::reading]) if place < len(hit) else "ends its text"
    return f"slide {line[place][::reading]!r}, Brown {other}"
