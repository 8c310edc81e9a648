"""One sampler against another: exact differences, intervals that cover, and what is drawn."""

from dataclasses import replace

import numpy as np
import pytest

from reckon.errors import InputError
from reckon.qa.comparison import (
    PageCounts,
    draws,
    f1_comparison,
    f1_difference,
    read_counts,
    recall_comparison,
    recall_difference,
)
from reckon.qa.kaggle_f1 import f1_of
from reckon.qa.pages import LONG
from reckon.qa.sampling import Distribution, normalise


def arm(counts, answered=None, first=None) -> PageCounts:
    counts = np.array(counts)
    ones = np.ones(len(counts), dtype=int)
    return PageCounts(
        tuple(map(str, range(len(counts)))),
        counts,
        ones if answered is None else np.array(answered),
        ones if first is None else np.array(first),
    )


@pytest.mark.parametrize("seed", range(20))
def test_the_mean_difference_is_the_difference_of_the_f1(seed):
    """By linearisation, but exactly: the shares of the pages have F1 as their mean."""
    rng = np.random.default_rng(seed)
    seeds, pages, highest = rng.integers(1, 4), rng.integers(2, 30), rng.integers(1, 3)
    uniform, other = ([arm(rng.integers(0, highest, (pages, 3))) for _ in range(seeds)] for _ in range(2))
    estimate = f1_difference(uniform, other)
    exact = np.mean([f1_of(o.counts) - f1_of(u.counts) for u, o in zip(uniform, other, strict=True)])
    assert estimate.mean == pytest.approx(exact, abs=1e-12)
    assert estimate.low <= estimate.mean <= estimate.high


def test_an_arm_against_itself_differs_by_nothing():
    same = [arm([[1, 0, 1], [0, 1, 2], [2, 0, 0]])] * 3
    assert f1_difference(same, same) == (0, 0, 0)
    assert recall_difference(same, same) == (0, 0, 0)


def test_the_recall_difference_by_hand_counts_answered_pages_only():
    uniform = [
        arm(np.zeros((4, 3)), [1, 1, 0, 1], [1, 0, 1, 0]),
        arm(np.zeros((4, 3)), [1, 1, 0, 1], [0, 0, 1, 0]),
    ]
    other = [arm(np.zeros((4, 3)), [1, 1, 0, 1], [1, 1, 0, 1])] * 2
    assert recall_difference(uniform, other).mean == pytest.approx((3 + 3 - 1 - 0) / 6)


def simulated(rng: np.random.Generator, skill: np.ndarray, gain: float) -> PageCounts:
    """Each page's two rows are right with its own chance; a seed shifts all of them a little."""
    chance = np.clip(skill + gain + rng.normal(0, 0.03), 0.02, 0.98)[:, None]
    right = (rng.random((len(skill), 2)) < chance).sum(axis=1)
    return arm(np.stack([right, 2 - right, np.zeros_like(right)], axis=1))


@pytest.mark.parametrize(("gain", "least", "most"), [(0.0, 57, 60), (0.5, 0, 8)])
def test_the_interval_covers_zero_when_nothing_differs_and_excludes_it_when_much_does(gain, least, most):
    """60 studies of 5 seeds and 80 pages each."""
    rng = np.random.default_rng(7)
    covered = 0
    for _ in range(60):
        skill = rng.uniform(0.2, 0.6, 80)
        arms = ([simulated(rng, skill, one) for _ in range(5)] for one in (0.0, gain))
        estimate = f1_difference(*arms)
        covered += estimate.low <= 0 <= estimate.high
    assert least <= covered <= most


def test_questions_on_one_article_are_one_cluster_and_a_file_that_names_none_says_so():
    def pages(article):
        return PageCounts(("1", "2", "3"), np.ones((3, 3)), np.array([1, 1, 0]), np.array([1, 0, 0]), article)

    uniform, other = [pages(("Rhine", "Rhine", ""))] * 2, [pages(("Rhine", "Rhine", ""))] * 2
    found = f1_comparison(uniform, other)
    assert (found.cluster, found.comparison.clusters, found.pages) == ("article", 2, 3)
    found = recall_comparison(uniform, other)
    assert (found.cluster, found.comparison.clusters, found.pages) == ("article", 1, 2)
    alone, untold = [pages(("", "", ""))] * 2, [pages(())] * 2
    assert f1_comparison(alone, alone).cluster == "page"
    assert f1_comparison(untold, untold).cluster == ""


