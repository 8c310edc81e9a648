"""Negatives: what may be drawn, with which chance, how often in fact, and the same again by the seed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reckon.errors import InputError
from reckon.qa.pages import LONG, NO, NONE, SHORT, YES
from reckon.qa.sampling import (
    Distribution,
    draw_epoch,
    effective_negatives,
    is_negative,
    normalise,
    read_distribution,
    uniform,
    within_page_shares,
    write_distribution,
)

# A section (0, 12) holds a table (2, 10) of two rows; (2, 6) has the short answer (3, 4).
NESTED = [(0, 12), (2, 10), (2, 6), (6, 10), (12, 20), (3, 5), (4, 6)]


def shares_of(pages, probabilities, exponent):
    pages, probabilities = np.array(pages), np.array(probabilities, dtype=float)
    return within_page_shares(Distribution(pages, pages, probabilities, probabilities), exponent)


@pytest.mark.parametrize(
    ("answer_class", "gold", "answer", "negatives"),
    [
        (NONE, -1, (-1, -1), [0, 1, 2, 3, 4, 5, 6]),
        (SHORT, 2, (3, 4), [3, 4, 6]),  # not the row, not what holds it, not the part of it with the answer
        (LONG, 2, (-1, -1), [3, 4]),  # nor its parts: which of them answers, nobody said
        (LONG, 1, (-1, -1), [4]),
        (YES, 2, (-1, -1), [3, 4]),
        (NO, 4, (-1, -1), [0, 1, 2, 3, 5, 6]),
    ],
)
def test_no_negative_holds_the_gold_answer(token_pages, make_row, answer_class, gold, answer, negatives):
    row = make_row("a", NESTED, answer_class=answer_class, gold=gold, answer=answer)
    assert np.flatnonzero(is_negative(token_pages([row]), 0)).tolist() == negatives


def test_a_candidate_with_only_the_second_short_answer_is_no_negative(token_pages, make_row):
    row = make_row("a", NESTED, answer_class=SHORT, gold=1, answer=(3, 4), others=[(7, 9)])
    assert np.flatnonzero(is_negative(token_pages([row]), 0)).tolist() == [4, 6]  # (6, 10) holds the second


def test_a_second_candidate_with_the_gold_words_is_no_negative(token_pages, make_row):
    row = make_row("a", [(0, 4), (0, 4), (4, 8)], answer_class=LONG, gold=0)
    assert is_negative(token_pages([row]), 0).tolist() == [False, False, True]


PAGES = st.lists(st.integers(0, 5), min_size=1, max_size=40).map(sorted)


@given(PAGES, st.sampled_from([0.0, 0.5, 1.0, 2.0]), st.data())
def test_the_shares_of_a_page_sum_to_one(pages, exponent, data):
    chances = data.draw(st.lists(st.floats(0, 1), min_size=len(pages), max_size=len(pages)))
    shares = shares_of(pages, chances, exponent)
    assert (shares >= 0).all()
    for page in set(pages):
        assert shares[np.array(pages) == page].sum() == pytest.approx(1)


@given(st.lists(st.floats(1e-9, 1), min_size=1, max_size=10), st.sampled_from([0.0, 0.5, 1.0, 2.0]))
def test_the_share_goes_with_the_power_of_the_probability(chances, exponent):
    weights = np.array(chances) ** exponent
    np.testing.assert_allclose(shares_of([0] * len(chances), chances, exponent), weights / weights.sum())


def test_shares_by_hand():
    pages, chances = [0, 0, 0, 3, 3], [0.1, 0.3, 0.4, 0.5, 0.5]
    assert shares_of(pages, chances, 0) == pytest.approx([1 / 3] * 3 + [0.5] * 2)
    assert shares_of(pages, chances, 1) == pytest.approx([0.125, 0.375, 0.5, 0.5, 0.5])
    assert shares_of(pages, chances, 2) == pytest.approx([1 / 26, 9 / 26, 16 / 26, 0.5, 0.5])


def test_a_page_of_zeros_has_equal_shares_and_a_zero_beside_others_none():
    assert shares_of([0, 0, 1, 1], [0, 0, 0, 0.2], 1) == pytest.approx([0.5, 0.5, 0, 1])
    assert shares_of([0, 0], [1e-200, 1e-200], 2) == pytest.approx([0.5, 0.5])  # the squares underflow


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0])
def test_the_effective_number_is_the_number_where_all_are_alike_and_falls_where_not(exponent):
    pages, alike = np.repeat([0, 1], [4, 9]), np.full(13, 0.2)
    even = Distribution(pages, pages, alike, alike)
    assert effective_negatives(even, exponent) == pytest.approx([4, 9])
    uneven = Distribution(pages, pages, np.r_[1, np.full(12, 0.01)], alike)
    assert effective_negatives(uneven, 0) == pytest.approx([4, 9])
    by_hand = 1.03**2 / (1 + 3 * 0.01**2)
    assert effective_negatives(uneven, 1) == pytest.approx([by_hand, 9])


@pytest.fixture
def corpus(token_pages, make_row):
    """Two answered pages with four and three negatives, one with none, three without an answer."""
    return token_pages(
        [
            make_row("short", NESTED, answer_class=SHORT, gold=2, answer=(3, 4)),
            make_row("null1", [(0, 2), (2, 4)]),
            make_row("long", [(0, 2), (2, 4), (4, 6), (6, 8), (1, 2)], answer_class=LONG, gold=1),
            make_row("alone", [(0, 9)], answer_class=LONG, gold=0),
            make_row("null2", [(0, 1), (1, 2), (2, 3)]),
            make_row("null3", [(0, 1)]),
        ]
    )


def distribution_of(corpus) -> Distribution:
    pairs = corpus.pairs()
    return normalise(corpus, pairs, np.random.default_rng(4).uniform(0.05, 1, len(pairs)))


def epoch_of(corpus, distribution, *, seed=0, epoch=0, exponent=1.0, ratio=2.0, trainable=None):
    everything = np.ones(len(corpus), dtype=bool)
    return draw_epoch(
        corpus,
        distribution,
        exponent=exponent,
        null_pages_per_answered=ratio,
        trainable=everything if trainable is None else trainable,
        seed=seed,
        epoch=epoch,
    )


def test_normalising_keeps_the_negatives_of_each_page(corpus):
    found = distribution_of(corpus)
    assert list(zip(found.pages.tolist(), found.candidates.tolist(), strict=True)) == [
        *[(0, c) for c in (3, 4, 6)],
        *[(1, c) for c in range(2)],
        *[(2, c) for c in (0, 2, 3, 4)],
        *[(4, c) for c in range(3)],
        (5, 0),
    ]
    assert (found.shares == within_page_shares(found, 1.0)).all()
    assert (uniform(corpus).shares == within_page_shares(found, 0.0)).all()


@pytest.mark.parametrize("exponent", [0.0, 1.0, 2.0])
def test_draws_come_as_often_as_their_shares_say(corpus, exponent):
    """Chi-square of the draws of 1,500 epochs, page by page; the seeds are fixed."""
    distribution = distribution_of(corpus)
    shares = within_page_shares(distribution, exponent)
    draws = [epoch_of(corpus, distribution, epoch=epoch, exponent=exponent)[3:] for epoch in range(1_500)]
    pages, candidates = np.concatenate(draws).T
    for page in (0, 1, 2, 4):
        rows = distribution.pages == page
        found = [int(np.sum((pages == page) & (candidates == c))) for c in distribution.candidates[rows]]
        assert sum(found) == np.sum(pages == page) == 1_500
        assert stats.chisquare(found, shares[rows] * 1_500).pvalue > 1e-4


def test_an_epoch_has_every_positive_once_and_negatives_that_may_be_drawn(corpus):
    distribution = distribution_of(corpus)
    allowed = set(zip(distribution.pages.tolist(), distribution.candidates.tolist(), strict=True))
    for epoch in range(50):
        pairs = [tuple(pair) for pair in epoch_of(corpus, distribution, epoch=epoch).tolist()]
        assert pairs[:3] == [(0, 2), (2, 1), (3, 0)]
        assert set(pairs[3:]) <= allowed
        assert sorted(page for page, _ in pairs[3:]) == [0, 1, 2, 4, 5]  # "alone" has none to draw


@pytest.mark.parametrize(("ratio", "nulls"), [(0.0, 0), (0.34, 1), (0.67, 2), (1.0, 3), (9.0, 3)])
def test_pages_without_answer_come_in_the_asked_ratio_and_none_twice(corpus, ratio, nulls):
    pairs = epoch_of(corpus, uniform(corpus), ratio=ratio)
    drawn = [page for page in pairs[:, 0].tolist() if page in (1, 4, 5)]
    assert len(drawn) == len(set(drawn)) == nulls


def test_every_epoch_draws_anew_and_the_seed_brings_it_back(corpus):
    distribution = distribution_of(corpus)
    draws = {
        (s, e): epoch_of(corpus, distribution, seed=s, epoch=e).tolist() for s in (1, 2) for e in range(8)
    }
    assert all(draws[s, e] == epoch_of(corpus, distribution, seed=s, epoch=e).tolist() for s, e in draws)
    assert len({str(pairs) for pairs in draws.values()}) > 10


def test_pages_that_are_not_trainable_give_nothing(corpus):
    trainable = np.array([False, True, True, False, False, True])
    pairs = epoch_of(corpus, uniform(corpus), trainable=trainable)
    assert set(pairs[:, 0].tolist()) <= {1, 2, 5}
    assert len(epoch_of(corpus, uniform(corpus), trainable=np.zeros(6, dtype=bool))) == 0


def test_the_file_returns_what_was_written_and_others_are_named(corpus, tmp_path):
    written = distribution_of(corpus)
    write_distribution(tmp_path / "n.parquet", written)
    found = read_distribution(tmp_path / "n.parquet")
    for name in ("pages", "candidates", "probabilities", "shares"):
        assert getattr(found, name).tolist() == getattr(written, name).tolist()
    again = epoch_of(corpus, found).tolist()
    assert again == epoch_of(corpus, written).tolist()
    (tmp_path / "cut").write_bytes((tmp_path / "n.parquet").read_bytes()[:-9])
    (tmp_path / "empty").touch()
    for name in ("cut", "empty", "missing"):
        with pytest.raises(InputError, match=f"{name}: not a distribution of negatives"):
            read_distribution(tmp_path / name)


def negatives(tokens, page=0):
    return np.flatnonzero(is_negative(tokens, page)).tolist()


def test_no_annotators_candidate_is_a_negative(token_pages, make_row):
    """The second chose the section (12, 20) as a whole, the third the row (6, 10) for its words (7, 9)."""
    first = {"answer_class": SHORT, "gold": 2, "answer": (3, 4)}
    assert negatives(token_pages([make_row("a", NESTED, **first)])) == [3, 4, 6]
    row = make_row("a", NESTED, **first, others=[(7, 9)], other_gold=[4, 3])
    assert negatives(token_pages([row])) == [6]


def test_a_page_on_which_the_first_annotator_found_nothing_spares_what_others_chose(token_pages, make_row):
    row = make_row("a", NESTED, answer_class=NONE, other_gold=[2])
    assert negatives(token_pages([row])) == [3, 4]  # as for a long answer: nor its parts, nor what holds it
    row = make_row("a", NESTED, answer_class=NONE, other_gold=[2], others=[(3, 4)])
    assert negatives(token_pages([row])) == [3, 4, 6]


SAID = [[5], [6, 7], [8]]  # a paragraph of three words


def copied(make_row, words, **row):
    """Three candidates of three words each, and one that holds the second and the third."""
    return make_row("a", [(0, 3), (3, 6), (6, 9), (3, 9), (7, 8)], words=words, **row)


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (SAID, [2, 4]),  # word for word the same: neither the copy nor what holds it
        ([[5], [6, 7], [9]], [1, 2, 3, 4]),  # one token is another
        ([[5, 6], [], [7, 8]], [2, 4]),  # cut otherwise by tags, the same text
        ([[5], [6], [7]], [1, 2, 3, 4]),  # its beginning only
    ],
)
@pytest.mark.parametrize(
    "label", [{"answer_class": LONG, "gold": 0}, {"answer_class": SHORT, "gold": 0, "answer": (1, 2)}]
)
def test_a_copy_of_the_gold_paragraph_is_no_negative(token_pages, make_row, second, expected, label):
    row = copied(make_row, [*SAID, *second, [1], [2], [3]], **label)
    assert negatives(token_pages([row])) == expected


def test_copies_of_what_another_annotator_chose_and_their_parts_are_no_negatives(token_pages, make_row):
    row = copied(make_row, [[1], [2], [3], *SAID, *SAID], answer_class=LONG, gold=0, other_gold=[1])
    assert negatives(token_pages([row])) == []


def test_candidates_without_tokens_are_no_copies_of_each_other(token_pages, make_row):
    row = copied(make_row, [[], [], [], [], [], [], [1], [2], [3]], answer_class=LONG, gold=0)
    assert negatives(token_pages([row])) == [1, 2, 3, 4]


@pytest.mark.parametrize("exponent", [50, 700, 5000, 1e6])
def test_a_large_exponent_takes_the_likeliest_and_never_all_alike(exponent):
    """0.2 ** 700 is 0 in double precision, and so are all the others."""
    shares = shares_of([0, 0, 0, 1, 1], [0.2, 0.1, 0.15, 1e-30, 2e-30], exponent)
    assert shares == pytest.approx([1, 0, 0, 0, 1], abs=1e-6)
    assert shares_of([0, 0, 0], [0.2, 0.2, 0.0], exponent) == pytest.approx([0.5, 0.5, 0])


def test_up_to_an_exponent_of_one_the_shares_are_those_of_the_plain_powers_to_the_last_bit():
    chances = np.random.default_rng(0).random(50)
    for exponent in (0.5, 1.0):
        weights = chances**exponent
        assert (shares_of([0] * 50, chances, exponent) == weights / np.bincount([0] * 50, weights)).all()


@pytest.mark.parametrize("wrong", [{"probabilities": [7.3]}, {"shares": [1.5]}, {"probabilities": [-0.1]}])
def test_a_probability_outside_its_unit_is_refused(tmp_path, wrong):
    values = {"pages": [0], "candidates": [0], "probabilities": [0.5], "shares": [1.0]} | wrong
    write_distribution(tmp_path / "d.parquet", Distribution(*map(np.array, values.values())))
    with pytest.raises(InputError, match=r"not a distribution of negatives \(.*(above 1|below 0)"):
        read_distribution(tmp_path / "d.parquet")
