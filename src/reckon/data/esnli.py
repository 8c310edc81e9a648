"""e-SNLI: pairs of sentences with a label, and the words that annotators found essential for it.

Camburu et al. 2018. A file is one of the official csv files or the same in gzip; training files have one
annotator, development and test files three.
"""

import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from reckon.errors import InputError
from reckon.files.rows import records

LABELS = ("neutral", "entailment", "contradiction")  # the class numbers of the original, from 0
ANNOTATORS = (1, 2, 3)
_ABSENT = ("", "NA")
_NONE = "{}"
# Official training files write some places p as 2000 + p; the stars of the same rows say so. None is written
# further off: 4001 is outside its sentence.
_SHIFT = 2000
_PLACE = re.compile(r"[0-9]{1,6}")
_MARKED = ("Sentence1_marked_1", "Sentence2_marked_1")
_REMEDY = "is this a csv file of e-SNLI?"


@dataclass(frozen=True)
class Highlights:
    """Words that one annotator marked: places in `words(sentence)`, from 0."""

    premise: frozenset[int]
    hypothesis: frozenset[int]


@dataclass(frozen=True)
class Pair:
    """Two sentences, their label as a place in `LABELS`, and what each annotator marked."""

    pair_id: str
    label: int
    premise: str
    hypothesis: str
    highlights: tuple[Highlights, ...]
    marked: tuple[str, str]  # both sentences with the first annotator's words between stars


def words(sentence: str) -> list[str]:
    """Words as the highlights count them: what stands between single blanks, also if it is nothing."""
    return sentence.split(" ")


def read_pairs(
    path: str | os.PathLike[str], counts: Counter[str], seen: set[str] | None = None
) -> Iterator[Pair]:
    """Yield the pairs of a csv file; what is left out is counted in `counts`.

    Left out are pairs without a gold label (`-`), counted as `no_gold_label`; pairs with a sentence of
    blanks (`empty_sentence`); a pair whose id stood on an earlier line (`repeated_pair`), or is in `seen`,
    which grows and may be given to the next file; and highlights of an annotator who points outside a
    sentence (`index_outside`).
    Raises `InputError` with file and line for a missing or misspelt column, an unknown label, or an index
    that is not a number.
    """
    seen = set() if seen is None else seen
    annotators: tuple[int, ...] = ()
    for where, row in records(path, needed=_needed(ANNOTATORS[:1]), remedy=_REMEDY):
        annotators = annotators or _annotators(f"{path}:1", row)
        counts["rows"] += 1
        if reason := _left_out(row, seen):
            counts[reason] += 1
        else:
            yield _pair(row, annotators, where, counts)
        seen.add(row["pairID"])


def _needed(annotators: Sequence[int]) -> tuple[str, ...]:
    return ("pairID", "gold_label", "Sentence1", "Sentence2", *_MARKED, *_columns(annotators))


def _columns(annotators: Iterable[int]) -> tuple[str, ...]:
    return tuple(f"Sentence{sentence}_Highlighted_{n}" for n in annotators for sentence in (1, 2))


def _annotators(where: str, row: Iterable[str]) -> tuple[int, ...]:
    """The annotators that a file has: all of their columns, or none, and none that is called otherwise."""
    given = [name for name in row if "highl" in name.casefold()]
    there = tuple(n for n in ANNOTATORS if set(_columns([n])) & set(given))
    if missing := [name for name in _columns(there) if name not in given]:
        raise InputError(f"{where}: no column {', '.join(missing)}; {_REMEDY}")
    if strange := [name for name in given if name not in _columns(there)]:
        raise InputError(
            f"{where}: a column {strange[0]!r:.60} of no annotator; correct its name, or drop it"
        )
    return there


def _left_out(row: dict[str, str], seen: set[str]) -> str:
    """Why a row is left out, as it is counted; empty if it is kept."""
    if row["pairID"] in seen:
        return "repeated_pair"
    if row["gold_label"] == "-":
        return "no_gold_label"
    return "" if row["Sentence1"].strip() and row["Sentence2"].strip() else "empty_sentence"


def _pair(row: dict[str, str], annotators: Sequence[int], where: str, counts: Counter[str]) -> Pair:
    if row["gold_label"] not in LABELS:
        raise InputError(f"{where}: gold_label is {row['gold_label']!r}, not {', '.join(LABELS)} or -")
    found = [_highlights(row, number, where) for number in annotators]
    given = [one for one in found if one is not None]
    sizes = len(words(row["Sentence1"])), len(words(row["Sentence2"]))
    inside = [one for one in given if max(one.premise, default=0) < sizes[0]]
    inside = [one for one in inside if max(one.hypothesis, default=0) < sizes[1]]
    counts["index_outside"] += len(given) - len(inside)
    return Pair(
        row["pairID"],
        LABELS.index(row["gold_label"]),
        row["Sentence1"],
        row["Sentence2"],
        tuple(inside),
        (row[_MARKED[0]], row[_MARKED[1]]),
    )


def _highlights(row: dict[str, str], annotator: int, where: str) -> Highlights | None:
    """What one annotator marked; None if there was none for this pair."""
    columns = _columns([annotator])
    texts = [row[column] for column in columns]
    if all(text in _ABSENT for text in texts):
        return None
    return Highlights(*(_places(text, f"{where}: {c}") for text, c in zip(texts, columns, strict=True)))


def _places(text: str, where: str) -> frozenset[int]:
    if text in (*_ABSENT, _NONE):
        return frozenset()
    parts = [part.strip() for part in text.split(",")]
    if not all(_PLACE.fullmatch(part) for part in parts):
        raise InputError(f"{where}: {text!r}; word places from 0 between commas are expected, or {_NONE}")
    places = (int(part) for part in parts)
    return frozenset(p - _SHIFT if _SHIFT <= p < 2 * _SHIFT else p for p in places)
