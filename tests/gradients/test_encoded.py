"""Pairs as tokens: masks and words line up, what is left out is counted, files come back as they were."""

from collections import Counter
from dataclasses import asdict

import numpy as np
import pytest

from reckon.data.esnli import Highlights, Pair
from reckon.errors import InputError
from reckon.files.writing import write_jsonl
from reckon.gradients.encoded import (
    SPECIAL,
    batch,
    chosen,
    encode,
    encode_pairs,
    read_encoded,
    write_encoded,
)


def sample(highlights=((1,), (0,)), premise="the dog is, in paris", hypothesis="dog who"):
    marks = (Highlights(*map(frozenset, highlights)),) if highlights is not None else ()
    return Pair("7", 2, premise, hypothesis, marks, ("the *dog* is, in paris", "*dog* who"))


def encoded(tokenizer, *pairs, max_tokens=64, need_highlights=True):
    counts = Counter()
    options = {"max_tokens": max_tokens, "need_highlights": need_highlights, "counts": counts}
    return list(encode_pairs(pairs, tokenizer, **options)), counts


def test_words_are_those_of_the_tokenizer_and_the_hypothesis_follows(tokenizer):
    pair, _ = encode(tokenizer, "the dog, was", "who")
    assert pair.texts == ["the", "dog", ",", "was", "who"]
    #                    CLS the dog , w ##a ##s SEP who SEP
    assert pair.words == [SPECIAL, 0, 1, 2, 3, 3, 3, SPECIAL, 4, SPECIAL]
    assert pair.sentences == [SPECIAL, 0, 0, 0, 0, 0, 0, SPECIAL, 1, SPECIAL]
    assert pair.types == [0] * 8 + [1, 1]


def test_masks_stand_at_the_tokens_of_the_words(tokenizer):
    (pair,), counts = encoded(tokenizer, sample())
    for rule in ("union", "majority", "first", "published"):
        assert [pair.texts[w] for w, m in zip(pair.words, pair.masks[rule], strict=True) if m] == [
            "dog",
            "dog",
        ]
    assert (pair.label, pair.pair_id, counts["kept"]) == (2, "7", 1)


def test_what_is_left_out_is_counted(tokenizer):
    pairs = [sample(), sample(highlights=((), ())), sample(highlights=None), sample(premise="the dog " * 40)]
    kept, counts = encoded(tokenizer, *pairs)
    assert counts == {"kept": 1, "not_annotated": 2, "too_long": 1}
    assert len(kept) == 1
    trained_on, counts = encoded(tokenizer, *pairs, need_highlights=False)
    assert counts == {"kept": 3, "too_long": 1}
    assert set(trained_on[2].masks) == {"published"}


def test_a_file_comes_back_as_it_was(tokenizer, tmp_path):
    kept, _ = encoded(tokenizer, sample(), sample(highlights=((0, 3), ())))
    write_encoded(tmp_path / "pairs.jsonl.gz", kept)
    assert read_encoded(tmp_path / "pairs.jsonl.gz") == kept


def test_other_files_are_refused(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"x": 1}\n')
    (tmp_path / "b.jsonl").write_text("")
    with pytest.raises(InputError, match=r"a.jsonl:1: not a prepared pair"):
        read_encoded(tmp_path / "a.jsonl")
    with pytest.raises(InputError, match=r"b.jsonl: no pair"):
        read_encoded(tmp_path / "b.jsonl")


def test_a_batch_is_padded_and_masked(tokenizer):
    kept, _ = encoded(tokenizer, sample(), sample(premise="the dog is, in one capital"))
    inputs = batch(kept)
    lengths = [len(pair.ids) for pair in kept]
    assert inputs["input_ids"].shape == (2, max(lengths))
    assert inputs["attention_mask"].sum(1).tolist() == lengths
    assert inputs["labels"].tolist() == [2, 2]


def test_a_choice_is_seeded_and_keeps_the_order():
    pairs = list(range(50))
    few = chosen(pairs, 10, seed=3)
    assert few == sorted(few) == chosen(pairs, 10, seed=3)
    assert len(few) == 10
    assert few != chosen(pairs, 10, seed=4)
    np.testing.assert_array_equal(chosen(pairs, 90, seed=3), pairs)


@pytest.mark.parametrize("text", ["the [SEP] dog", "[CLS] dog", "dog [MASK] [PAD] [UNK]"])
def test_a_sentence_cannot_write_special_tokens(tokenizer, text):
    special = (
        tokenizer.sep_token_id,
        tokenizer.cls_token_id,
        tokenizer.mask_token_id,
        tokenizer.pad_token_id,
    )
    for premise, hypothesis in ((text, "who"), ("who", text)):
        pair, _ = encode(tokenizer, premise, hypothesis)
        assert [pair.ids.count(token) for token in special] == [2, 1, 0, 0]
        assert [pair.sentences[i] for i, token in enumerate(pair.ids) if token in special[:2]] == [
            SPECIAL
        ] * 3


def test_highlights_stay_at_their_words_behind_a_special_token_that_is_text(tokenizer):
    (pair,), _ = encoded(tokenizer, sample(((2,), ()), premise="the [SEP] dog is"))
    assert [pair.texts[w] for w, m in zip(pair.words, pair.masks["union"], strict=True) if m] == ["dog"]


def test_a_sentence_of_no_token_is_left_out_and_counted(tokenizer):
    kept, counts = encoded(tokenizer, sample(hypothesis="\u200b \x07"), sample(premise=" "), sample())
    assert len(kept) == 1
    assert counts == {"empty_sentence": 2, "kept": 1}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ids": [], "types": [], "words": [], "sentences": [], "masks": {}}, "different lengths, or empty"),
        ({"types": [0]}, "different lengths"),
        ({"masks": {"published": [1]}}, "different lengths"),
        ({"label": -1}, "no label"),
        ({"label": 3}, "no label"),
        ({"more": 1}, "unknown field 'more'"),
    ],
)
def test_a_pair_that_contradicts_itself_is_refused(tokenizer, tmp_path, change, words):
    (pair,), _ = encoded(tokenizer, sample())
    write_jsonl(tmp_path / "a.jsonl", [asdict(pair), asdict(pair) | change])
    with pytest.raises(InputError, match=rf"a\.jsonl:2: not a prepared pair: .*{words}"):
        read_encoded(tmp_path / "a.jsonl")


@pytest.mark.parametrize(("field", "outside"), [("ids", -1), ("words", -2), ("words", None)])
def test_numbers_of_tokens_and_words_have_their_range(tokenizer, tmp_path, field, outside):
    (pair,), _ = encoded(tokenizer, sample())
    values = asdict(pair)
    values[field] = [len(pair.texts) if outside is None else outside, *values[field][1:]]
    write_jsonl(tmp_path / "a.jsonl", [values])
    with pytest.raises(InputError, match="not a prepared pair"):
        read_encoded(tmp_path / "a.jsonl")
    values[field][0] += -1 if outside is None else 1
    write_jsonl(tmp_path / "a.jsonl", [values])
    assert len(read_encoded(tmp_path / "a.jsonl")) == 1
