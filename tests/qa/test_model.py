"""The reader: its heads and losses by hand, three families of encoders, and its file."""

import json
import math

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch.nn import functional

from reckon.config.settings import Training
from reckon.errors import InputError
from reckon.nn.encoders import load_encoder, load_tokenizer
from reckon.nn.template import template_of
from reckon.nn.train import fit
from reckon.qa.features import Sequence, TokenPages, tokenise, write_tokens
from reckon.qa.model import (
    IGNORED,
    collate,
    load_reader,
    new_reader,
    reader_loss,
    require_window,
    save_reader,
)
from reckon.qa.pages import CLASSES

KINDS = ["bert", "mpnet", "albert"]
SETTINGS = {
    "layers": None,
    "features": "cls",
    "dropout": 0.0,
    "freeze_word_embeddings": False,
    "markup": "drop",
}


def sequence(question: list[int], passage: list[int]) -> Sequence:
    """`[2] question [3] passage [3]`, a token a word."""
    ids = np.array([2, *question, 3, *passage, 3])
    start = len(question) + 2
    positions = start + np.arange(len(passage))
    types = (np.arange(len(ids)) >= start).astype(int)
    return Sequence(ids, types, start, positions, positions, len(passage))


BATCH = collate([sequence([7, 8], [10, 11, 12]), sequence([7], [20])])
LABELS = {"start": torch.tensor([5, -1]), "end": torch.tensor([6, -1]), "answer_class": torch.tensor([2, 0])}


def test_a_batch_by_hand():
    assert {name: tensor.tolist() for name, tensor in BATCH.items()} == {
        "input_ids": [[2, 7, 8, 3, 10, 11, 12, 3], [2, 7, 3, 20, 3, 0, 0, 0]],
        "attention_mask": [[1] * 8, [1] * 5 + [0] * 3],
        "token_type_ids": [[0] * 4 + [1] * 4, [0, 0, 0, 1, 1, 0, 0, 0]],
        "passage_mask": [[0, 0, 0, 0, 1, 1, 1, 0], [0, 0, 0, 1, 0, 0, 0, 0]],
    }


def test_the_passage_of_a_sequence_without_tokens_is_empty():
    empty = Sequence(np.array([2, 7, 3, 3]), np.array([0, 0, 0, 1]), 3, np.array([-1]), np.array([-1]), 1)
    assert collate([empty])["passage_mask"].tolist() == [[0, 0, 0, 0]]


@pytest.mark.parametrize("features", ["cls", "pooled"])
@pytest.mark.parametrize("kind", KINDS)
def test_spans_are_chosen_among_the_tokens_of_the_passage(encoder, kind, features):
    reader = new_reader(encoder(kind), SETTINGS | {"features": features}, seed=0).eval()
    start, end, classes = reader(**BATCH)
    assert classes.shape == (2, len(CLASSES))
    for logits in (start, end):
        assert logits.shape == (2, 8)
        assert torch.equal(torch.isfinite(logits), BATCH["passage_mask"] == 1)
        shares = torch.softmax(logits, -1)
        torch.testing.assert_close((shares * BATCH["passage_mask"]).sum(-1), torch.ones(2))


@pytest.mark.parametrize("kind", KINDS)
def test_what_each_class_head_reads(encoder, kind):
    """cls: the pooled [CLS]; pooled: beside it a maximum and a product of means, worked out here."""
    plain = new_reader(encoder(kind), SETTINGS, seed=0).eval()
    pooled = new_reader(encoder(kind), SETTINGS | {"features": "pooled"}, seed=0).eval()
    assert (plain.classifier.in_features, pooled.classifier.in_features) == (16, 48)
    types = {"token_type_ids": BATCH["token_type_ids"]} if kind != "mpnet" else {}
    with torch.inference_mode():
        output = plain.encoder(input_ids=BATCH["input_ids"], attention_mask=BATCH["attention_mask"], **types)
        torch.testing.assert_close(plain(**BATCH)[2], plain.classifier(output.pooler_output))
        states = output.last_hidden_state[0]
        passage, question = states[4:7], states[[0, 1, 2, 3, 7]]
        features = torch.cat([output.pooler_output[0], passage.amax(0), question.mean(0) * passage.mean(0)])
        torch.testing.assert_close(pooled(**BATCH)[2][0], pooled.classifier(features))


def test_token_types_reach_the_encoders_that_have_them(encoder):
    other = BATCH | {"token_type_ids": 1 - BATCH["token_type_ids"]}
    for kind, heeds in (("bert", True), ("albert", True), ("mpnet", False)):
        reader = new_reader(encoder(kind), SETTINGS, seed=0).eval()
        assert torch.equal(reader(**BATCH)[2], reader(**other)[2]) != heeds


