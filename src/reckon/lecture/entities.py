"""Named entities as tags of words: the slide's coding, its translation to IOB2, and spans scored strictly.

Lecture, "Named Entity Recognition (NER)". The slide codes an entity of the kind k by Sk at its first word and
Ck at those that continue it, and NA elsewhere; IOB2 writes the same as B-k, I-k and O. A span is right if
kind, first and last word are. seqeval reads the spans of IOB2 in its strict mode, in which an I-k that
continues nothing begins no span; hits are counted here, since their interval needs them by document.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reckon.errors import InputError
from reckon.lecture.tagging import BOEING, Sentence, by_document
from reckon.stats.intervals import Estimate, document_interval

# The slide's letters, and the names in its brackets.
KINDS = {"C": "Company", "L": "Location", "P": "Person"}
# What Universal NER calls them.
UNIVERSAL = {"C": "ORG", "L": "LOC", "P": "PER"}
# The slide's sentence, its entities in brackets and as tags, as printed.
BRACKETS = (
    "Profits soared at [Company Boeing Co.], easily topping forecasts on [Location Wall Street], "
    "as their CEO [Person Alan Mulally] announced first quarter results."
)
TAGS = (
    "NA NA NA SC CC NA NA NA NA NA SL CL NA NA NA NA SP CP NA NA NA NA NA".split()  # noqa: SIM905
)
WNUT17 = ("corporation", "creative-work", "group", "location", "person", "product")


class Span(NamedTuple):
    """An entity: its first word and the one after its last, from 0, and its kind."""

    start: int
    end: int
    kind: str


def iob2(kinds: Sequence[str]) -> frozenset[str]:
    """All tags of IOB2 for these kinds."""
    return frozenset({"O", *(f"{mark}-{kind}" for kind in kinds for mark in "BI")})


def to_iob2(tags: Sequence[str], kinds: Mapping[str, str] = KINDS) -> list[str]:
    """The slide's tags in IOB2, `kinds` giving the name of each letter.

    Raises `InputError` for a tag that the slide does not have, and a continuation of nothing.
    """
    known = {"NA": "O"} | {f"{s}{k}": f"{b}-{kinds[k]}" for k in kinds for s, b in ("SB", "CI")}
    for place, tag in enumerate(tags):
        if tag not in known:
            raise InputError(f"word {place + 1}: unknown tag {tag!r}; known are {', '.join(sorted(known))}")
        before = tags[place - 1] if place else "NA"
        if tag[0] == "C" and before[1:] != tag[1:]:
            raise InputError(f"word {place + 1}: {tag!r} after {before!r} continues nothing; start with S")
    return [known[tag] for tag in tags]


def to_slide(tags: Sequence[str], kinds: Mapping[str, str] = KINDS) -> list[str]:
    """The inverse of `to_iob2`; raises `InputError` for a tag of another kind."""
    known = {"O": "NA"} | {f"{b}-{kinds[k]}": f"{s}{k}" for k in kinds for s, b in ("SB", "CI")}
    for place, tag in enumerate(tags):
        if tag not in known:
            raise InputError(f"word {place + 1}: unknown tag {tag!r}; known are {', '.join(sorted(known))}")
    return [known[tag] for tag in tags]


def spans(tags: Sequence[str]) -> list[Span]:
    """The entities of a sentence in IOB2, in order."""
    from seqeval.scheme import IOB2, Entities

    found = Entities([list(tags)], IOB2, False).entities[0]
    return [Span(entity.start, entity.end, entity.tag) for entity in found]


def coded(entities: Sequence[Span], length: int) -> list[str]:
    """Tags of IOB2 for entities of a sentence of `length` words; they must not overlap."""
    tags = ["O"] * length
    for start, end, kind in entities:
        tags[start:end] = [f"B-{kind}", *[f"I-{kind}"] * (end - start - 1)]
    return tags


def in_brackets(text: str) -> tuple[list[str], list[Span]]:
    """Words and entities of a sentence such as "at [Company Boeing Co.], easily"; commas are words."""
    words: list[str] = []
    found: list[Span] = []
    start, kind = 0, ""
    for piece in text.removesuffix(".").replace(",", " ,").split():
        if piece.startswith("["):
            start, kind = len(words), piece[1:]
            continue
        words.append(piece.removesuffix("]"))
        if piece.endswith("]"):
            found.append(Span(start, len(words), kind))
    return [*words, "."], found


def boeing() -> Sentence:
    """The slide's sentence with its entities in IOB2, named as in Universal NER."""
    words = tuple(pair.rsplit("/", 1)[0] for pair in BOEING.split(" "))
    return Sentence(words, tuple(to_iob2(TAGS, UNIVERSAL)), "Boeing")


def strict_f1(gold: Sequence[Sentence], tagged: Sequence[Sequence[str]]) -> Estimate:
    """2 · right / (given + gold) over the spans, 95 % interval by the bootstrap over documents.

    Without any span, given or gold, it is 0, as in seqeval.
    """
    rows = []
    for sentence, tags in zip(gold, tagged, strict=True):
        right, given = set(spans(sentence.tags)), set(spans(tags))
        rows.append((len(right & given), len(given) + len(right)))
    return document_interval(by_document(gold, rows), _f1)


def _f1(right: NDArray[np.float64], both: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 2 * right.sum(axis) / np.maximum(both.sum(axis), 1)
    return found
