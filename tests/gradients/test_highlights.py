"""Essential-word masks: the decks' sentences, the three rules, pieces of words, the original's faults."""

import numpy as np
import pytest

from reckon.data.esnli import Highlights, Pair
from reckon.errors import InputError
from reckon.gradients.highlights import essential_words, is_annotated, token_mask
from reckon.gradients.published import published_mask

PREMISE = (
    "Two young boys of opposing teams play football, while wearing full protection uniforms and helmets."
)
HYPOTHESIS = "boys play football"
# The official row 3980085662.jpg#0r1e: places and stars of its first annotator, places of the others.
MARKED = (
    f" Two young *boys* of *opposing* *teams* *play* *football,* {PREMISE.partition('football, ')[2]}",
    " *boys* *play* *football*",
)
PLACES = (({2, 4, 5, 6, 7}, {0, 1, 2}), ({0, 2, 4, 5}, {2}), ({0, 1, 2, 3, 4, 5, 6, 7}, {0, 1, 2}))
# Deck: 'essential words'.
DECK = ["boys", "opposing", "teams", "play", "boys", "play", "football"]


def football(places=PLACES) -> Pair:
    highlights = tuple(Highlights(frozenset(a), frozenset(b)) for a, b in places)
    return Pair("3980085662.jpg#0r1e", 1, PREMISE, HYPOTHESIS, highlights, MARKED)


@pytest.fixture
def bert():
    """A tokenizer with the words of the deck's sentences, and pieces for others."""
    from transformers import BertTokenizerFast

    words = {
        *PREMISE.lower().replace(",", "").replace(".", "").split(),
        "an",
        "adult",
        "dressed",
        "in",
        "black",
        "a",
    }
    words |= {"stick", "is", "walking", "away", "empty", "handed", "held", "men"}
    pieces = [
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
        ",",
        ".",
        "-",
        "hold",
        "##s",
        *sorted(words - {"helmets"}),
        "helmet",
    ]
    return BertTokenizerFast(vocab={piece: i for i, piece in enumerate(pieces)})


def encoding_of(tokenizer, pair):
    return tokenizer(pair.premise, pair.hypothesis, return_offsets_mapping=True)


def marked_tokens(tokenizer, pair, rule):
    encoding = encoding_of(tokenizer, pair)
    mask = token_mask(encoding, pair.premise, pair.hypothesis, essential_words(pair, rule))
    return [t for t, m in zip(tokenizer.convert_ids_to_tokens(encoding["input_ids"]), mask, strict=True) if m]


def test_the_decks_sentence_has_the_decks_essential_words_and_the_football_it_lost(bert):
    """The deck's list lacks the premise's football, which is starred as `*football,*`."""
    found = marked_tokens(bert, football(), "first")
    assert found == ["boys", "opposing", "teams", "play", "football", "boys", "play", "football"]
    assert [word for i, word in enumerate(found) if i != 4] == DECK


def test_the_published_mask_loses_it_as_the_deck_did(bert):
    pair = football()
    encoding = encoding_of(bert, pair)
    pieces = bert.convert_ids_to_tokens(encoding["input_ids"])
    mask = published_mask(pieces, encoding.word_ids(), encoding.sequence_ids(), pair.marked)
    assert [piece for piece, m in zip(pieces, mask, strict=True) if m] == DECK


def test_every_comma_shifts_the_published_mask(bert):
    """As in the development set's row 5: words after a comma are lost, unless their neighbour helps."""
    marked = ("Two boys, wearing *helmets* of *football* *football*", "boys")
    text = marked[0].replace("*", "")
    encoding = bert(text, "boys")
    pieces = bert.convert_ids_to_tokens(encoding["input_ids"])
    mask = published_mask(pieces, encoding.word_ids(), encoding.sequence_ids(), marked)
    # Places 3, 5 and 6 are starred; counted with the comma, the words there are wearing, of and football.
    assert [(n, piece) for n, (piece, m) in enumerate(zip(pieces, mask, strict=True)) if m] == [
        (8, "football")
    ]


def test_capital_letters_are_lost_by_the_published_mask(bert):
    encoding = bert("Two boys", "boys")
    pieces = bert.convert_ids_to_tokens(encoding["input_ids"])
    mask = published_mask(pieces, encoding.word_ids(), encoding.sequence_ids(), ("*Two* *boys*", "boys"))
    assert mask.tolist() == [False, False, True, False, False, False]


@pytest.mark.parametrize(
    ("rule", "premise", "hypothesis"),
    [
        ("first", {2, 4, 5, 6, 7}, {0, 1, 2}),
        ("union", {0, 1, 2, 3, 4, 5, 6, 7}, {0, 1, 2}),
        ("majority", {0, 2, 4, 5, 6, 7}, {0, 1, 2}),
    ],
)
def test_the_three_rules(rule, premise, hypothesis):
    masks = essential_words(football(), rule)
    assert [set(np.flatnonzero(mask)) for mask in masks] == [premise, hypothesis]
    assert [len(mask) for mask in masks] == [15, 3]


def test_a_majority_is_more_than_half_of_those_who_annotated():
    two = football([({1, 2}, set()), ({2}, set())])
    assert set(np.flatnonzero(essential_words(two, "majority")[0])) == {2}


def test_all_pieces_of_a_word_are_essential_and_the_signs_at_it_are_not(bert):
    """Deck: `**holds**` and `**empty-handed**.`"""
    premise, hypothesis = (
        "An adult dressed in black holds a stick.",
        "An adult is walking away, empty-handed.",
    )
    pair = Pair("1", 2, premise, hypothesis, (Highlights(frozenset({5}), frozenset({5})),), ("", ""))
    assert marked_tokens(bert, pair, "first") == ["hold", "##s", "empty", "handed"]


def test_two_blanks_hold_an_empty_word_as_the_highlights_count(bert):
    pair = Pair(
        "1", 0, "boys play", "men  play football", (Highlights(frozenset(), frozenset({3})),), ("", "")
    )
    assert marked_tokens(bert, pair, "union") == ["football"]


def test_a_place_outside_the_sentence_is_refused():
    with pytest.raises(InputError, match=r"hypothesis: word 3 is highlighted, the sentence has 3 words"):
        essential_words(football([(set(), {3})]), "union")


def test_a_pair_without_annotators_is_refused():
    with pytest.raises(InputError, match="no annotator's highlights"):
        essential_words(football([]), "union")
    assert not is_annotated(football([(set(), set())]))
    assert is_annotated(football())


def test_the_published_mask_of_another_development_row_has_its_known_losses():
    """Row 2407214681.jpg#0r1c: jerseys, standing and bathroom are lost, in and a kept by luck."""
    from transformers import BertTokenizerFast

    premise = (
        " Two young children in *blue* *jerseys,* one with the number 9 and one with the number 2 are "
        "*standing* on wooden steps *in* *a* *bathroom* and washing their hands in a sink."
    )
    marked = premise, "Two kids in *jackets* *walk* *to* *school.*"
    texts = [text.replace("*", "").lstrip() for text in marked]
    words = " ".join(texts).lower().replace(",", " , ").replace(".", " . ").split()
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *sorted(set(words))]
    tokenizer = BertTokenizerFast(vocab={piece: i for i, piece in enumerate(pieces)})
    encoding = tokenizer(*texts)
    found = tokenizer.convert_ids_to_tokens(encoding["input_ids"])
    mask = published_mask(found, encoding.word_ids(), encoding.sequence_ids(), marked)
    assert [piece for piece, m in zip(found, mask, strict=True) if m] == [
        *("blue", "in", "a", "jackets", "walk", "to", "school")
    ]
