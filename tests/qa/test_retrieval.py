"""Ranks, recall and reciprocal rank on cases worked by hand."""

import math

import pytest

from reckon.qa.retrieval import gold_ranks, mrr, recall_at


def test_ranks_by_hand_pages_without_gold_left_out() -> None:
    scores = [[0.1, 0.9, 0.5], [0.3, 0.2], [0.7, 0.6, 0.8, 0.1]]
    ranks = gold_ranks(scores, [{2}, set(), {3, 1}])
    assert ranks.tolist() == [2, 3]
    assert [recall_at(ranks, k) for k in (1, 2, 3)] == [0, 0.5, 1]
    assert mrr(ranks) == pytest.approx((1 / 2 + 1 / 3) / 2)


def test_equal_scores_count_against_the_scorer_but_not_among_gold() -> None:
    assert gold_ranks([[1.0] * 4], [{0}]).tolist() == [4]
    assert gold_ranks([[1.0] * 4], [{0, 1, 2, 3}]).tolist() == [1]


def test_sifted_away_gold_is_never_found() -> None:
    ranks = gold_ranks([[-math.inf, 0.4], [0.4, -math.inf]], [{0}, {0}])
    assert ranks.tolist() == [math.inf, 1]
    assert (recall_at(ranks, 2), mrr(ranks)) == (0.5, 0.5)


def test_no_pages_have_no_measure() -> None:
    assert math.isnan(recall_at([], 1))
    assert math.isnan(mrr(gold_ranks([[1.0]], [[]])))


def test_scores_and_gold_must_be_of_the_same_pages() -> None:
    with pytest.raises(ValueError, match="longer"):
        gold_ranks([[1.0]], [{0}, {0}])
