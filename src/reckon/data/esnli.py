"""e-SNLI: pairs of sentences with a label, and the words that annotators found essential for it.

Camburu et al. 2018. A file is one of the official csv files or the same in gzip; training files have one
annotator, development and test files three.
"""

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from reckon.errors import InputError
from reckon.files.rows import records

LABELS = ("neutral", "entailment", "contradiction")  # the class numbers of the original, from 0
ANNOTATORS = (1, 2, 3)
_ABSENT = ("", "NA")
_NONE = "{}"
# Official training files write some places p as 2000 + p; the stars of the same rows say so.
_SHIFT = 2000
_PLACE = re.compile(r"[0-9]{1,6}")
_NEEDED = ("pairID", "gold_label", "Sentence1", "Sentence2")


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


def read_pairs(path: str | os.PathLike[str], counts: Counter[str]) -> Iterator[Pair]:
    """Yield the pairs of a csv file; what is left out is counted in `counts`.

    Left out are pairs without a gold label (`-`), counted as `no_gold_label`, and highlights of an
    annotator who points outside a sentence, counted as `index_outside`.
    Raises `InputError` with file and line for a missing column, an unknown label, or an index that is
    not a number.
    """
    for where, row in records(path, needed=_NEEDED, remedy="is this a csv file of e-SNLI?"):
        counts["rows"] += 1
        if row["gold_label"] == "-":
            counts["no_gold_label"] += 1
        else:
            yield _pair(row, where, counts)


def _pair(row: dict[str, str], where: str, counts: Counter[str]) -> Pair:
    if row["gold_label"] not in LABELS:
        raise InputError(f"{where}: gold_label is {row['gold_label']!r}, not {', '.join(LABELS)} or -")
    found = [_highlights(row, number, where) for number in ANNOTATORS]
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
        (row.get("Sentence1_marked_1") or "", row.get("Sentence2_marked_1") or ""),
    )


def _highlights(row: dict[str, str], annotator: int, where: str) -> Highlights | None:
    """What one annotator marked; None if the file has no such annotator for this pair."""
    columns = [f"Sentence{sentence}_Highlighted_{annotator}" for sentence in (1, 2)]
    texts = [row.get(column) or "" for column in columns]
    if all(text in _ABSENT for text in texts):
        return None
    return Highlights(*(_places(text, f"{where}: {c}") for text, c in zip(texts, columns, strict=True)))


def _places(text: str, where: str) -> frozenset[int]:
    if text in (*_ABSENT, _NONE):
        return frozenset()
    parts = [part.strip() for part in text.split(",")]
    if not all(_PLACE.fullmatch(part) for part in parts):
        raise InputError(f"{where}: {text!r}; word places from 0 between commas are expected, or {_NONE}")
    return frozenset(int(part) % _SHIFT for part in parts)
