"""Answers: the best spans by every pair, the null score over windows, and its threshold."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.squad.answer import Answer, answers, answers_without_numbers, best_spans
from reckon.squad.windows import NULL, positions, windows_of

NUMBERS = st.lists(st.integers(-5, 5), min_size=1, max_size=7)


@given(NUMBERS, st.data())
def test_the_best_spans_are_those_of_all_pairs(start, data):
    n = len(start)
    end = data.draw(st.lists(st.integers(-5, 5), min_size=n, max_size=n))
    may = data.draw(st.lists(st.booleans(), min_size=n, max_size=n))
    longest, count = data.draw(st.integers(1, 8)), data.draw(st.integers(1, 5))
    pairs = [(i, j) for i, j in itertools.product(range(n), repeat=2) if may[i] and i <= j < i + longest]
    expected = sorted((start[i] + end[j] for i, j in pairs), reverse=True)[:count]
    found = best_spans(
        np.array(start, float), np.array(end, float), np.array(may), count=count, max_tokens=longest
    )
    assert [span.score for span in found] == expected
    assert all((span.first, span.last) in pairs for span in found)
    assert all(start[span.first] + end[span.last] == span.score for span in found)
    assert len(set(found)) == len(found)


def test_the_best_pair_may_have_neither_the_best_start_nor_the_best_end():
    start, end = np.array([0.0, 4.0, 5.0]), np.array([5.0, 4.0, 0.0])
    may = np.ones(3, dtype=bool)
    assert [(s.first, s.last) for s in best_spans(start, end, may, count=1, max_tokens=1)] == [(1, 1)]


def test_equal_scores_take_the_shorter_then_the_earlier():
    flat, may = np.zeros(3), np.ones(3, dtype=bool)
    found = best_spans(flat, flat, may, count=4, max_tokens=3)
    assert [(span.first, span.last) for span in found] == [(0, 0), (1, 1), (2, 2), (0, 1)]


def test_no_tokens_no_span():
    none = np.zeros(0)
    assert best_spans(none, none, none.astype(bool), count=3, max_tokens=3) == []


def of(tokens, logits, *, max_tokens=64, stride=4, count=3, longest=5):
    windows = windows_of(tokens, max_tokens=max_tokens, stride=stride)
    pairs = [logits(tokens, windows, row) for row in range(len(windows))]
    return list(answers(tokens, windows, pairs, count=count, max_tokens=longest)), windows


def pointing(first, last, *, high=5.0, null=0.0):
    """Logits that are `high` at two tokens of the context, in every window, and add to `null` at [CLS]."""

    def logits(tokens, windows, row):
        start, end = (np.full(int(windows.length[row]), -9.0) for _ in range(2))
        head = int(positions(tokens, windows)[row]) - int(windows.start[row])
        for array, token in ((start, first), (end, last)):
            if windows.start[row] <= token < windows.start[row] + windows.size[row]:
                array[head + token] = high
        start[NULL] = end[NULL] = null / 2
        return start, end

    return logits


def test_the_text_is_that_of_the_context(tokens_of):
    tokens = tokens_of(("the dog, in paris.", [("who", "dog")]))
    (found,), _ = of(tokens, pointing(1, 4))
    assert found.texts[0] == "dog, in paris"
    assert (found.scores[0], found.null_score) == (10.0, 0.0)
    assert found.null_odds == -10


def test_a_span_in_several_windows_is_found_once_and_the_least_null_counts(tokens_of):
    """Of 12 tokens, windows of 10 from 0 and 4 hold token 5: it counts where it has the most context."""
    tokens = tokens_of(("one two dog " * 4, [("who", "dog")]))

    def logits(tokens, windows, row):
        start, end = pointing(5, 5)(tokens, windows, row)
        start[NULL] = [3.0, -2.0][row]
        return start, end

    (found,), windows = of(tokens, logits, max_tokens=14)
    assert len(windows) == 2
    assert found.texts[0] == "dog"
    assert found.null_score == -2.0
    assert len(found.texts) == len(set(found.texts))


@pytest.mark.parametrize(("threshold", "text"), [(-1.1, ""), (-1.0, "dog"), (0.0, "dog"), (3.0, "dog")])
def test_an_answer_is_withheld_when_the_null_odds_exceed_the_threshold(tokens_of, threshold, text):
    tokens = tokens_of(("the dog", [("who", "dog")]))
    (found,), _ = of(tokens, pointing(1, 1, high=0.5))
    assert found.null_odds == -1.0
    assert found.text(threshold) == text


def test_the_probability_of_no_answer_is_the_logistic_of_the_odds():
    even, sure = Answer("q", ("a",), (1.0,), 1.0), Answer("q", ("a",), (1e4,), -1e4)
    assert even.null_probability() == 0.5
    assert 0 <= sure.null_probability() < 1e-100
    assert Answer("q", ("a",), (2.0,), 2.0 + np.log(3)).null_probability() == pytest.approx(0.75)
    assert Answer("q", (), (), 3.0).null_probability() == 1.0
    assert Answer("q", (), (), 3.0).text(1e9) == ""


@pytest.mark.parametrize("place", [NULL, 3])
def test_logits_that_are_no_numbers_find_nothing_and_say_so(tokens_of, place):
    tokens = tokens_of(("the dog", [("who", "dog"), ("who", "dog")]))

    def logits(tokens, windows, row):
        start, end = pointing(1, 1)(tokens, windows, row)
        if row == 0:
            start[place] = np.nan
        return start, end

    (broken, whole), _ = of(tokens, logits)
    assert (broken.finite, broken.texts, broken.text(0.0)) == (False, (), "")
    assert broken.null_probability() == 1.0
    assert (whole.finite, whole.text(0.0)) == (True, "dog")


def test_questions_come_in_their_order_each_once(some_tokens):
    found, windows = of(some_tokens, pointing(1, 1), max_tokens=16)
    assert len(windows) > 6
    assert [answer.question_id for answer in found] == some_tokens.question_id


def best_of_the_original(logits, head, kept=20):
    """Its search, told again: positions sorted by a logit that is NaN, the first pair inside the context."""
    order = sorted(range(len(logits)), key=lambda i: logits[i], reverse=True)[:kept]
    pairs = [(s, e) for s in order for e in order if head <= s <= e]
    return pairs[0] if pairs else None


@pytest.mark.parametrize("question_tokens", [1, 17, 18, 30])
def test_a_sort_by_nan_leaves_the_first_positions_in_their_order(question_tokens):
    head = question_tokens + 2
    found = best_of_the_original(np.full(80, np.nan), head)
    assert found == ((head, head) if question_tokens < 18 else None)


def test_a_short_question_gets_the_first_word_and_a_long_one_nothing(tokens_of):
    tokens = tokens_of(("the dog is in paris", [("who", "dog"), ("who " * 8, None)]))
    assert answers_without_numbers(tokens) == {"0.0": "the", "0.1": "the"}
    tokens.template.__dict__["prefix"] = (2,) * 11  # as if the question were ten tokens longer
    assert answers_without_numbers(tokens) == {"0.0": "the", "0.1": ""}
