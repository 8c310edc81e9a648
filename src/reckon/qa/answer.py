"""From probabilities to answers: one candidate a page, one span or YES/NO, two scores."""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

import numpy as np

from reckon.errors import InputError
from reckon.qa.labels import Label, Prediction, Span
from reckon.qa.pages import LONG, NO, NONE, SHORT, YES, Page
from reckon.qa.probabilities import Probabilities, answer_probability


def best_span(start: np.ndarray, end: np.ndarray, *, search: str, max_words: int) -> tuple[int, int] | None:
    """Words [first, last) of the best short answer of a candidate, or None.

    "joint": the pair first ≤ last of highest start·end with at most `max_words` words.
    "independent": the two maxima by themselves, as in the original; None if they are out of order.
    `start` and `end` are (words,); the end probability is that of the answer's last word.
    """
    if not len(start):
        return None
    if search == "independent":
        first, last = int(start.argmax()), int(end.argmax())
        return (first, last + 1) if last >= first else None
    best, span = 0.0, None
    for offset in range(min(max_words, len(start))):
        products = start[: len(start) - offset] * end[offset:]
        first = int(products.argmax())
        if products[first] > best:
            best, span = float(products[first]), (first, first + offset + 1)
    return span


def predict_page(
    page: Page, rows: Iterable[Probabilities], *, span_search: str, max_answer_words: int, yes_no: bool
) -> Prediction:
    """The answer of one page from the probabilities of its (surviving) candidates, of which there is one.

    Long answer: the candidate of highest 1 − P(none), which is its score. Short answer: scored by
    1 − P(none) − P(long only); YES or NO where one of them is more likely than a span, if `yes_no`.
    """
    best = max(rows, key=lambda row: float(answer_probability(row.classes)))
    base, end, _ = page.candidates[best.candidate]
    classes = best.classes.astype(np.float64)
    short_score = 1.0 - classes[NONE] - classes[LONG]
    spoken = max(classes[YES], classes[NO])
    if yes_no and spoken > classes[SHORT]:
        label = Label(long=Span(base, end), yes_no="YES" if classes[YES] >= classes[NO] else "NO")
    else:
        words = best_span(best.start, best.end, search=span_search, max_words=max_answer_words)
        short = (Span(base + words[0], base + words[1]),) if words else ()
        label = Label(long=Span(base, end), short=short)
    return Prediction(label, float(answer_probability(classes)), float(short_score))


def predict(pages: Iterable[Page], rows: Iterable[Probabilities], **settings: Any) -> dict[str, Prediction]:
    """Answers of all pages, in order; a page of which no candidate survived gets no answer.

    `settings` are those of `predict_page`; rows of a page are adjacent. Raises `InputError` for rows of
    a page that is not among `pages`.
    """
    by_page = {example_id: list(group) for example_id, group in groupby(rows, key=lambda row: row.example_id)}
    found = ((page, by_page.get(page.example_id)) for page in pages)
    predictions = {
        page.example_id: predict_page(page, candidates, **settings) if candidates else Prediction()
        for page, candidates in found
    }
    if unknown := sorted(by_page.keys() - predictions.keys()):
        raise InputError(
            f"probabilities of page {unknown[0]}, which is not among the pages; score them again"
        )
    return predictions
