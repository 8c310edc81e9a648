"""The exact threshold search against trying every pair, on small and large sets, with ties."""

import itertools
import math
import time
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.qa.kaggle_f1 import f1_of, row_counts
from reckon.qa.labels import Label, Outcomes, Prediction, Span
from reckon.qa.thresholds import best_of, best_thresholds

WRONG = ("fp", "fp_fn")


def brute_force(long: Outcomes, short: Outcomes, wrong: str) -> tuple[Fraction, list[tuple[float, float]]]:
    """Best F1 as an exact fraction, and every pair of thresholds that reaches it."""
    pairs: dict[tuple[float, float], Fraction] = {}
    tries = [[math.inf, *kind.score.tolist()] for kind in (long, short)]
    for l, s in itertools.product(*tries):  # noqa: E741 (l and s as in the formula)
        counted = row_counts(long, l, wrong).sum(axis=0) + row_counts(short, s, wrong).sum(axis=0)
        tp, fp, fn = counted.tolist()
        pairs[l, s] = Fraction(2 * tp, 2 * tp + fp + fn) if tp else Fraction(0)
    best = max(pairs.values())
    return best, [pair for pair, value in pairs.items() if value == best]


KIND = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.booleans(), st.integers(0, 4)).map(
        lambda row: (row[0], row[1], row[0] and row[1] and row[2], float(row[3]))
    ),
    min_size=1,
    max_size=9,
).map(Outcomes.of)


@given(KIND, KIND, st.sampled_from(WRONG))
def test_search_finds_the_best_pair_and_of_equal_ones_the_largest(
    long: Outcomes, short: Outcomes, wrong: str
) -> None:
    value, pairs = brute_force(long, short, wrong)
    best = best_of(long, short, wrong=wrong)
    assert best.f1 == pytest.approx(float(value))
    assert (best.long, best.short) == (max(l for l, _ in pairs), max(s for _, s in pairs))  # noqa: E741
    assert (best.long, best.short) in pairs


def random_kind(rng: np.random.Generator, n: int, quality: float) -> Outcomes:
    """Outcomes whose scores say something about their being right."""
    has_gold = rng.random(n) < 0.5
    answered = rng.random(n) < 0.9
    correct = has_gold & answered & (rng.random(n) < quality)
    return Outcomes(has_gold, answered, correct, np.round(rng.normal(correct, 1.0), 2))


@pytest.mark.parametrize("wrong", WRONG)
def test_search_equals_brute_force_on_random_pages(wrong: str) -> None:
    rng = np.random.default_rng(7)
    for _ in range(5):
        long, short = random_kind(rng, 60, 0.7), random_kind(rng, 60, 0.3)
        value, pairs = brute_force(long, short, wrong)
        best = best_of(long, short, wrong=wrong)
        assert best.f1 == pytest.approx(float(value))
        assert (best.long, best.short) == max(pairs)


def test_joint_best_differs_from_the_best_of_each_task() -> None:
    # Long alone: 9 right and 21 wrong are better than nothing. Beside 100 sure short answers they cost more
    # than they bring: 218 / (218 + 21) is below 200 / 209.
    long = Outcomes.of([(True, True, True, 1.0)] * 9 + [(False, True, False, 1.0)] * 21)
    short = Outcomes.of([(True, True, True, 1.0)] * 100)
    nothing = Outcomes.of([(False, False, False, 0.0)])
    assert best_of(long, nothing).long == 1.0
    assert best_of(long, short).long == math.inf
    assert best_of(long, short).f1 == pytest.approx(200 / 209)


def test_nothing_right_means_always_blank() -> None:
    wrong_everywhere = Outcomes.of([(True, True, False, 0.3), (False, True, False, 0.9)])
    assert best_of(wrong_everywhere, wrong_everywhere) == (math.inf, math.inf, 0.0)
    no_gold = Outcomes.of([(False, False, False, 0.0)])
    assert best_of(no_gold, no_gold) == (math.inf, math.inf, 0.0)


def test_thresholds_of_gold_and_answers_reach_the_f1_they_promise() -> None:
    span, other = Label(Span(0, 5), (Span(1, 2),)), Label(Span(5, 9), (Span(6, 7),))
    gold = {"1": [span], "2": [span], "3": [Label()]}
    answers = {
        "1": Prediction(span, 0.9, 0.4),
        "2": Prediction(other, 0.2, 0.1),
        "3": Prediction(other, 0.5, 0.4),
    }
    # Long: only question 1 (0.9). Short at 0.4: one right, one wrong; F1 = 2*2 / (4 + 1 + 2).
    assert best_thresholds(gold, answers) == (0.9, 0.4, pytest.approx(4 / 7))


def test_eight_thousand_pages_take_no_time() -> None:
    rng = np.random.default_rng(1)
    long, short = random_kind(rng, 8000, 0.6), random_kind(rng, 8000, 0.4)
    start = time.perf_counter()
    best = best_of(long, short)
    assert time.perf_counter() - start < 1.0
    assert best.f1 == f1_of(row_counts(long, best.long) + row_counts(short, best.short))