def test_the_three_losses_by_hand(encoder):
    """CE = log Σ exp(logits) − logit of the label, over the passage; a mean over the labels there are."""
    reader = new_reader(encoder("bert"), SETTINGS, seed=0).eval()
    total, counts = reader_loss(reader, BATCH | LABELS)
    start, end, classes = reader(**BATCH)

    def entropy(logits, label):
        return math.log(sum(math.exp(x) for x in logits)) - logits[label]

    by_start = entropy(start[0, 4:7].tolist(), 1)
    by_end = entropy(end[0, 4:7].tolist(), 2)
    by_class = [entropy(classes[0].tolist(), 2), entropy(classes[1].tolist(), 0)]
    assert total.item() == pytest.approx(by_start + by_end + sum(by_class) / 2, rel=1e-5)
    assert counts["start_loss"].item() == pytest.approx(by_start, rel=1e-5)
    assert counts["end_loss"].item() == pytest.approx(by_end, rel=1e-5)
    assert counts["answer_class_loss"].item() == pytest.approx(sum(by_class), rel=1e-5)
    assert [int(counts[f"{name}_n"]) for name in LABELS] == [1, 1, 2]
    assert int(counts["none_n"]) == 1
    right = int(classes[0].argmax() == 2) + int(classes[1].argmax() == 0)
    assert int(counts["answer_class_correct"]) == right
    assert int(counts["start_correct"]) == int(start[0].argmax() == 5)


def test_ignored_labels_alone_give_loss_zero_and_no_gradient(encoder):
    """torch's mean over no label is NaN; the original's batches of three met that often."""
    reader = new_reader(encoder("bert"), SETTINGS | {"features": "pooled"}, seed=0)
    ignored = {name: torch.full_like(label, IGNORED) for name, label in LABELS.items()}
    assert functional.cross_entropy(torch.zeros(2, 5), ignored["answer_class"], ignore_index=-1).isnan()
    total, counts = reader_loss(reader, BATCH | ignored)
    total.backward()
    assert total.item() == 0
    assert all(int(counts[f"{name}_n"]) == 0 for name in LABELS)
    assert all(p.grad is None or not p.grad.any() for p in reader.parameters())


@pytest.mark.parametrize("features", ["cls", "pooled"])
def test_a_sequence_without_passage_tokens_trains_like_any_other(encoder, features):
    """No NaN from its empty softmax, and no feature that outweighs all others."""
    reader = new_reader(encoder("bert"), SETTINGS | {"features": features}, seed=0)
    batch = BATCH | {
        "passage_mask": torch.stack([BATCH["passage_mask"][0], torch.zeros(8, dtype=torch.int64)])
    }
    total, _ = reader_loss(reader, batch | LABELS)
    total.backward()
    assert total.item() < 20
    assert all(torch.isfinite(p.grad).all() for p in reader.parameters() if p.grad is not None)


def test_classes_are_numbered_as_the_pages_number_them():
    assert CLASSES == ("none", "long", "short", "no", "yes")


@pytest.mark.parametrize("kind", KINDS)
def test_a_step_of_training_lowers_the_loss_and_leaves_frozen_embeddings(encoder, tmp_path, kind):
    settings = SETTINGS | {"features": "pooled", "freeze_word_embeddings": True}
    reader = new_reader(encoder(kind), settings, seed=0)
    before = reader.encoder.get_input_embeddings().weight.clone()
    body = next(p for name, p in reader.encoder.named_parameters() if p.requires_grad and p.ndim == 2).clone()
    training = Training(
        epochs=1,
        learning_rate=0.01,
        warmup_share=0.1,
        weight_decay=0.01,
        clip_norm=1.0,
        tokens_per_batch=64,
        max_tokens=16,
        checkpoint_minutes=99,
        precision="fp32",
    )
    first = reader_loss(reader, BATCH | LABELS)[0].item()
    plan = [[np.arange(2)] * 20]
    fit(
        reader,
        plan,
        lambda *_: BATCH | LABELS,
        reader_loss,
        training,
        seed=0,
        checkpoint=tmp_path / "c.pt",
        device="cpu",
    )
    assert reader_loss(reader, BATCH | LABELS)[0].item() < 0.5 * first
    assert torch.equal(reader.encoder.get_input_embeddings().weight, before)
    after = next(p for name, p in reader.encoder.named_parameters() if p.requires_grad and p.ndim == 2)
    assert not torch.equal(after, body)


def test_the_seed_fixes_the_heads_and_the_encoder_is_the_pretrained_one(encoder):
    readers = [new_reader(encoder("bert"), SETTINGS, seed=seed) for seed in (1, 1, 2)]
    states = [reader.state_dict() for reader in readers]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    changed = {name for name in states[0] if not torch.equal(states[0][name], states[2][name])}
    assert changed == {f"{head}.{part}" for head in ("span", "classifier") for part in ("weight", "bias")}
    stored = load_file(encoder("bert") / "model.safetensors")
    assert all(torch.equal(states[0][f"encoder.{name}"], tensor) for name, tensor in stored.items())


