"""The training loop: its schedule, resuming to the same bytes, faults that stop it, several processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from reckon.config.settings import Training
from reckon.errors import InputError, OutOfTimeError
from reckon.nn import train
from reckon.nn.precision import Arithmetic
from reckon.nn.train import fit, is_main_process, schedule

ROOT = Path(__file__).parents[2]
SETTINGS = {
    "epochs": 2,
    "learning_rate": 0.05,
    "warmup_share": 0.2,
    "weight_decay": 0.01,
    "clip_norm": 1.0,
    "tokens_per_batch": 100,
    "max_tokens": 16,
    "checkpoint_minutes": 1e9,
    "precision": "fp32",
}
# Eight examples in batches of two, four batches in each of two epochs.
PLAN = [[np.array([0, 1]), np.array([2, 3]), np.array([4, 5]), np.array([6, 7])]] * 2
X = torch.from_numpy(np.random.default_rng(0).normal(size=(8, 4)).astype(np.float32))
Y = X @ torch.tensor([1.0, -2.0, 0.5, 3.0])


def network(dropout: float = 0.0) -> nn.Module:
    torch.manual_seed(3)
    return nn.Sequential(nn.Linear(4, 8), nn.Tanh(), nn.Dropout(dropout), nn.Linear(8, 1))


def collate(_: int, indices: np.ndarray) -> dict[str, torch.Tensor]:
    return {"x": X[indices], "y": Y[indices]}


def squared(model: nn.Module, batch: dict[str, torch.Tensor]) -> tuple[torch.Tensor, dict[str, torch.Tensor]]:
    error = functional.mse_loss(model(batch["x"]).squeeze(-1), batch["y"])
    return error, {"n": torch.tensor(len(batch["y"])), "loss": error.detach()}


def weights(model: nn.Module) -> bytes:
    return b"".join(tensor.detach().numpy().tobytes() for tensor in model.state_dict().values())


def trained(path: Path, *, model=None, seed=0, plan=PLAN, make_batch=collate, loss=squared, **changes):
    """Weights after training, and the counts by epoch."""
    model = model or network(0.4)
    settings = Training(**SETTINGS | changes)
    sums = fit(model, plan, make_batch, loss, settings, seed=seed, checkpoint=path, device="cpu")
    return weights(model), sums


def stopped_at(step: int):
    """A `collate` that raises in its `step`-th call, as if the machine had been switched off."""
    calls = iter(range(1_000))

    def failing(epoch, indices):
        if next(calls) == step:
            raise KeyboardInterrupt
        return collate(epoch, indices)

    return failing


@pytest.mark.parametrize("steps", [10, 97])
@pytest.mark.parametrize("share", [0.1, 0.5])
def test_the_rate_rises_to_its_peak_and_falls_to_zero_in_straight_lines(steps, share):
    rates = [schedule(step, steps, share) for step in range(steps + 1)]
    peak = round(steps * share)
    assert max(rates) == rates[peak] == 1
    assert rates[0] > 0
    assert rates[-1] == 0
    np.testing.assert_allclose(np.diff(rates[:peak]), 1 / peak)
    np.testing.assert_allclose(np.diff(rates[peak:]), -1 / (steps - peak))


def test_the_rate_by_hand_and_at_the_edges_of_the_warm_up():
    assert [schedule(step, 5, 0.4) for step in range(6)] == pytest.approx([0.5, 1, 1, 2 / 3, 1 / 3, 0])
    assert schedule(0, 5, 0.0) == 1
    assert [schedule(step, 4, 1.0) for step in range(4)] == [0.25, 0.5, 0.75, 1]


def test_one_step_is_adamw_at_the_rate_of_the_schedule(tmp_path):
    """Against torch's own optimizer on the clipped gradient; biases do not decay."""
    plan = [[np.arange(8)]]
    ours, theirs = network(), network()
    trained(tmp_path / "c.pt", model=ours, plan=plan, epochs=1, warmup_share=1.0, weight_decay=0.1)
    squared(theirs, collate(0, np.arange(8)))[0].backward()
    nn.utils.clip_grad_norm_(theirs.parameters(), 1.0)
    decays = [{"params": [p], "weight_decay": 0.1 * (p.ndim > 1)} for p in theirs.parameters()]
    torch.optim.AdamW(decays, lr=0.05).step()
    for mine, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(mine, other)


def test_training_learns(tmp_path):
    sums = trained(tmp_path / "c.pt", model=network(), plan=PLAN * 20)[1]
    assert sums[-1]["loss"] < 0.1 * sums[0]["loss"]


def test_counts_are_summed_by_epoch(tmp_path):
    sums = trained(tmp_path / "c.pt")[1]
    assert [epoch["n"] for epoch in sums] == [8, 8]