@pytest.fixture
def tokens(token_pages, make_row):
    spans = [(i, i + 1) for i in range(21)]
    return token_pages([make_row("a", spans, answer_class=LONG, gold=20), make_row("b", spans[:5])])


def test_what_is_drawn_by_hand(tokens):
    """Twenty negatives, two of them likely; five on the page without answer, one likely."""
    pairs = tokens.pairs()
    probabilities = np.r_[[0.4, 0.4], np.full(18, 0.01), 0.9, 0.8, np.full(4, 0.05)]
    distribution = normalise(tokens, pairs, probabilities)
    uniform, hard = draws(tokens, distribution, 0.0), draws(tokens, distribution, 1.0)
    assert (uniform["answered_available"], uniform["null_available"]) == (20, 5)
    assert (uniform["answered_effective"], uniform["null_effective"]) == pytest.approx((20, 5))
    assert (uniform["answered_share_top_tenth"], uniform["null_share_top_tenth"]) == pytest.approx((0.1, 0.2))
    assert hard["answered_effective"] == pytest.approx(0.98**2 / (2 * 0.4**2 + 18 * 0.01**2))
    assert hard["answered_share_top_tenth"] == pytest.approx(0.8 / 0.98)
    assert hard["null_share_top_tenth"] == pytest.approx(0.8)


def test_pages_that_have_no_negatives_are_not_described(tokens):
    empty = Distribution(*(np.array([], dtype=kind) for kind in (int, int, float, float)))
    assert draws(tokens, empty, 1.0) == {}


def shuffled(one: PageCounts, rng: np.random.Generator) -> PageCounts:
    rows = rng.permutation(len(one.example_id))
    names = tuple(one.example_id[i] for i in rows)
    return PageCounts(names, one.counts[rows], one.answered[rows], one.first[rows])


def test_pages_are_paired_by_their_id_whatever_their_order():
    rng = np.random.default_rng(3)
    skill, flags = rng.uniform(0.2, 0.6, 60), rng.random((2, 60)) < 0.6
    answered, first = flags.astype(int)
    uniform, other = (
        [replace(simulated(rng, skill, gain), answered=answered, first=first) for _ in range(3)]
        for gain in (0.0, 0.1)
    )
    moved = [shuffled(one, rng) for one in uniform]
    for difference in (f1_difference, recall_difference):
        assert difference(moved, other) == difference(uniform, other)
        assert difference(other, moved).mean == pytest.approx(difference(other, uniform).mean, abs=1e-12)


@pytest.mark.parametrize("difference", [f1_difference, recall_difference])
def test_other_pages_are_refused_by_name_and_not_paired_by_place(difference):
    ten, six = arm(np.ones((10, 3))), arm(np.ones((6, 3)))
    with pytest.raises(
        InputError, match=r"page 6 stands in one system's only \(4 such pages, 6 and 10 in all\)"
    ):
        difference([ten], [six])
    named = replace(six, example_id=tuple("abcdef"))
    with pytest.raises(InputError, match="page 0 stands in one system's only"):
        difference([named], [six])


def test_systems_that_differ_in_what_has_an_answer_are_refused():
    with pytest.raises(InputError, match="differ in which pages have an answer"):
        recall_difference([arm(np.ones((2, 3)), [1, 0])], [arm(np.ones((2, 3)), [1, 1])])


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["q,public,1,0,0,1,1", "q,private,1,0,0,1,1"], "page q stands twice"),
        (["q,public,1,0,0,7,1"], "expected 0 or 1, found '7'"),
        (["q,public,1,0,0,1,-1"], "expected 0 or 1"),
        (["q,public,-1,0,0,1,1"], "expected a whole number from 0"),
    ],
)
def test_counts_that_cannot_be_are_refused(tmp_path, lines, words):
    path = tmp_path / "by_page.csv"
    path.write_text("\n".join(["example_id,part,tp,fp,fn,answered,first", *lines]) + "\n")
    with pytest.raises(InputError, match=rf"by_page\.csv: .*{words}"):
        read_counts(path)