def test_layers_are_cut_from_above(encoder):
    reader = new_reader(encoder("bert"), SETTINGS | {"layers": 1}, seed=0)
    whole = new_reader(encoder("bert"), SETTINGS, seed=0)
    assert len(reader.encoder.encoder.layer) == 1
    kept = reader.encoder.encoder.layer[0].state_dict()
    below = whole.encoder.encoder.layer[0].state_dict()
    assert all(torch.equal(kept[name], below[name]) for name in kept)
    with pytest.raises(InputError, match="has 2 layers; the configuration asks for 3"):
        load_encoder(encoder("bert"), layers=3, dropout=0.0)


def test_dropout_is_the_configured_one(encoder):
    reader = new_reader(encoder("bert"), SETTINGS | {"dropout": 0.25}, seed=0)
    rates = {module.p for module in reader.modules() if isinstance(module, torch.nn.Dropout)}
    assert rates == {0.25}
    still = new_reader(encoder("bert"), SETTINGS, seed=0).train()
    assert torch.equal(still(**BATCH)[2], still(**BATCH)[2])


@pytest.mark.parametrize("kind", KINDS)
def test_markup_as_tokens_adds_nine_rows_the_same_each_time(encoder, kind):
    tokenizer = load_tokenizer(encoder(kind), "tokens")
    plain = new_reader(encoder(kind), SETTINGS, seed=0)
    readers = [new_reader(encoder(kind), SETTINGS | {"markup": "tokens"}, seed=0) for _ in range(2)]
    old = plain.encoder.get_input_embeddings().weight
    new, again = (reader.encoder.get_input_embeddings().weight for reader in readers)
    assert len(new) == len(old) + 9 == len(tokenizer)
    assert torch.equal(new[: len(old)], old)
    assert torch.equal(new, again)
    torch.testing.assert_close(new[len(old) :].mean(0), old.mean(0), atol=0.02, rtol=0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("markup", ["drop", "tokens"])
def test_a_saved_reader_comes_back_and_says_the_same(encoder, tmp_path, kind, markup):
    settings = SETTINGS | {"layers": 1, "features": "pooled", "dropout": 0.3, "markup": markup}
    reader = new_reader(encoder(kind), settings, seed=5).eval()
    for name in ("a", "b"):
        save_reader(tmp_path / f"{name}.safetensors", reader, settings)
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()
    loaded = load_reader(tmp_path / "a.safetensors", encoder(kind))
    assert not loaded.training
    for ours, theirs in zip(loaded(**BATCH), reader(**BATCH), strict=True):
        assert torch.equal(ours, theirs)


def test_a_damaged_or_foreign_file_is_named(encoder, tmp_path):
    reader = new_reader(encoder("bert"), SETTINGS, seed=0)
    save_reader(tmp_path / "whole", reader, SETTINGS)
    whole = (tmp_path / "whole").read_bytes()
    for name, content in {"cut": whole[:-100], "head": whole[:50], "empty": b"", "text": b"{}" * 20}.items():
        (tmp_path / name).write_bytes(content)
    save_file({"x": torch.zeros(1)}, tmp_path / "bare")
    for name, settings in {"no_json": "{", "no_layers": "{}"}.items():
        save_file({"x": torch.zeros(1)}, tmp_path / name, metadata={"settings": settings})
    for name in ("cut", "head", "empty", "text", "bare", "no_json", "no_layers", "missing"):
        with pytest.raises(InputError, match=f"{name}: not a trained reader .* train it again"):
            load_reader(tmp_path / name, encoder("bert"))
    save_file({"x": torch.zeros(1)}, tmp_path / "others", metadata={"settings": json.dumps(SETTINGS)})
    with pytest.raises(InputError, match="others: not trained from the encoder in"):
        load_reader(tmp_path / "others", encoder("bert"))
    with pytest.raises(InputError, match="whole: not trained from the encoder in"):
        load_reader(tmp_path / "whole", encoder("albert"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_window_longer_than_the_encoder_reads_is_refused(encoder, tmp_path, make_page, kind):
    """64 positions each; those of MPNet begin after the padding token's."""
    reader = new_reader(encoder(kind), SETTINGS, seed=0).eval()
    require_window(reader, 64)
    tokenizer = load_tokenizer(encoder(kind), "drop")
    rows = tokenise(
        [make_page("a", "dog " * 80 + "dog", [(0, 81)])], tokenizer, markup="drop", question_tokens=8
    )
    write_tokens(tmp_path / "t.arrow", rows, template_of(tokenizer))
    longest = TokenPages(tmp_path / "t.arrow").sequence(0, 0, 64)
    assert len(longest.ids) == 64
    assert torch.isfinite(reader(**collate([longest]))[2]).all()
    with pytest.raises(InputError, match="max_tokens: 65, but the encoder reads at most 64"):
        require_window(reader, 65)