@pytest.mark.parametrize("dropout", [0.0, 0.4])
@pytest.mark.parametrize("step", [1, 4, 7])
def test_a_stopped_run_ends_in_the_bytes_of_one_that_was_never_stopped(tmp_path, dropout, step):
    whole = trained(tmp_path / "whole.pt", model=network(dropout))
    changes = {"checkpoint_minutes": 1e-9}
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "c.pt", model=network(dropout), make_batch=stopped_at(step), **changes)
    resumed = network(dropout)
    calls = stopped_at(len(PLAN[0]) * 2 - step)  # it would stop, did it begin anew
    assert trained(tmp_path / "c.pt", model=resumed, make_batch=calls, **changes) == whole


def test_a_run_stopped_before_its_first_checkpoint_begins_anew(tmp_path):
    whole = trained(tmp_path / "whole.pt")
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "c.pt", make_batch=stopped_at(5))
    assert list(tmp_path.iterdir()) == []
    assert trained(tmp_path / "c.pt") == whole


def test_the_seed_and_nothing_else_fixes_the_bytes(tmp_path):
    torch.manual_seed(11)
    first = trained(tmp_path / "a.pt", seed=1)
    torch.manual_seed(12)
    assert trained(tmp_path / "b.pt", seed=1) == first
    assert trained(tmp_path / "c.pt", seed=2)[0] != first[0]


def test_no_decay_and_no_gradient_leave_the_weights_alone(tmp_path):
    def constant(model, batch):
        return 0.0 * squared(model, batch)[0], {}

    model = network()
    assert trained(tmp_path / "c.pt", model=model, loss=constant, weight_decay=0.0)[0] == weights(network())


def test_what_needs_no_gradient_does_not_change(tmp_path):
    model = network()
    model[0].weight.requires_grad_(False)
    trained(tmp_path / "c.pt", model=model)
    assert torch.equal(model[0].weight, network()[0].weight)
    assert not torch.equal(model[0].bias, network()[0].bias)


@pytest.mark.parametrize(
    ("value", "what"), [(float("nan"), "loss|gradient"), (float("inf"), "loss|gradient")]
)
def test_a_loss_that_is_not_finite_stops_the_run(tmp_path, value, what):
    def broken(model, batch):
        loss, counts = squared(model, batch)
        return loss * value, counts

    with pytest.raises(InputError, match=f"the ({what}) is not finite in step 0"):
        trained(tmp_path / "c.pt", loss=broken)


def test_a_finite_loss_with_a_broken_gradient_stops_before_it_reaches_the_weights(tmp_path):
    def broken(model, batch):
        loss, counts = squared(model, batch)
        return loss + 0 * torch.sqrt(model[0].weight.sum() * 0), counts  # the root's slope at 0 is infinite

    model = network()
    with pytest.raises(InputError, match="the gradient is not finite in step 0"):
        trained(tmp_path / "c.pt", model=model, loss=broken, checkpoint_minutes=1e-9)
    assert weights(model) == weights(network())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not a checkpoint", b"\x80\x02."])
def test_a_damaged_checkpoint_is_named(tmp_path, content):
    (tmp_path / "c.pt").write_bytes(content)
    with pytest.raises(InputError, match=r"c\.pt: not a checkpoint of this training; delete it"):
        trained(tmp_path / "c.pt")


def test_a_checkpoint_with_another_byte_is_refused_or_changes_nothing(tmp_path):
    """Torch by itself reads another weight without a word; between two tensors lies padding."""
    undisturbed, path, refused = trained(tmp_path / "none.pt"), tmp_path / "c.pt", 0
    with pytest.raises(KeyboardInterrupt):
        trained(path, make_batch=stopped_at(4), checkpoint_minutes=1e-9)
    whole = path.read_bytes()
    for place in np.random.default_rng(5).permutation(len(whole))[:20].tolist():
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x80]) + whole[place + 1 :])
        try:
            assert trained(path) == undisturbed
        except InputError:
            refused += 1
    assert refused >= 5


def test_a_checkpoint_of_another_network_is_named(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        trained(tmp_path / "c.pt", make_batch=stopped_at(2), checkpoint_minutes=1e-9)
    with pytest.raises(InputError, match="not a checkpoint of this training"):
        trained(tmp_path / "c.pt", model=nn.Sequential(nn.Linear(4, 1)))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"processes": 2}, "processes: 2, but 1 run"),
        ({"plan": [[], []]}, "nothing to train on: 0 batches for 1 processes"),
    ],
)
def test_what_cannot_be_trained_is_said_at_once(tmp_path, changes, words):
    with pytest.raises(InputError, match=words):
        trained(tmp_path / "c.pt", **changes)


