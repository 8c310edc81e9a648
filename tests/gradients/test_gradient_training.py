"""Training with snapshots: their places, that they are the weights of those steps, resuming, controls."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from reckon.config.settings import Training
from reckon.errors import InputError
from reckon.gradients import training
from reckon.gradients.encoded import Encoded, encode
from reckon.gradients.model import load_snapshot, new_classifier, save_snapshot
from reckon.gradients.training import snapshot_name, snapshot_steps, train_with_tracking

PLAIN = {"layers": 1, "features": "pooled", "dropout": 0.1, "freeze_word_embeddings": True}
SETTINGS = Training(
    epochs=2,
    learning_rate=0.01,
    warmup_share=0.1,
    weight_decay=0.01,
    clip_norm=1.0,
    tokens_per_batch=40,
    max_tokens=32,
    checkpoint_minutes=1e9,
    precision="fp32",
)
EPOCHS = (0, 0.5, 1, 2)


@pytest.fixture
def pairs(tokenizer) -> list[Encoded]:
    """Twelve pairs; the label is told by one word."""
    words = ("dog", "paris", "france")
    found = []
    for number in range(12):
        pair, _ = encode(tokenizer, f"the {words[number % 3]} is one", "who is two")
        found.append(Encoded(**vars(pair) | {"pair_id": str(number), "label": number % 3}))
    return found


def trained(encoder, pairs, folder, *, run="labels", settings=SETTINGS, epochs=EPOCHS):
    model = new_classifier(encoder("bert"), PLAIN, seed=5)
    record = train_with_tracking(
        model,
        pairs,
        settings,
        epochs=epochs,
        shuffle_labels=run == "shuffled",
        seed=5,
        snapshots=folder / "snapshots",
        checkpoint=folder / "c.pt",
        device="cpu",
    )
    return model, record, {e: load_file(folder / "snapshots" / snapshot_name(e)) for e in epochs}


def test_places_in_epochs_are_steps():
    assert snapshot_steps((0, 0.1, 0.5, 1, 1.5, 2), (10, 20)) == {0: 0, 0.1: 1, 0.5: 5, 1: 10, 1.5: 20, 2: 30}
    with pytest.raises(InputError, match="3 lies beyond the 2 epochs"):
        snapshot_steps((0, 3), (10, 20))


def test_names_of_snapshots_are_those_of_the_rules():
    assert [snapshot_name(e) for e in (0, 0.03, 1.0)] == [
        "epoch0.safetensors",
        "epoch0.03.safetensors",
        "epoch1.safetensors",
    ]


def test_snapshots_are_the_weights_before_during_and_after(encoder, pairs, tmp_path):
    model, record, kept = trained(encoder, pairs, tmp_path)
    start = new_classifier(encoder("bert"), PLAIN, seed=5)
    trainable = {name for name, p in start.named_parameters() if p.requires_grad}
    assert "encoder.embeddings.word_embeddings.weight" not in trainable
    assert kept[0].keys() == trainable
    for name in trainable:
        torch.testing.assert_close(kept[0][name], start.state_dict()[name], rtol=0, atol=0)
        torch.testing.assert_close(kept[2][name], model.state_dict()[name], rtol=0, atol=0)
    assert not torch.equal(kept[0.5]["head.weight"], kept[1]["head.weight"])
    assert [place["step"] for place in record["snapshots"]][::3] == [0, record["steps"]]
    assert record["epochs"][1]["loss"] < record["epochs"][0]["loss"]


def test_more_snapshots_do_not_change_the_training(encoder, pairs, tmp_path):
    """Keeping weights draws no random number, though dropout draws one in every step."""
    few = trained(encoder, pairs, tmp_path / "few", epochs=(2,))[2][2]
    many = trained(encoder, pairs, tmp_path / "many")[2][2]
    assert all(torch.equal(few[name], many[name]) for name in few)


def test_a_resumed_run_ends_with_the_same_snapshots(encoder, pairs, tmp_path, monkeypatch):
    whole = trained(encoder, pairs, tmp_path / "whole")[2]
    every_step = SETTINGS.model_copy(update={"checkpoint_minutes": 1e-9})
    calls = iter(range(100))
    original = training.batch

    def interrupted(part):
        if next(calls) == 5:
            raise KeyboardInterrupt
        return original(part)

    monkeypatch.setattr(training, "batch", interrupted)
    with pytest.raises(KeyboardInterrupt):
        trained(encoder, pairs, tmp_path / "cut", settings=every_step)
    monkeypatch.setattr(training, "batch", original)
    again = trained(encoder, pairs, tmp_path / "cut", settings=every_step)[2]
    for epoch in EPOCHS:
        assert all(torch.equal(whole[epoch][name], again[epoch][name]) for name in whole[epoch])


def test_shuffled_labels_are_the_same_labels_elsewhere(encoder, pairs, tmp_path, monkeypatch):
    seen = {}

    def spy(model, plan, collate, loss, *_arguments, **_options):
        for rows in plan[0]:
            seen.update(zip(rows.tolist(), collate(0, rows)["labels"].tolist(), strict=True))
        return [{"loss": 1.0, "correct": 1.0, "n": 1.0}]

    monkeypatch.setattr(training, "fit", spy)
    trained(encoder, pairs, tmp_path, run="shuffled", epochs=(0,))
    given = np.array([pair.label for pair in pairs])
    dealt = np.array([seen[i] for i in range(len(pairs))])
    assert sorted(dealt) == sorted(given)
    assert (dealt != given).any()


def test_a_loss_that_is_not_finite_stops_the_training(encoder, pairs, tmp_path):
    wild = SETTINGS.model_copy(update={"learning_rate": 0.99, "clip_norm": 1e30, "weight_decay": 1e30})
    with pytest.raises(InputError, match="is not finite in step"):
        trained(encoder, pairs, tmp_path, settings=wild)


def test_a_snapshot_comes_back_and_another_models_is_refused(encoder, tmp_path):
    path = tmp_path / "epoch0.safetensors"
    saved = new_classifier(encoder("bert"), PLAIN, seed=1)
    save_snapshot(path, saved)
    found = load_snapshot(path, new_classifier(encoder("bert"), PLAIN, seed=2))
    assert not found.training
    assert all(
        torch.equal(a, b)
        for a, b in zip(saved.state_dict().values(), found.state_dict().values(), strict=True)
    )
    deeper = new_classifier(encoder("bert"), PLAIN | {"layers": 2}, seed=2)
    with pytest.raises(InputError, match="snapshot of another classifier"):
        load_snapshot(path, deeper)
    path.write_bytes(b"nothing")
    with pytest.raises(InputError, match="not a snapshot"):
        load_snapshot(path, deeper)
