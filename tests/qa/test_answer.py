"""Answers: the span search against trying all, the YES/NO rule, offsets, and pages without survivors."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.qa.answer import best_span, predict, predict_page
from reckon.qa.labels import Label, Prediction, Span
from reckon.qa.probabilities import Probabilities

CHANCES = st.integers(1, 12).flatmap(
    lambda n: st.tuples(*(st.lists(st.sampled_from([0, 0.1, 0.25, 0.5, 1]), min_size=n, max_size=n),) * 2)
)
ANSWERS = {"span_search": "joint", "max_answer_words": 30, "yes_no": True}


def span(start, end, search="joint", max_words=30):
    return best_span(np.array(start), np.array(end), search=search, max_words=max_words)


@given(CHANCES, st.integers(1, 14))
def test_the_joint_search_finds_the_best_of_all_pairs(chances, max_words):
    start, end = chances
    pairs = [(i, j) for i, j in itertools.product(range(len(start)), repeat=2) if i <= j < i + max_words]
    best = max(start[i] * end[j] for i, j in pairs)
    found = span(start, end, max_words=max_words)
    if best == 0:
        assert found is None
    else:
        assert start[found[0]] * end[found[1] - 1] == best
        assert 1 <= found[1] - found[0] <= max_words


@given(CHANCES)
def test_the_independent_search_takes_both_maxima_or_nothing(chances):
    start, end = chances
    first, last = start.index(max(start)), end.index(max(end))
    assert span(start, end, "independent") == ((first, last + 1) if last >= first else None)


def test_the_searches_differ_where_the_maxima_are_out_of_order():
    start, end = [0.3, 0.1, 0.6], [0.0, 0.9, 0.1]
    assert span(start, end, "independent") is None
    assert span(start, end) == (0, 2)
    assert span(start, end, max_words=1) == (1, 2)


def test_of_equal_spans_the_shortest_and_then_the_first_is_taken():
    assert span([0.5, 0.5, 0.5], [0.5, 0.5, 0.5]) == (0, 1)


@pytest.mark.parametrize("search", ["joint", "independent"])
def test_no_words_no_span(search):
    assert span([], [], search) is None


def row(candidate, classes, start=(0.1, 0.8, 0.1), end=(0.1, 0.1, 0.8), example_id="a"):
    return Probabilities(
        example_id, candidate, *(np.array(v, dtype=np.float32) for v in (classes, start, end))
    )


@pytest.fixture
def page(make_page):
    return make_page("a", " ".join("abcdefghijkl"), [(0, 6), (6, 12)])


def test_the_likeliest_candidate_answers_in_words_of_the_page(page):
    rows = [row(0, (0.6, 0.1, 0.3, 0, 0)), row(1, (0.3, 0.2, 0.4, 0.06, 0.04))]
    found = predict_page(page, rows, **ANSWERS)
    assert found.label == Label(long=Span(6, 12), short=(Span(7, 9),))
    assert found.long_score == pytest.approx(0.7)
    assert found.short_score == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("classes", "answer"),
    [
        ((0.1, 0.1, 0.35, 0.05, 0.4), "YES"),
        ((0.1, 0.1, 0.35, 0.4, 0.05), "NO"),
        ((0.1, 0.1, 0.2, 0.3, 0.3), "YES"),  # as likely: yes
        ((0.0, 0.0, 0.5, 0.25, 0.25), "NONE"),  # neither alone is likelier than a span
        ((0.0, 0.0, 0.5, 0.5, 0.0), "NONE"),  # as likely as a span: the span
    ],
)
def test_yes_or_no_is_said_when_one_of_them_is_likelier_than_a_span(page, classes, answer):
    found = predict_page(page, [row(0, classes)], **ANSWERS)
    assert found.label.yes_no == answer
    assert (found.label.short == ()) == (answer != "NONE")
    silent = predict_page(page, [row(0, classes)], **ANSWERS | {"yes_no": False})
    assert silent.label == Label(long=Span(0, 6), short=(Span(1, 3),))
    assert (silent.long_score, silent.short_score) == (found.long_score, found.short_score)


def test_a_candidate_without_words_has_a_long_answer_only(page):
    found = predict_page(page, [row(0, (0.1, 0.1, 0.8, 0, 0), (), ())], **ANSWERS)
    assert found.label == Label(long=Span(0, 6))


def test_of_equal_candidates_the_first_answers(page):
    rows = [row(c, (0.5, 0, 0.5, 0, 0)) for c in (0, 1)]
    assert predict_page(page, rows, **ANSWERS).label.long == Span(0, 6)


def test_a_page_without_survivors_gets_no_answer(make_page):
    pages = [make_page(name, "a b c", [(0, 3)]) for name in ("x", "a", "y")]
    found = predict(pages, [row(0, (0.5, 0, 0.5, 0, 0))], **ANSWERS)
    assert list(found) == ["x", "a", "y"]
    assert found["x"] == found["y"] == Prediction()
    assert found["a"].label.long.given
    assert predict(pages, [], **ANSWERS) == dict.fromkeys("xay", Prediction())


def test_probabilities_of_other_pages_are_refused(page):
    with pytest.raises(InputError, match="probabilities of page z, which is not among the pages"):
        predict([page], [row(0, (0.5, 0, 0.5, 0, 0), example_id="z")], **ANSWERS)
