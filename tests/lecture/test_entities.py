"""Entities: the slide's two codings say the same, codings are inverse to each other, F1 is seqeval's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from seqeval.metrics import f1_score
from seqeval.scheme import IOB2

from reckon.errors import InputError
from reckon.lecture.entities import (
    BRACKETS,
    TAGS,
    UNIVERSAL,
    Span,
    boeing,
    coded,
    in_brackets,
    iob2,
    spans,
    strict_f1,
    to_iob2,
    to_slide,
)
from reckon.lecture.tagging import Sentence


def test_the_slides_brackets_and_tags_are_the_same_three_entities():
    words, entities = in_brackets(BRACKETS)
    assert words == list(boeing().tokens)
    assert entities == [Span(3, 5, "Company"), Span(10, 12, "Location"), Span(16, 18, "Person")]
    assert spans(to_iob2(TAGS)) == entities
    assert to_slide(coded(entities, len(words))) == TAGS
    assert [span.kind for span in spans(boeing().tags)] == ["ORG", "LOC", "PER"]


KNOWN = sorted(iob2(tuple(UNIVERSAL.values())))
CUTS = st.lists(st.integers(0, 12), unique=True, max_size=8).map(sorted)


@given(CUTS, st.lists(st.sampled_from(sorted(UNIVERSAL.values())), min_size=4, max_size=4))
def test_spans_come_back_from_either_coding(cuts, kinds):
    pairs = zip(cuts[::2], cuts[1::2], kinds, strict=False)
    entities = [Span(*pair) for pair in pairs]
    tags = coded(entities, 12)
    assert set(tags) <= set(KNOWN)
    assert spans(tags) == entities
    assert to_iob2(to_slide(tags, UNIVERSAL), UNIVERSAL) == tags


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        (["NA", "SX"], "word 2: unknown tag 'SX'; known are CC, CL, CP, NA, SC, SL, SP"),
        (["CC"], "word 1: 'CC' after 'NA' continues nothing; start with S"),
        (["SL", "CC"], "word 2: 'CC' after 'SL' continues nothing"),
        (["SC", "NA", "CC"], "word 3: 'CC' after 'NA' continues nothing"),
    ],
)
def test_tags_that_the_slides_coding_does_not_have_are_refused(tags, said):
    with pytest.raises(InputError, match=said):
        to_iob2(tags)


def test_a_tag_of_another_kind_is_refused_on_the_way_back():
    with pytest.raises(InputError, match="word 1: unknown tag 'B-MISC'"):
        to_slide(["B-MISC"])


def test_a_continuation_of_nothing_is_no_span_and_a_new_start_ends_the_one_before():
    assert spans(["O", "I-PER", "B-LOC", "B-LOC", "I-LOC"]) == [Span(2, 3, "LOC"), Span(3, 5, "LOC")]
    assert spans(["B-PER", "I-LOC"]) == [Span(0, 1, "PER")]


TAGGED = st.lists(st.sampled_from(KNOWN), min_size=1, max_size=8)


@given(st.lists(st.tuples(TAGGED, TAGGED), min_size=2, max_size=5))
def test_strict_f1_is_seqevals(pairs):
    gold, given_tags = [], []
    for i, (one, other) in enumerate(pairs):
        n = min(len(one), len(other))
        gold.append(Sentence(("w",) * n, tuple(one[:n]), f"d{i}"))
        given_tags.append(other[:n])
    expected = f1_score([list(s.tags) for s in gold], given_tags, mode="strict", scheme=IOB2, zero_division=0)
    found = strict_f1(gold, given_tags)
    assert found.mean == pytest.approx(expected)
    assert found.low <= found.high


def test_f1_by_hand():
    """Two of three given spans are right, and two of two gold ones found: 2 · 2 / (3 + 2)."""
    gold = [Sentence(("a", "b", "c"), ("B-PER", "I-PER", "B-LOC"), "one"), Sentence(("d",), ("O",), "two")]
    assert strict_f1(gold, [["B-PER", "I-PER", "B-LOC"], ["B-PER"]]).mean == pytest.approx(0.8)
    assert strict_f1(gold, [["B-PER", "O", "O"], ["O"]]).mean == 0
