"""Tagging: the mean of the weights by its definition, separable tags without error, the slide's sentence."""

import json
from collections import Counter

import numpy as np
import pytest

from reckon.errors import InputError
from reckon.lecture.tagging import (
    UPOS,
    MostFrequent,
    Perceptron,
    Sentence,
    accuracy,
    boeing,
    features,
    gain,
    on_the_slide,
    read_tagged,
    shape,
)


def sentence(text, document="d"):
    tokens, tags = zip(*(pair.split("/") for pair in text.split()), strict=True)
    return Sentence(tokens, tags, document)


TRAINING = [sentence("the/D dog/N runs/V"), sentence("the/D run/N ends/V"), sentence("dogs/N run/V")]


def test_the_most_frequent_tag_by_hand():
    tagger = MostFrequent([*TRAINING, sentence("they/P run/V")])
    assert tagger.tag(["run", "the", "unheard"]) == ["V", "D", "V"]


def test_the_weights_are_their_mean_over_all_steps():
    """Against the definition: the plain perceptron run step by step, its weights summed after each."""
    tagger = Perceptron(TRAINING, epochs=3, rng_seed=4)
    rows = {s: tagger._known(s.tokens) for s in TRAINING}
    weights, total, steps = np.zeros_like(tagger.weights), np.zeros_like(tagger.weights), 0
    rng = np.random.default_rng(4)
    for _ in range(3):
        for place in rng.permutation(len(TRAINING)):
            one, given = TRAINING[place], []
            for row, tag in zip(rows[one], one.tags, strict=True):
                active = [*row, *tagger._of_tags(given)]
                total, steps = total + weights, steps + 1
                guess = int(np.argmax(weights[active].sum(axis=0)))
                right = tagger.tags.index(tag)
                weights[active, right] += 1
                weights[active, guess] -= 1
                given.append(guess)
    assert weights.any()
    # The sum above has the weights before each step; the mean is over those after it.
    np.testing.assert_allclose(tagger.weights, (total + weights) / steps, atol=1e-12)


def test_tags_that_the_words_before_settle_are_learned_without_error():
    """`run` is a noun after `the` and a verb after a noun, which no tag of a word alone can tell."""
    tagger = Perceptron(TRAINING, epochs=20)
    assert [tuple(tagger.tag(s.tokens)) for s in TRAINING] == [s.tags for s in TRAINING]
    plain = MostFrequent(TRAINING)
    assert [tuple(plain.tag(s.tokens)) for s in TRAINING] != [s.tags for s in TRAINING]


def test_one_order_of_the_sentences_gives_one_tagger():
    first, second = (Perceptron(TRAINING, epochs=2, rng_seed=1).weights for _ in range(2))
    assert (first == second).all()


def test_features_of_a_word_at_the_edge():
    first, last = features(["At", "Boeing"])
    assert {"word=At", "lower=at", "shape=Xx", "-1=<s>", "+1=boeing", "start=True", "bias"} <= set(first)
    assert {"word=Boeing", "last 3=ing", "-1=at", "+1=</s>", "pair=at boeing", "start=False"} <= set(last)
    assert len(first) == len(last) == len(set(last))


@pytest.mark.parametrize(
    ("token", "expected"), [("Boeing", "Xx"), ("10-day", "0-x"), ("U.S.", "X.X."), ("", "")]
)
def test_the_shape_of_a_token(token, expected):
    assert shape(token) == expected


def test_accuracy_counts_tokens_and_its_interval_documents():
    gold = [
        sentence("a/D b/N", "one"),
        sentence("c/N", "one"),
        sentence("d/N e/V", "two"),
        sentence("f/V", "3"),
    ]
    right, none = [list(s.tags) for s in gold], [["X"] * len(s.tags) for s in gold]
    assert accuracy(gold, right) == (1, 1, 1)
    half = [right[0], right[1], none[2], none[3]]
    found = accuracy(gold, half)
    assert found.mean == 0.5
    assert (found.low, found.high) == (0, 1)
    assert gain(gold, half, none) == found
    assert gain(gold, right, right) == (0, 0, 0)


def test_the_slides_sentence_has_23_tokens_and_gold_tags_map_to_the_slides():
    """Universal tags of the sentence by the guidelines of the English treebanks."""
    start = "NOUN VERB ADP PROPN PROPN PUNCT ADV VERB NOUN ADP PROPN PROPN PUNCT SCONJ PRON NOUN PROPN PROPN"
    upos = f"{start} VERB ADJ NOUN NOUN PUNCT".split()
    slide = boeing()
    assert len(slide.tokens) == 23
    assert on_the_slide(slide.tokens, upos) == list(slide.tags)
    assert on_the_slide(["they"], ["PRON"]) == ["PRON"]


def written(path, *rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return str(path)


def test_an_empty_sentence_is_counted_and_documents_are_those_of_the_ids(tmp_path):
    rows = [
        {"id": "web-a_1-0001", "tokens": ["Go", "!"], "upos": ["VERB", "PUNCT"]},
        {"id": "web-a_1-0002", "tokens": [], "upos": []},
        {"id": "web-b-0001", "tokens": ["Go"], "upos": ["VERB"]},
    ]
    counts = Counter()
    found = read_tagged(written(tmp_path / "a.jsonl", *rows), "upos", UPOS, counts)
    assert counts == {"empty_sentence": 1}
    assert [s.document for s in found] == ["web-a_1", "web-b"]
    assert found[0].tags == ("VERB", "PUNCT")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"tokens": ["Go"], "upos": ["V"]}, ":1: unknown tag 'V'; known are ADJ, "),
        ({"tokens": ["Go", "!"], "upos": ["VERB"]}, ":1: 2 tokens and 1 tags"),
        ({"tokens": ["Go"]}, ":1: no 'upos'"),
        ({"tokens": [], "upos": []}, "no sentence"),
    ],
)
def test_what_is_no_tagged_sentence_is_refused(tmp_path, row, said):
    with pytest.raises(InputError, match=said):
        read_tagged(written(tmp_path / "a.jsonl", row), "upos", UPOS, Counter())
