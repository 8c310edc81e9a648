"""Checks of lists, tags, footnotes and names."""

import pytest
from by_hand import cell, library, outcomes, passage, record

from reckon.audit import texts
from reckon.errors import InputError

WORDS = passage("words", "the", "cat", "sat")


def test_lists_agree_in_any_order_and_case():
    one = passage("one", "Words, bigrams, and dependency relations", split="comma")
    other = passage("other", "Dependencies", "words", "Bigrams")
    given = library(passages=[one, other])
    assert outcomes(texts.same_items(one, given, other="other", letters="6")) == ["consistent"]
    (result,) = texts.same_items(one, given, other="other")
    assert result.outcome == "inconsistent"
    assert result.note == "only in one: dependency relations; only in other: Dependencies"


@pytest.mark.parametrize("letters", ["0", "six", "-1"])
def test_a_number_of_letters_is_a_whole_one(letters):
    with pytest.raises(InputError, match="no whole number"):
        texts.same_items(WORDS, library(passages=[WORDS]), other="words", letters=letters)


def test_lengths():
    given = library(passages=[WORDS, passage("tags", "DT NN VBD", split="space"), passage("short", "DT")])
    assert outcomes(texts.same_number(WORDS, given, other="tags")) == ["consistent"]
    assert outcomes(texts.same_number(WORDS, given, other="short")) == ["inconsistent"]


def test_bigrams():
    right, wrong = passage("right", "the cat", "cat sat"), passage("wrong", "The cat", "cat sat")
    given = library(passages=[WORDS])
    assert outcomes(texts.ngrams_of(right, given, words="words", n="2")) == ["consistent"]
    (result,) = texts.ngrams_of(wrong, given, words="words", n="2")
    assert result.note == "2 runs of 2; printed but none: 'The cat'; missing: 'the cat'"


@pytest.mark.parametrize(
    ("legend", "outcome"),
    [
        (("N = Noun", "v = Verb"), "consistent"),
        (("N = Noun",), "inconsistent"),
        (("N = Noun", "..."), "uncheckable"),
    ],
)
def test_a_tag_is_explained_or_the_legend_is_open(legend, outcome):
    tagged = passage("tagged", "cats/N sit/V ,/, ./.", split="space")
    given = library(passages=[passage("legend", *legend)])
    assert outcomes(texts.defined_in(tagged, given, legend="legend")) == [outcome]


def test_brackets_and_tags_decode_to_the_same_names():
    bracketed = passage("bracketed", "at [Company Boeing Co.], on [Location Wall Street].")
    tagged = passage("tagged", "at/NA Boeing/SC Co./CC ,/NA on/NA", "Wall/SL Street/CL ./NA", split="space")
    other = passage("other", "at/NA Boeing/SC Co./NA ,/NA on/NA", "Wall/SL Street/CL ./NA", split="space")
    given = library(passages=[tagged, other])
    assert outcomes(texts.same_spans(bracketed, given, tagged="tagged")) == ["consistent"]
    assert outcomes(texts.same_spans(bracketed, given, tagged="other")) == ["inconsistent"]


def test_a_mark_has_one_note():
    one, other = cell("1", note="* tuned"), cell("2", note="* sifted")
    assert outcomes(texts.one_note([one, one], library())) == ["consistent"]
    assert outcomes(texts.one_note([one, other], library())) == ["inconsistent"]


def test_a_pair_has_no_order():
    rows = [cell("1", row=row) for row in ("0: a – b", "2: b – a", "4: a – c")]
    assert outcomes(texts.distinct_pairs(rows[1:], library())) == ["consistent"]
    (result,) = texts.distinct_pairs(rows, library())
    assert (result.outcome, result.note) == ("inconsistent", "a – b (2 rows)")


@pytest.mark.parametrize(
    ("ambiguous", "outcome"), [("b", "uncheckable"), ("c & a", "uncheckable"), ("c", "inconsistent")]
)
def test_pairs_of_a_word_that_stands_twice_cannot_be_told_apart(ambiguous, outcome):
    rows = [cell("1", row=row) for row in ("0: a – b", "2: b – a", "4: a – c")]
    assert outcomes(texts.distinct_pairs(rows, library(), ambiguous=ambiguous)) == [outcome]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [("models/albert-xlarge-v2", "consistent"), ("models/albert-xxlarge-v2", "inconsistent")],
)
def test_a_name_stands_in_another_word_by_word(text, outcome):
    given = library(records=[record("folder", text)])
    found = texts.same_name([cell("1")], given, name="ALBERT xlarge", other="log | folder")
    assert outcomes(found) == [outcome]