def test_fp32_is_the_plain_loop_to_the_byte(tmp_path):
    """Forward, backward, clip, fused AdamW: whatever the loop does besides changes no bit."""
    ours, theirs = network(0.4), network(0.4)
    trained(tmp_path / "c.pt", model=ours, seed=5)
    groups = [
        {"params": [p for p in theirs.parameters() if p.ndim > 1], "weight_decay": 0.01},
        {"params": [p for p in theirs.parameters() if p.ndim == 1], "weight_decay": 0.0},
    ]
    optimizer, step = torch.optim.AdamW(groups, lr=0.05, fused=True), 0
    for epoch, batches in enumerate(PLAN):
        for batch in batches:
            torch.manual_seed(train._step_seed(5, step, 0))
            for group in optimizer.param_groups:
                group["lr"] = 0.05 * schedule(step, 8, 0.2)
            squared(theirs, collate(epoch, batch))[0].backward()
            nn.utils.clip_grad_norm_(theirs.parameters(), 1.0)
            optimizer.step()
            optimizer.zero_grad()
            step += 1
    assert weights(ours) == weights(theirs)


@pytest.mark.parametrize("precision", ["bf16_mixed", "fp16_mixed"])
def test_mixed_precision_learns_as_fp32_does_and_keeps_its_weights_in_it(tmp_path, precision):
    model, full = network(), network()
    sums = trained(tmp_path / "c.pt", model=model, plan=PLAN * 10, precision=precision)[1]
    expected = trained(tmp_path / "d.pt", model=full, plan=PLAN * 10)[1]
    assert {p.dtype for p in model.parameters()} == {torch.float32}
    assert sums[-1]["loss"] < 0.1 * sums[0]["loss"]
    assert sums[0]["loss"] == pytest.approx(expected[0]["loss"], rel=0.02)
    assert weights(model) != weights(full)


def test_bf16_alone_trains_in_its_own_type(tmp_path):
    def half(model, batch):
        error = functional.mse_loss(model(batch["x"].bfloat16()).float().squeeze(-1), batch["y"])
        return error, {"loss": error.detach()}

    model = network()
    settings = Training(**SETTINGS | {"precision": "bf16"})
    sums = fit(model, PLAN * 10, collate, half, settings, seed=0, checkpoint=tmp_path / "c.pt", device="cpu")
    assert {p.dtype for p in model.parameters()} == {torch.bfloat16}
    assert sums[-1]["loss"] < 0.5 * sums[0]["loss"]


def half_loss(model, batch):
    """Of weights in fp16; one column of x is 0, so that the gradients of its weights are."""
    x = batch["x"] * torch.tensor([1.0, 1.0, 1.0, 0.0])
    error = functional.mse_loss(model(x.half()).float().squeeze(-1), batch["y"])
    return error, {"loss": error.detach()}


def in_fp16(path, epsilon):
    model, arithmetic = network(), Arithmetic("fp16", "cpu")
    settings = Training(**SETTINGS | {"precision": "fp16", "epsilon": epsilon, "learning_rate": 0.01})
    given = {"seed": 0, "checkpoint": path, "device": "cpu", "arithmetic": arithmetic}
    sums = fit(model, PLAN * 10, collate, half_loss, settings, **given)
    return model, arithmetic, sums


def test_fp16_alone_breaks_in_its_first_step_and_says_so(tmp_path):
    """ε = 10⁻⁸ is 0 in fp16: where the gradient is 0 the step is 0 / 0."""
    model, arithmetic, sums = in_fp16(tmp_path / "c.pt", 1e-8)
    assert arithmetic.record()["first_nonfinite_step"] == 0
    assert sums == [{}] * 20
    assert model[0].weight[:, 3].isnan().all()


def test_fp16_alone_trains_with_an_epsilon_that_it_can_hold(tmp_path):
    model, arithmetic, sums = in_fp16(tmp_path / "c.pt", 1e-4)
    assert arithmetic.record()["first_nonfinite_step"] is None
    assert {p.dtype for p in model.parameters()} == {torch.float16}
    assert sums[-1]["loss"] < sums[0]["loss"]


def test_a_loss_scale_that_is_too_large_skips_steps_until_it_fits(tmp_path):
    """The first scale, 65,536, times a loss of a thousand overflows fp16; every skipped step halves it."""

    def loud(model, batch):
        error, counts = squared(model, batch)
        return 1000 * error, counts

    arithmetic = Arithmetic("fp16_mixed", "cpu")
    given = {"seed": 0, "checkpoint": tmp_path / "c.pt", "device": "cpu", "arithmetic": arithmetic}
    fit(network(), PLAN * 10, collate, loud, Training(**SETTINGS | {"precision": "fp16_mixed"}), **given)
    record = arithmetic.record()
    assert record["skipped_steps"] > 3
    assert record["loss_scale"] == 65536 / 2 ** record["skipped_steps"]


