"""Counting language models: sums to one, a case by hand, discounts by their formula, what is refused."""

import math
import zipfile
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.lecture.language_model import (
    END,
    START,
    UNKNOWN,
    KneserNey,
    Unigram,
    brown_sentences,
    counts_by_order,
    discounts_of,
    marked,
    perplexity,
    split,
    unknown_share,
    vocabulary,
    wikitext_sentences,
)

TEXT = [("a", "b"), ("a", "a")]
KNOWN = frozenset({"a", "b", UNKNOWN, END})
DISCOUNTS = (0.5, 0.75, 1.0)


def test_two_orders_by_hand():
    """After a: b, a and the end once each. Before a: start and a; before the end: a and b; before b: a."""
    model = KneserNey(TEXT, KNOWN, 2, [DISCOUNTS] * 2)
    freed = (0.5 + 0.75 + 0.75) / 5
    a, b = (2 - 0.75) / 5 + freed / 4, (1 - 0.5) / 5 + freed / 4
    assert model.probability("b", ("never",)) == pytest.approx(b)
    assert model.probability(UNKNOWN, ()) == pytest.approx(freed / 4)
    assert model.probability("b", (START, "a")) == pytest.approx((1 - 0.5) / 3 + 0.5 * b)
    assert model.probability("a", (START,)) == pytest.approx((2 - 0.75) / 2 + 0.375 * a)
    assert model.probability("a", (START,)) == pytest.approx(0.75625)


def test_an_ngram_that_begins_a_sentence_keeps_its_occurrences():
    unigrams, bigrams, trigrams = counts_by_order([marked(words, KNOWN) for words in TEXT], 3)
    assert trigrams == {
        (START, "a", "b"): 1,
        ("a", "b", END): 1,
        (START, "a", "a"): 1,
        ("a", "a", END): 1,
    }
    assert bigrams == {(START, "a"): 2, ("a", "b"): 1, ("b", END): 1, ("a", "a"): 1, ("a", END): 1}
    assert unigrams == {("a",): 2, ("b",): 1, (END,): 2}


WORDS = st.lists(st.lists(st.sampled_from("abcd"), min_size=1, max_size=6).map(tuple), min_size=1, max_size=8)


@given(WORDS, st.integers(1, 5), st.lists(st.sampled_from(["a", "b", "e"]), max_size=5))
def test_the_probabilities_sum_to_one_after_every_history(training, order, history):
    known = vocabulary(training)
    model = KneserNey(training, known, order, [DISCOUNTS] * order)
    for before in (tuple(history), (START, *history)):
        p = [model.probability(word, before) for word in known]
        assert math.fsum(p) == pytest.approx(1, abs=1e-12)
        assert min(p) > 0
    unigram = Unigram(training, known)
    assert math.fsum(unigram.probability(word, ()) for word in known) == pytest.approx(1, abs=1e-12)


def test_without_discounts_the_highest_order_is_the_share_of_what_followed():
    model = KneserNey(TEXT, KNOWN, 2, [(0.0, 0.0, 0.0)] * 2)
    assert model.probability("b", (START, "a")) == pytest.approx(1 / 3)
    assert model.probability("b", (START,)) == 0


def test_the_discounts_are_those_of_the_formula():
    counts = Counter({("w", str(i)): c for i, c in enumerate([1] * 4 + [2] * 2 + [3, 4, 9])})
    y = 4 / (4 + 2 * 2)
    assert discounts_of(counts) == (1 - 2 * y * 2 / 4, 2 - 3 * y * 1 / 2, 3 - 4 * y * 1 / 1)
    with pytest.raises(InputError, match=r"\{1: 2\} n-grams by count allow no discounts; give more text"):
        discounts_of({("a",): 1, ("b",): 1})


def test_the_perplexity_of_equal_chances_is_their_number():
    """Four words, each with the probability 1/4: a text of any length has the perplexity 4."""
    model = Unigram([("a", "b", "new")], KNOWN)
    assert perplexity(model, {"one": [("a",)], "two": [("b", "a", "rare")]}, KNOWN) == pytest.approx(
        (4, 4, 4)
    )


def test_a_word_of_probability_0_is_refused():
    with pytest.raises(InputError, match="'<unk>' has the probability 0"):
        perplexity(Unigram(TEXT, KNOWN), {"one": [("z",)], "two": [("a",)]}, KNOWN)


def test_words_that_stand_once_are_unknown():
    known = vocabulary([("a", "a", "b"), ("c", "c")])
    assert known == {"a", "c", UNKNOWN, END}
    assert marked(("a", "b"), known) == (START, "a", UNKNOWN, END)
    assert unknown_share({"x": [("a", "b", "c", UNKNOWN)]}, known) == 0.5


def test_the_split_is_by_text_and_no_text_is_in_both_parts():
    texts = {f"c{i:02}": [(f"w{i}",)] for i in range(20)}
    training, test = split(texts)
    assert sorted(test) == ["c09", "c19"]
    assert len(training) == 16
    assert {("w8",), ("w9",), ("w18",), ("w19",)}.isdisjoint(training)


def test_brown_is_read_by_sentence_without_tags(tmp_path):
    path = tmp_path / "brown.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("brown/ca01", "\n\n\tThe/at and//cc Jury/nn-tl ./.\n\n\tIt/pps\n")
    assert brown_sentences(path) == {"ca01": [("the", "and/", "jury", "."), ("it",)]}


def test_wikitext_is_read_by_article(tmp_path):
    path = tmp_path / "wiki.txt"
    path.write_text(" \n = One = \n \n A <unk> .\n = = Part = = \n b\n = Two = \n c\n", "utf-8")
    assert wikitext_sentences(path) == {
        "line 2": [("=", "One", "="), ("A", "<unk>", "."), ("=", "=", "Part", "=", "="), ("b",)],
        "line 7": [("=", "Two", "="), ("c",)],
    }
    path.write_text("A\n", "utf-8")
    with pytest.raises(InputError, match=r"wiki\.txt:1: text before the first heading"):
        wikitext_sentences(path)
    path.write_text(" \n", "utf-8")
    with pytest.raises(InputError, match="no article"):
        wikitext_sentences(path)
