"""What the two metrics compare: gold labels, one an annotator, and predictions in the official format.

Spans are half open, [start, end), in words of `document_text` and, in the original release, also in bytes
of the page. Source: the public description in google-research-datasets/natural-questions, `nq_eval.py`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reckon.errors import InputError
from reckon.qa.pages import Annotation, Page

VOTES = 2  # annotators who must have given an answer before the question counts as answerable


@dataclass(frozen=True)
class Span:
    """A stretch of the page; -1 stands for an offset that is not given, all -1 for no answer."""

    start_token: int = -1
    end_token: int = -1
    start_byte: int = -1
    end_byte: int = -1

    def __post_init__(self) -> None:
        for unit, start, end in (
            ("token", self.start_token, self.end_token),
            ("byte", self.start_byte, self.end_byte),
        ):
            if (start < 0) != (end < 0):
                raise ValueError(f"{unit} span {start}:{end} has one end only; a blank is -1:-1")
            if start >= 0 and start >= end:
                raise ValueError(f"{unit} span {start}:{end} is empty; ends are exclusive")

    @property
    def given(self) -> bool:
        """Whether there is a span at all."""
        return self.start_token >= 0 or self.start_byte >= 0

    def matches(self, other: "Span") -> bool:
        """Whether two given spans agree exactly, in bytes or in tokens, whichever both of them have."""
        tokens = (self.start_token, self.end_token) == (other.start_token, other.end_token)
        octets = (self.start_byte, self.end_byte) == (other.start_byte, other.end_byte)
        return (self.start_token >= 0 and tokens) or (self.start_byte >= 0 and octets)


@dataclass(frozen=True)
class Label:
    """One annotator's answer, or a system's: `short` holds given spans only; `yes_no` YES, NO or NONE."""

    long: Span = Span()
    short: tuple[Span, ...] = ()
    yes_no: str = "NONE"

    @property
    def has_short(self) -> bool:
        """Whether there is a short answer: at least one span, or yes, or no."""
        return bool(self.short) or self.yes_no != "NONE"


@dataclass(frozen=True)
class Prediction:
    """A system's answer to one question; scores are finite, the higher the surer, of any range."""

    label: Label = Label()
    long_score: float = 0.0
    short_score: float = 0.0


Gold = Mapping[str, list[Label]]  # example id as text -> one label an annotator
Predictions = Mapping[str, Prediction]


@dataclass(frozen=True)
class Outcomes:
    """What became of one kind of answer (long or short) on every question; arrays of shape (questions,)."""

    has_gold: NDArray[np.bool_]
    answered: NDArray[np.bool_]
    correct: NDArray[np.bool_]
    score: NDArray[np.float64]

    @classmethod
    def of(cls, rows: Iterable[tuple[bool, bool, bool, float]]) -> "Outcomes":
        """Build from (has gold, answered, correct, score) of each question."""
        has_gold, answered, correct, score = zip(*rows, strict=True)
        return cls(np.array(has_gold), np.array(answered), np.array(correct), np.array(score, dtype=float))


def answerable(given: Iterable[bool], votes: int = VOTES) -> bool:
    """Whether enough annotators gave an answer: `votes` of them, or all of them if they are fewer."""
    given = list(given)
    return sum(given) >= max(1, min(votes, len(given)))


def paired(gold: Gold, predictions: Predictions) -> list[tuple[list[Label], Prediction]]:
    """Gold and prediction of each question, in the order of `gold`; both must hold the same questions."""
    if not gold:
        raise InputError("the gold file holds no question; is it empty?")
    missing = [question for question in gold if question not in predictions]
    foreign = [question for question in predictions if question not in gold]
    for fault, ids in (("without a prediction", missing), ("predicted but not in the gold file", foreign)):
        if ids:
            raise InputError(
                f"{len(ids)} question(s) {fault}, the first is {ids[0]}; predict each exactly once"
            )
    return [(labels, predictions[question]) for question, labels in gold.items()]


def annotators(gold: Gold) -> str:
    """How many annotators a question has, as text: `5`, or `1-5` if it varies."""
    counts = {len(labels) for labels in gold.values()}
    return "-".join(str(count) for count in sorted({min(counts), max(counts)}))


def require_tokens(predictions: Predictions) -> None:
    """Raise `InputError` if a predicted span has byte offsets only, which gold of tokens cannot match."""
    for question, prediction in predictions.items():
        if any(
            span.given and span.start_token < 0 for span in (prediction.label.long, *prediction.label.short)
        ):
            raise InputError(f"prediction {question}: byte offsets only; write start_token and end_token too")


def has_bytes(gold: Gold) -> bool:
    """Whether any gold span has byte offsets, as in the original release."""
    return any(span.start_byte >= 0 for span in _spans(gold))


def has_spans(gold: Gold) -> bool:
    """Whether any annotator gave a span at all."""
    return any(span.given for span in _spans(gold))


def _spans(gold: Gold) -> Iterator[Span]:
    return (span for labels in gold.values() for label in labels for span in (label.long, *label.short))


def gold_of(pages: Iterable[Page]) -> dict[str, list[Label]]:
    """Gold labels of pages that were read already, in their order."""
    return {page.example_id: [_label_of(note) for note in page.annotations] for page in pages}


def _label_of(note: Annotation) -> Label:
    long = note.long_answer
    span = Span(long.start_token, long.end_token) if long else Span()
    return Label(span, tuple(Span(*words) for words in note.short_answers), note.yes_no_answer)
