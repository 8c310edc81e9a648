"""Training and scoring together: the network learns, and its logits come back in order."""

import numpy as np
import pytest
import torch

from reckon.config.settings import Training
from reckon.errors import InputError
from reckon.nn.precision import Arithmetic
from reckon.squad.answer import answers
from reckon.squad.model import new_reader
from reckon.squad.score import logits_of
from reckon.squad.training import drawn, train_reader
from reckon.squad.windows import windows_of

READER = {"layers": 2, "dropout": 0.0, "freeze_word_embeddings": False}
SETTINGS = {
    "epochs": 1,
    "learning_rate": 0.01,
    "warmup_share": 0.1,
    "weight_decay": 0.0,
    "clip_norm": 1.0,
    "tokens_per_batch": 100,
    "max_tokens": 24,
    "checkpoint_minutes": 1e9,
    "precision": "fp32",
}


@pytest.fixture
def trained(tmp_path, encoder):
    def run(tokens, *, kind="bert", questions=None, seed=0, arithmetic=None, **changes):
        reader = new_reader(encoder(kind), READER, seed=seed)
        record = train_reader(
            reader,
            tokens,
            Training(**SETTINGS | changes),
            stride=8,
            questions=questions,
            seed=seed,
            checkpoint=tmp_path / "c.pt",
            device="cpu",
            arithmetic=arithmetic,
        )
        return reader, record

    return run


def found(reader, tokens, precision="fp32"):
    windows = windows_of(tokens, max_tokens=24, stride=8)
    logits = logits_of(reader, tokens, windows, tokens_per_batch=64, precision=precision)
    return [answer.text(0.0) for answer in answers(tokens, windows, logits, count=3, max_tokens=5)]


def lesson(tokens_of):
    """ "who" is answered by the dog, "in" by paris, "capital" by nothing."""
    asked = [("who", "dog"), ("in", "paris"), ("capital", None)]
    contexts = [
        "the dog is in paris",
        "in paris is the dog, one, two",
        "one dog of two is in paris of france",
    ]
    return tokens_of(*((context, asked) for context in contexts))


@pytest.mark.parametrize("precision", ["fp32", "bf16_mixed", "fp16_mixed"])
def test_a_lesson_is_learnt_with_its_unanswerable_question(tokens_of, trained, precision):
    tokens = lesson(tokens_of)
    reader, record = trained(tokens, epochs=60, precision=precision)
    assert found(reader, tokens, precision) == ["dog", "paris", ""] * 3
    first, last = record["epochs"][0], record["epochs"][-1]
    assert first["start_accuracy"] < last["start_accuracy"] == last["end_answered_accuracy"] == 1
    assert last["start_loss"] < 0.2 < first["start_loss"]


def test_the_record_counts_what_is_trained_on_and_left_out(some_tokens, trained):
    record = trained(some_tokens, epochs=2, max_tokens=20)[1]
    assert (record["questions"], record["left_out"]) == (5, 1)
    assert record["windows"] > 5
    assert [epoch["n"] for epoch in record["epochs"]] == [record["windows"]] * 2
    assert record["epochs"][0]["answered_n"] == record["answered"]


def test_a_larger_draw_of_a_seed_holds_the_smaller():
    small, large, whole = (drawn(20, n, 3) for n in (5, 12, None))
    assert (small.sum(), large.sum(), whole.sum()) == (5, 12, 20)
    assert (small <= large).all()
    assert not np.array_equal(small, drawn(20, 5, 4))
    assert drawn(20, 99, 3).all()


def test_fewer_questions_are_trained_on_if_asked(some_tokens, trained):
    assert trained(some_tokens, questions=3)[1]["questions"] <= 3


def test_a_window_that_the_encoder_cannot_read_is_named(some_tokens, trained):
    with pytest.raises(InputError, match="max_tokens: 65, but the encoder reads at most 64"):
        trained(some_tokens, max_tokens=65)


def test_fp16_alone_ends_in_its_first_step_and_answers_nothing(some_tokens, trained):
    arithmetic = Arithmetic("fp16", "cpu")
    reader, record = trained(some_tokens, precision="fp16", arithmetic=arithmetic)
    assert arithmetic.record()["first_nonfinite_step"] == 0
    assert record["epochs"][0]["start_loss"] is None
    assert found(reader, some_tokens, "fp16") == [""] * 6


def test_the_batching_changes_no_logit(some_tokens, encoder):
    windows = windows_of(some_tokens, max_tokens=24, stride=4)
    reader = new_reader(encoder("bert"), READER, seed=0)
    one, many = (
        list(logits_of(reader, some_tokens, windows, tokens_per_batch=size, precision="fp32"))
        for size in (1, 500)
    )
    assert [len(start) for start, _ in one] == windows.length.tolist()
    for pair, other in zip(one, many, strict=True):
        for row, same in zip(pair, other, strict=True):
            np.testing.assert_allclose(row, same, atol=1e-5)


def test_no_windows_no_logits(tokens_of, encoder):
    tokens = tokens_of(("one", []))
    windows = windows_of(tokens, max_tokens=24, stride=4)
    reader = new_reader(encoder("bert"), READER, seed=0)
    assert list(logits_of(reader, tokens, windows, tokens_per_batch=64, precision="fp32")) == []


def test_the_same_seed_gives_the_same_weights(some_tokens, trained):
    states = [trained(some_tokens, seed=seed)[0].state_dict() for seed in (1, 1, 2)]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[0])
    assert any(not torch.equal(states[0][name], states[2][name]) for name in states[0])
