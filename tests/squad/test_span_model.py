"""The span reader: where its logits are, its loss, and its file."""

import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from reckon.errors import InputError
from reckon.squad.model import batch_of, load_reader, new_reader, save_reader, span_loss
from reckon.squad.windows import NULL, labels, positions, windows_of

SETTINGS = {"layers": 2, "dropout": 0.0, "freeze_word_embeddings": True}
KINDS = ["bert", "mpnet", "albert"]


def batch(tokens, max_tokens=40, rows=None):
    windows = windows_of(tokens, max_tokens=max_tokens, stride=8)
    rows = np.arange(len(windows)) if rows is None else np.array(rows)
    places = torch.from_numpy(labels(tokens, windows)[rows]).clamp(min=NULL)
    return batch_of(tokens, windows, rows) | {"start": places[:, 0], "end": places[:, 1]}, windows


@pytest.mark.parametrize("kind", KINDS)
def test_logits_are_finite_at_cls_and_in_the_context_alone(tokens_of, encoder, kind):
    tokens = tokens_of(("the dog is in paris", [("who is", None), ("who is the dog of", None)]), kind=kind)
    inputs, windows = batch(tokens)
    reader = new_reader(encoder(kind), SETTINGS, seed=0).eval()
    del inputs["start"], inputs["end"]
    for logits in reader(**inputs):
        for row, head, size in zip(logits, positions(tokens, windows), windows.size, strict=True):
            inside = {NULL, *range(int(head), int(head + size))}
            assert set(torch.isfinite(row).nonzero().flatten().tolist()) == inside


@pytest.mark.parametrize("kind", KINDS)
def test_padding_changes_nothing(tokens_of, encoder, kind):
    tokens = tokens_of(("the dog is in paris", [("who", None), ("who is the dog of paris", None)]), kind=kind)
    reader = new_reader(encoder(kind), SETTINGS, seed=0).eval()
    both, alone = batch(tokens)[0], batch(tokens, rows=[0])[0]
    length = alone["input_ids"].shape[1]
    assert both["input_ids"].shape[1] > length
    for name in ("start", "end"):
        del both[name], alone[name]
    for padded, single in zip(reader(**both), reader(**alone), strict=True):
        torch.testing.assert_close(padded[0, :length], single[0])


def test_the_loss_is_half_the_sum_of_two_cross_entropies(some_tokens, encoder):
    reader = new_reader(encoder("bert"), SETTINGS, seed=0).eval()
    inputs, _ = batch(some_tokens, rows=[0, 1, 2])
    loss, counts = span_loss(reader, inputs)
    start, end = (inputs.pop(name) for name in ("start", "end"))
    logits = reader(**inputs)
    expected = [functional.cross_entropy(row, label) for row, label in zip(logits, (start, end), strict=True)]
    torch.testing.assert_close(loss, sum(expected) / 2)
    assert counts["start_loss"] == pytest.approx(3 * float(expected[0].detach()))
    assert (int(counts["n"]), int(counts["answered_n"])) == (3, 2)


def test_a_reader_that_looks_at_nothing_has_the_loss_of_a_uniform_guess(tokens_of, encoder):
    tokens = tokens_of(("the dog is in paris", [("who is", "dog")]))
    reader = new_reader(encoder("bert"), SETTINGS, seed=0).eval()
    torch.nn.init.zeros_(reader.span.weight)
    torch.nn.init.zeros_(reader.span.bias)
    assert span_loss(reader, batch(tokens)[0])[0].item() == pytest.approx(math.log(6))  # [CLS] and 5 words


def test_counts_of_right_ends_by_hand(tokens_of, encoder):
    """All weight on [CLS]: every impossible question is right, no other."""

    class Null(torch.nn.Module):
        def forward(self, input_ids, **_):
            logits = torch.zeros(input_ids.shape)
            logits[:, NULL] = 1
            return logits, logits

    tokens = tokens_of(("the dog is in paris", [("who", "dog"), ("who", None), ("who is", None)]))
    counts = span_loss(Null(), batch(tokens)[0])[1]
    found = {name: int(value) for name, value in counts.items() if "loss" not in name}
    assert found == {
        "n": 3,
        "answered_n": 1,
        "start_correct": 2,
        "end_correct": 2,
        "start_answered_correct": 0,
        "end_answered_correct": 0,
    }


@pytest.mark.parametrize("frozen", [True, False])
def test_word_embeddings_learn_unless_they_are_frozen_and_all_else_does(some_tokens, encoder, frozen):
    reader = new_reader(encoder("bert"), SETTINGS | {"freeze_word_embeddings": frozen}, seed=4)
    span_loss(reader, batch(some_tokens)[0])[0].backward()
    (words,) = [p for name, p in reader.named_parameters() if "word_embeddings" in name]
    assert (words.grad is None) == frozen
    assert reader.span.weight.grad.abs().max() > 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("frozen", [True, False])
def test_a_saved_reader_comes_back(tmp_path, some_tokens, encoder, kind, frozen):
    settings = SETTINGS | {"freeze_word_embeddings": frozen}
    reader = new_reader(encoder(kind), settings, seed=4)
    with torch.no_grad():
        for p in reader.parameters():
            if p.requires_grad:
                p.add_(torch.randn_like(p) * 0.1)
    save_reader(tmp_path / "r.safetensors", reader, settings)
    again = load_reader(tmp_path / "r.safetensors", encoder(kind))
    for name, tensor in reader.state_dict().items():
        assert torch.equal(again.state_dict()[name], tensor), name
    save_reader(tmp_path / "s.safetensors", again, settings)
    assert (tmp_path / "r.safetensors").read_bytes() == (tmp_path / "s.safetensors").read_bytes()


def test_weights_of_16_bits_are_kept_as_they_are(tmp_path, encoder):
    reader = new_reader(encoder("bert"), SETTINGS, seed=0).half()
    save_reader(tmp_path / "r.safetensors", reader, SETTINGS)
    again = load_reader(tmp_path / "r.safetensors", encoder("bert"))
    assert again.span.weight.dtype == torch.float32
    assert torch.equal(again.span.weight.half(), reader.span.weight)


def test_what_is_no_reader_or_another_encoders_is_named(tmp_path, encoder):
    path = tmp_path / "r.safetensors"
    path.write_bytes(b"no safetensors")
    with pytest.raises(InputError, match="not a trained span reader"):
        load_reader(path, encoder("bert"))
    save_reader(path, new_reader(encoder("bert"), SETTINGS, seed=0), SETTINGS)
    with pytest.raises(InputError, match="not trained from the encoder in"):
        load_reader(path, encoder("albert"))
    save_reader(path, new_reader(encoder("bert"), SETTINGS, seed=0), {"layers": 1})
    with pytest.raises(InputError, match="not a trained span reader"):
        load_reader(path, encoder("bert"))


def test_the_seed_makes_the_head(encoder):
    heads = [new_reader(encoder("bert"), SETTINGS, seed=seed).span.weight for seed in (1, 1, 2)]
    assert torch.equal(heads[0], heads[1])
    assert not torch.equal(heads[0], heads[2])
