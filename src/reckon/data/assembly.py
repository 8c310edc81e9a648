"""Pages put together from paragraphs, in the simplified NQ schema: what the adapters of public data share."""

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

_WORD = re.compile(r"\w+|[^\w\s]")

Span = tuple[int, int]
"""Words [start, end)."""


def words_of(text: str) -> list[str]:
    r"""Cut a text into words: runs of letters and digits, and single other signs (``\w+|[^\w\s]``)."""
    return _WORD.findall(text)


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of a public data set; runs of white space count as one blank."""

    text: str
    title: str

    @cached_property
    def words(self) -> list[str]:
        """The paragraph cut into words, without tags."""
        return words_of(self.text)

    @cached_property
    def _folded(self) -> str:
        return f" {' '.join(self.words).casefold()} "

    def states(self, answers: Sequence[str]) -> bool:
        """Whether the words of any answer stand in the paragraph, whatever their case."""
        return any(f" {' '.join(words_of(answer)).casefold()} " in self._folded for answer in answers)

    def find(self, answer: str) -> list[Span]:
        """Return where the answer stands: as whole words, else the words that its characters touch."""
        sought = words_of(answer)
        starts = range(len(self.words) - len(sought) + 1) if sought else ()
        found = [(i, i + len(sought)) for i in starts if self.words[i : i + len(sought)] == sought]
        return found or self._touched(answer)

    def _touched(self, answer: str) -> list[Span]:
        at = self.text.find(answer) if answer else -1
        if at < 0:
            return []
        ends = [(match.start(), match.end()) for match in _WORD.finditer(self.text)]
        inside = [i for i, (start, end) in enumerate(ends) if start < at + len(answer) and end > at]
        return [(inside[0], inside[-1] + 1)] if inside else []


def locate(paragraph: Paragraph, answers: Sequence[str], question: str) -> list[Span]:
    """Return the words of each reference answer that stands in the paragraph, the commonest span first.

    Data sets keep offsets of their own, some of them repaired by guesses; this rule needs none, so the
    result is the same from every copy of the data. Of several occurrences it takes one that overlaps a
    reference that stands only once, else the one whose surroundings (10 words each side) share most words
    with the question, else the first. Equal spans are merged.
    """
    places = {answer: paragraph.find(answer) for answer in answers}
    anchors = [spans[0] for spans in places.values() if len(spans) == 1]
    asked = {word.casefold() for word in words_of(question) if len(word) > 3}
    votes: dict[Span, int] = {}
    for answer in answers:
        if spans := places[answer]:
            best = min(spans, key=lambda span: _unlikely(span, paragraph.words, anchors, asked))
            votes[best] = votes.get(best, 0) + 1
    return sorted(votes, key=lambda span: (-votes[span], span))


def _unlikely(span: Span, words: list[str], anchors: list[Span], asked: set[str]) -> tuple[bool, int, int]:
    start, end = span
    anchored = any(start < last and first < end for first, last in anchors)
    around = {word.casefold() for word in words[max(0, start - 10) : end + 10]}
    return not anchored, -len(around & asked), start


def page_record(
    example_id: str,
    title: str,
    question: str,
    paragraphs: Sequence[Paragraph],
    gold: int | None,
    spans: Sequence[Span],
) -> dict[str, Any]:
    """Return the page of these paragraphs, each a top-level <P> candidate, as a record of the NQ schema.

    `gold` is the index of the paragraph that answers, None for a page without an answer; `spans` are the
    short answers in words of that paragraph, each of which becomes an annotation of its own, so that a
    scorer may match any of them.
    """
    words = [*title.split(" "), "-", "wikipedia", "<H1>", *title.split(" "), "</H1>"]
    candidates = []
    for paragraph in paragraphs:
        start = len(words)
        words += ["<P>", *paragraph.words, "</P>"]
        candidates.append({"start_token": start, "end_token": len(words), "top_level": True})
    return {
        "example_id": example_id,
        "document_title": title,
        "question_text": question,
        "document_text": " ".join(words),
        "long_answer_candidates": candidates,
        "annotations": _annotations(candidates, gold, spans),
    }


def _annotations(
    candidates: list[dict[str, Any]], gold: int | None, spans: Sequence[Span]
) -> list[dict[str, Any]]:
    if gold is None:
        chosen = {"candidate_index": -1, "start_token": -1, "end_token": -1}
        return [{"long_answer": chosen, "short_answers": [], "yes_no_answer": "NONE"}]
    start, end = candidates[gold]["start_token"], candidates[gold]["end_token"]
    chosen = {"candidate_index": gold, "start_token": start, "end_token": end}
    offset = start + 1  # the tag <P>
    return [
        {
            "long_answer": chosen,
            "short_answers": [{"start_token": first + offset, "end_token": last + offset}],
            "yes_no_answer": "NONE",
        }
        for first, last in spans
    ]


def sample_share(rng: random.Random, answerable: list[Any], others: list[Any], most: int | None) -> list[Any]:
    """Return at most `most` of the answerable and the same share of the others; all of both for None."""
    if most is None or most >= len(answerable):
        return answerable + others
    return rng.sample(answerable, most) + rng.sample(others, round(len(others) * most / len(answerable)))
