"""Scoring: the order of the pairs, independence of batches, and probabilities by word."""

import numpy as np
import pytest
import torch

from reckon.errors import InputError
from reckon.nn.encoders import load_tokenizer
from reckon.nn.template import template_of
from reckon.qa import score as module
from reckon.qa.features import TokenPages, tokenise, write_tokens
from reckon.qa.model import collate, new_reader
from reckon.qa.score import score

SETTINGS = {
    "layers": None,
    "features": "pooled",
    "dropout": 0.5,
    "freeze_word_embeddings": False,
    "markup": "drop",
}
KINDS = ["bert", "mpnet", "albert"]


@pytest.fixture
def scored(encoder, tmp_path, make_page):
    """A token file of pages with candidates of many lengths, a reader, and its rows for given pairs."""
    text = "<P> the capital of france is paris , xyz </P> <Tr> dog </Tr> " + "one two is the " * 5 + "dog"
    spans = [(0, 10), (10, 13), (13, 34), (0, 34), (2, 3), (10, 11)]
    pages = [make_page(str(i), text, spans[i:] + spans[:i]) for i in range(4)]
    files, readers = {}, {}

    def rows(kind="bert", pairs=None, tokens_per_batch=200, max_tokens=40, **options):
        if kind not in files:
            tokenizer = load_tokenizer(encoder(kind), "drop")
            made = tokenise(pages, tokenizer, markup="drop", question_tokens=8)
            write_tokens(tmp_path / kind, made, template_of(tokenizer))
            files[kind], readers[kind] = (
                TokenPages(tmp_path / kind),
                new_reader(encoder(kind), SETTINGS, seed=0),
            )
        tokens, reader = files[kind], readers[kind]
        pairs = tokens.pairs() if pairs is None else pairs
        settings = {"tokens_per_batch": tokens_per_batch, "max_tokens": max_tokens, "precision": "fp32"}
        return tokens, reader, pairs, list(score(reader, tokens, pairs, **settings | options))

    return rows


def close(first, second, tolerance=1e-5) -> None:
    for one, other in zip(first, second, strict=True):
        assert (one.example_id, one.candidate) == (other.example_id, other.candidate)
        for name in ("classes", "start", "end"):
            np.testing.assert_allclose(getattr(one, name), getattr(other, name), atol=tolerance)


def test_rows_come_in_the_order_of_the_pairs(scored):
    tokens, _, pairs, rows = scored()
    assert [(int(r.example_id), r.candidate) for r in rows] == [tuple(pair) for pair in pairs.tolist()]
    mixed = np.random.default_rng(0).permutation(pairs)[:9]
    close(scored(pairs=mixed)[3], [rows[p * 6 + c] for p, c in mixed.tolist()])
    assert len(tokens) == 4


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("tokens_per_batch", [1, 77, 10_000])
def test_batches_do_not_change_the_result(scored, kind, tokens_per_batch):
    close(scored(kind)[3], scored(kind, tokens_per_batch=tokens_per_batch)[3])


def test_blocks_do_not_change_the_result(scored, monkeypatch):
    whole = scored()[3]
    monkeypatch.setattr(module, "_BLOCK", 5)
    close(scored()[3], whole)


def test_dropout_is_off_even_for_a_reader_that_was_just_trained(scored):
    _, reader, _, first = scored()
    reader.train()
    close(scored()[3], first, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_words_start_is_its_first_token_and_its_end_the_last(scored, kind):
    tokens, reader, pairs, rows = scored(kind)
    for (page, candidate), row in zip(pairs.tolist(), rows, strict=True):
        sequence = tokens.sequence(page, candidate, 40)
        with torch.inference_mode():
            start, end, classes = (logits[0].softmax(-1).numpy() for logits in reader(**collate([sequence])))
        np.testing.assert_allclose(row.classes, classes[: len(row.classes)], atol=1e-5)
        assert len(row.start) == len(row.end) == sequence.words
        for word in range(sequence.words):
            first, last = sequence.first_token[word], sequence.last_token[word]
            expected = (start[first], end[last]) if first >= 0 else (0, 0)
            assert (row.start[word], row.end[word]) == pytest.approx(expected, abs=1e-5)


def test_probabilities_are_probabilities(scored):
    for row in scored()[3]:
        assert row.classes.sum() == pytest.approx(1, abs=1e-5)
        assert row.start.sum() <= 1 + 1e-5
        assert np.isfinite([*row.classes, *row.start, *row.end]).all()


def test_a_candidate_without_tokens_has_classes_and_zeros(scored):
    row = scored(pairs=np.array([[0, 5]]))[3][0]  # the tag <Tr>
    assert row.classes.sum() == pytest.approx(1, abs=1e-5)
    assert (row.start.tolist(), row.end.tolist()) == ([0], [0])


def test_a_cut_candidate_has_the_words_that_fit(scored):
    tokens, _, _, rows = scored(max_tokens=20)
    assert len(rows[3].start) == tokens.sequence(0, 3, 20).words < 34


def test_classes_alone_are_the_same_classes(scored):
    for alone, row in zip(scored(words=False)[3], scored()[3], strict=True):
        assert np.array_equal(alone.classes, row.classes)
        assert len(alone.start) == len(alone.end) == 0


def test_bf16_is_near_fp32(scored):
    full, half = scored()[3], scored(precision="bf16_mixed")[3]
    close(half, full, 0.05)
    assert any(not np.array_equal(one.classes, other.classes) for one, other in zip(half, full, strict=True))


def test_nothing_to_score_is_no_row_and_too_wide_a_window_an_error(scored):
    assert scored(pairs=np.empty((0, 2), dtype=np.int64))[3] == []
    with pytest.raises(InputError, match="max_tokens: 65, but the encoder reads at most 64"):
        scored(max_tokens=65)