def test_a_network_that_diverges_under_a_loss_scale_is_stopped(tmp_path):
    def broken(model, batch):
        error, counts = squared(model, batch)
        return error * float("inf"), counts

    with pytest.raises(InputError, match="the loss scale fell below"):
        trained(tmp_path / "c.pt", loss=broken, plan=PLAN * 20, precision="fp16_mixed")


def test_a_stopped_run_with_a_loss_scale_goes_on_to_the_same_bytes_and_counts(tmp_path):
    def run(path, make_batch, **changes):
        model, arithmetic = network(0.4), Arithmetic("fp16_mixed", "cpu")
        settings = Training(**SETTINGS | {"precision": "fp16_mixed"} | changes)
        given = {"seed": 0, "checkpoint": path, "device": "cpu", "arithmetic": arithmetic}
        sums = fit(model, PLAN, make_batch, squared, settings, **given)
        return weights(model), sums, arithmetic.record()

    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "c.pt", stopped_at(5), checkpoint_minutes=1e-9)
    assert run(tmp_path / "c.pt", stopped_at(3)) == run(tmp_path / "d.pt", collate)


def test_a_program_alone_is_the_main_process():
    assert is_main_process()


TWO = """
import json, os, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_train import PLAN, collate, network, stopped_at, trained, weights
from reckon.nn.train import is_main_process

folder, rank = Path(sys.argv[1]), int(os.environ["RANK"])
# The processes' clocks disagree on purpose: only the main one's may decide on a checkpoint.
changes = {{"processes": 2, "checkpoint_minutes": 1e9 if rank else 1e-9}}
plain, dropped = trained(folder / "a.pt", model=network(), **changes), trained(folder / "b.pt", **changes)
try:
    trained(folder / "c.pt", make_batch=stopped_at(2), **changes)
except KeyboardInterrupt:
    pass
again = trained(folder / "c.pt", **changes)
(folder / f"{{rank}}.json").write_text(json.dumps(
    {{"plain": plain[0].hex(), "sums": plain[1], "main": is_main_process(), "resumed": again == dropped}}
))
"""


def test_two_processes_train_as_one_with_batches_of_both(tmp_path):
    """Without dropout the mean of two gradients is the gradient of both batches together."""
    program = tmp_path / "two.py"
    program.write_text(TWO.format(tests=str(Path(__file__).parent)))
    launch = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [*launch, program, tmp_path],
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    first, second = (json.loads((tmp_path / f"{rank}.json").read_text()) for rank in range(2))
    assert (first["main"], second["main"]) == (True, False)
    assert first["resumed"]
    assert second["resumed"]
    assert first["plain"] == second["plain"]
    both = [[np.concatenate(epoch[i : i + 2]) for i in range(0, len(epoch), 2)] for epoch in PLAN]
    alone, sums = trained(tmp_path / "alone.pt", model=network(), plan=both)
    np.testing.assert_allclose(
        np.frombuffer(bytes.fromhex(first["plain"]), np.float32), np.frombuffer(alone, np.float32), rtol=1e-5
    )
    # Counts are those of both processes; a sum of means of halves is twice the sum of means of wholes.
    assert first["sums"] == second["sums"]
    assert [epoch["n"] for epoch in first["sums"]] == [epoch["n"] for epoch in sums] == [8, 8]
    assert [epoch["loss"] for epoch in first["sums"]] == pytest.approx([2 * epoch["loss"] for epoch in sums])


class EndsIn:
    """An allocation whose time is nearly over at the `calls`-th question."""

    def __init__(self, calls: int) -> None:
        self.left = calls

    def ends_soon(self) -> bool:
        self.left -= 1
        return self.left == 0


@pytest.mark.parametrize("step", [1, 5, 8])
def test_a_training_stops_before_its_job_does_and_goes_on_to_the_same_bytes(tmp_path, monkeypatch, step):
    """Also after its last step: what is written too late would be removed, and the checkpoint be gone."""
    undisturbed = trained(tmp_path / "a.pt")
    monkeypatch.setattr(train, "Allocation", lambda: EndsIn(step))
    with pytest.raises(OutOfTimeError, match=f"stopped after step {step} of 8, the next attempt goes on"):
        trained(tmp_path / "b.pt")
    monkeypatch.undo()
    assert trained(tmp_path / "b.pt") == undisturbed
