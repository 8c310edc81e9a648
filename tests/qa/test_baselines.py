"""The systems without training, on pages small enough to work out by hand."""

import math
from pathlib import Path

import numpy as np
import pytest

from reckon.qa.baselines import (
    always_blank,
    candidate_texts,
    cosine,
    cosine_scores,
    tfidf,
    tfidf_scores,
)
from reckon.qa.kaggle_f1 import micro_f1
from reckon.qa.label_files import read_predictions, write_predictions
from reckon.qa.labels import Span, gold_of
from reckon.qa.nq_eval import evaluate
from reckon.qa.pages import Annotation, Candidate, LongAnswer, Page

TEXT = "<Table> <Tr> granite lake </Tr> <Tr> silver ore </Tr> </Table> <P> the of and </P>"
CANDIDATES = (Candidate(0, 10, True), Candidate(1, 5, False), Candidate(5, 9, False), Candidate(10, 15, True))
MINE = Annotation(LongAnswer(2, 5, 9), (), "NONE")


def page(question: str, example_id: str = "p1", text: str = TEXT) -> Page:
    return Page(example_id, question, text, CANDIDATES, (MINE,))


def test_tags_are_no_words_of_a_candidate() -> None:
    assert candidate_texts(page("x")) == [
        "granite lake silver ore",
        "granite lake",
        "silver ore",
        "the of and",
    ]


def test_tfidf_scores_by_hand() -> None:
    # Each of the four words occurs in 2 of 4 candidates, so all weigh the same.
    scores = tfidf_scores(page("where is the silver ore"))
    assert scores == pytest.approx([math.sqrt(1 / 2), 0, 1, 0])


def test_tfidf_counts_a_repeated_word_by_its_logarithm() -> None:
    text = "<Table> <Tr> granite granite </Tr> <Tr> silver ore </Tr> </Table> <P> the of and </P>"
    # Candidate 0 has tf (2, 1, 1) -> (1 + log 2, 1, 1), all words with document frequency 2.
    weight = 1 + math.log(2)
    assert tfidf_scores(page("granite", text=text))[0] == pytest.approx(weight / math.sqrt(weight**2 + 2))


def test_tfidf_answers_with_the_nearest_candidate_and_no_short_answer() -> None:
    answer = tfidf([page("silver ore")])["p1"]
    assert answer.label.long == Span(5, 9)
    assert not answer.label.has_short
    assert answer.long_score == pytest.approx(1.0)


@pytest.mark.parametrize("question", ["who was it", "zebra", "?"])
def test_question_without_a_shared_word_gets_the_first_candidate_with_score_zero(question: str) -> None:
    answer = tfidf([page(question)])["p1"]
    assert (answer.label.long, answer.long_score) == (Span(0, 10), 0.0)


def test_page_of_stop_words_alone_scores_zero_everywhere() -> None:
    text = " ".join(["<P>"] + ["the"] * 13 + ["</P>"])
    assert tfidf_scores(page("the ore", text=text)).tolist() == [0, 0, 0, 0]


def letters(texts: list[str]) -> np.ndarray:
    """A vector of letter counts: an embedding one can check by hand."""
    return np.array([[text.count(letter) for letter in "gsz"] for text in texts], dtype=np.float32)


def test_cosine_by_hand_zero_vectors_score_zero() -> None:
    # "g" and "s" in: 1 1 | 1 0 | 0 1 | 0 0, question "s".
    assert cosine_scores(page("s"), letters) == pytest.approx([math.sqrt(1 / 2), 0, 1, 0])
    assert cosine_scores(page("x"), letters).tolist() == [0, 0, 0, 0]
    assert cosine([page("s")], letters)["p1"].label.long == Span(5, 9)


def test_baselines_write_official_predictions_that_score_as_they_should(tmp_path: Path) -> None:
    pages = [page("silver ore", "p1"), page("granite lake", "12")]
    gold = gold_of(pages)
    for name, predictions in (("blank", always_blank(pages)), ("tfidf", tfidf(pages))):
        write_predictions(tmp_path / name, predictions)
    blank, nearest = (read_predictions(tmp_path / name) for name in ("blank", "tfidf"))
    assert evaluate(gold, blank)["long-best-threshold-f1"] == micro_f1(gold, blank, 0.0, 0.0) == 0.0
    # One of two long answers is right: P = R = 1/2 in the official tool; in Kaggle's count 2 / (2 + 1 FP).
    assert evaluate(gold, nearest)["long-answer-f1"] == 0.5
    assert micro_f1(gold, nearest, 0.0, 0.0) == pytest.approx(2 / 3)
