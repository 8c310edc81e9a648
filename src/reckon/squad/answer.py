"""From logits to answers: the best spans over all windows of a question, or none.

The score of a span is start logit + end logit, and that of "no answer" the sum of both logits at [CLS], the
least of all windows. With the best span's score s and the null score s₀ the question has no answer if
s₀ - s > τ (the recipe's null threshold, 0). P(no answer) against the best span is 1 / (1 + exp(s - s₀)).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from reckon.squad.tokens import TokenParagraphs
from reckon.squad.windows import NULL, Windows, most_context, positions

_SORTED = 20  # positions of highest logit that the original's program looks at


@dataclass(frozen=True)
class Span:
    """Tokens first to last of a context, both inclusive, with the sum of their two logits."""

    first: int
    last: int
    score: float


@dataclass(frozen=True)
class Answer:
    """What was found for one question: the best spans as texts, best first, and the null score.

    `finite` is false if a logit was not a number: nothing is found then, and nothing is answered.
    """

    question_id: str
    texts: tuple[str, ...]
    scores: tuple[float, ...]
    null_score: float
    finite: bool = True

    @property
    def null_odds(self) -> float:
        """Null score less that of the best span; infinite where there is no span."""
        return self.null_score - self.scores[0] if self.scores else np.inf

    def row(self) -> dict[str, object]:
        """As one line of jsonl; the null score is None where a logit was not a number."""
        null = self.null_score if self.finite else None
        texts = [{"text": text, "score": score} for text, score in zip(self.texts, self.scores, strict=True)]
        return {"id": self.question_id, "finite": self.finite, "null_score": null, "best": texts}

    def text(self, threshold: float) -> str:
        """The answer, empty if the null odds exceed the threshold."""
        return self.texts[0] if self.null_odds <= threshold else ""

    def null_probability(self) -> float:
        """P(no answer) in [0, 1]: the logistic function of the null odds."""
        return float(1 / (1 + np.exp(-np.clip(self.null_odds, -700, 700))))


def best_spans(
    start: np.ndarray, end: np.ndarray, may_start: np.ndarray, *, count: int, max_tokens: int
) -> list[Span]:
    """The `count` spans of highest start + end with at most `max_tokens` tokens, best first.

    `start`, `end` (tokens,) are logits, `may_start` (tokens,) where a span may begin. Every pair is looked
    at, so the best one is found even where neither of its ends is among the best by itself. Of equal scores
    the shorter span comes first, then the earlier.
    """
    tokens = len(start)
    reach = min(max_tokens, tokens)
    scores = np.full((reach, tokens), -np.inf)
    for more in range(reach):
        scores[more, : tokens - more] = start[: tokens - more] + end[more:]
    scores[:, ~may_start] = -np.inf
    order = np.argsort(-scores, axis=None, kind="stable")[:count]
    places = ((int(i) // tokens, int(i) % tokens) for i in order) if tokens else ()
    found = [Span(first, first + more, float(scores[more, first])) for more, first in places]
    return [span for span in found if np.isfinite(span.score)]


def answers(
    tokens: TokenParagraphs,
    windows: Windows,
    logits: Iterable[tuple[np.ndarray, np.ndarray]],
    *,
    count: int,
    max_tokens: int,
) -> Iterator[Answer]:
    """Yield the answer of every question of `windows`; its `logits` (length,), (length,) are in their order.

    Texts are those of the context, from the first token's first character to the last token's last; of spans
    with the same text the best is kept.
    """
    heads, masks = positions(tokens, windows), most_context(windows)
    rows = zip(windows.question.tolist(), range(len(windows)), logits, strict=True)
    for question, group in groupby(rows, key=lambda row: row[0]):
        spans, nulls = [], []
        for _, row, (start, end) in group:
            low, base = int(heads[row]), int(windows.start[row])
            high = low + int(windows.size[row])
            nulls.append(float(start[NULL]) + float(end[NULL]))
            best = best_spans(start[low:high], end[low:high], masks[row], count=count, max_tokens=max_tokens)
            spans += [Span(base + span.first, base + span.last, span.score) for span in best]
            if not (np.isfinite(start[low:high]).all() and np.isfinite(end[low:high]).all()):
                nulls.append(np.nan)
        yield _answer(tokens, question, spans, nulls, count)


def _answer(
    tokens: TokenParagraphs, question: int, spans: list[Span], nulls: list[float], count: int
) -> Answer:
    name = tokens.question_id[question]
    if not np.isfinite(nulls).all():
        return Answer(name, (), (), np.inf, finite=False)
    texts: dict[str, float] = {}
    for span in sorted(spans, key=lambda span: -span.score):
        if (text := tokens.text(question, span.first, span.last)) and len(texts) < count:
            texts.setdefault(text, span.score)
    return Answer(name, tuple(texts), tuple(texts.values()), min(nulls))


def answers_without_numbers(tokens: TokenParagraphs) -> dict[str, str]:
    """Answers by question id where no logit is a number, as the original's program gives them.

    It sorts positions by their logit and keeps the first 20. No comparison with NaN holds, so they stay in
    their order, and the best span that lies in the context is its first token, where that is among the 20
    positions (a question of fewer than 18 tokens). The null score, which is never smaller than a NaN,
    withholds nothing; a longer question gets the empty answer. The deck's row "FP16 Only" (EM 16.75,
    F1 17.35; line 96) is within 0.2 points of this on the official development set, in all parts of its log.
    """
    before = len(tokens.template.prefix) + len(tokens.template.middle)
    found = {}
    for i, (name, question) in enumerate(zip(tokens.question_id, tokens.questions, strict=True)):
        reached = before + len(question) < _SORTED and tokens.token_counts[tokens.owner[i]] > 0
        found[name] = tokens.text(i, 0, 0) if reached else ""
    return found
