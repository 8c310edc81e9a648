"""Systems without training, to stand beside every learned result; all write official predictions."""

import re
from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from reckon.qa.labels import Label, Prediction, Span
from reckon.qa.pages import Page

Embed = Callable[[list[str]], NDArray[np.floating]]
"""Texts to vectors of shape (texts, d)."""

_TAG = re.compile(r"<.+>")


def always_blank(pages: Iterable[Page]) -> dict[str, Prediction]:
    """Predict no answer to any question."""
    return {page.example_id: Prediction() for page in pages}


def tfidf(pages: Iterable[Page]) -> dict[str, Prediction]:
    """Answer with the candidate nearest to the question by TF-IDF; the score is the cosine."""
    return {page.example_id: best_candidate(page, tfidf_scores(page)) for page in pages}


def cosine(pages: Iterable[Page], embed: Embed) -> dict[str, Prediction]:
    """Answer with the candidate whose vector is nearest to the question's; the score is the cosine."""
    return {page.example_id: best_candidate(page, cosine_scores(page, embed)) for page in pages}


def best_candidate(page: Page, scores: NDArray[np.floating]) -> Prediction:
    """Long answer with the highest of `scores`, shape (candidates,); of equal ones the first in the page."""
    best = int(np.argmax(scores))
    start, end, _ = page.candidates[best]
    return Prediction(Label(long=Span(start, end)), long_score=float(scores[best]))


def tfidf_scores(page: Page) -> NDArray[np.float64]:
    """Cosine, in [0, 1], of the question with each candidate; shape (candidates,).

    Document frequencies are those of this page's candidates; English stop words are left out, term
    frequencies enter as 1 + log tf. Zeros if no candidate has a word that counts.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(stop_words="english", sublinear_tf=True)
    texts = candidate_texts(page)
    words = vectorizer.build_analyzer()
    if not any(words(text) for text in texts):
        return np.zeros(len(texts))
    candidates = vectorizer.fit_transform(texts)
    question = vectorizer.transform([page.question_text])
    return (candidates @ question.T).toarray()[:, 0]


def cosine_scores(page: Page, embed: Embed) -> NDArray[np.float64]:
    """Cosine, in [-1, 1], of the question's vector with each candidate's; 0 for a zero vector."""
    vectors = np.asarray(embed([page.question_text, *candidate_texts(page)]), dtype=float)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 0)
    return unit[1:] @ unit[0]


def candidate_texts(page: Page) -> list[str]:
    """Text of every candidate, nested ones included, without HTML tags."""
    plain = ["" if _TAG.match(word) else word for word in page.words]
    return [" ".join(filter(None, plain[start:end])) for start, end, _ in page.candidates]
