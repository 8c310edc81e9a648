"""The only training loop: accelerate's device and processes, our precision; resumes to the same bytes."""

import logging
import math
import os
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from reckon.config.settings import Training
from reckon.errors import InputError, OutOfTimeError
from reckon.nn.allocation import Allocation
from reckon.nn.checkpoint import Progress, resume, save_checkpoint
from reckon.nn.precision import Arithmetic, resolve

if TYPE_CHECKING:
    from accelerate import Accelerator
    from torch import Tensor, nn

log = logging.getLogger(__name__)

Tensors = dict[str, "Tensor"]
Collate = Callable[[int, np.ndarray], Tensors]  # (epoch, indices of the batch) -> tensors
Loss = Callable[["nn.Module", Tensors], tuple["Tensor", dict[str, "Tensor"]]]  # -> (scalar, counts to sum)
_LOG_SECONDS = 10.0


def schedule(step: int, steps: int, warmup_share: float) -> float:
    """Factor of the learning rate in step 0 ≤ `step` < `steps`: linear from 0 to 1, then linear to 0."""
    warmup = max(1, round(steps * warmup_share))
    if step < warmup:
        return (step + 1) / warmup
    return max(0.0, (steps - step) / max(1, steps - warmup))


def fit(
    model: "nn.Module",
    plan: Sequence[Sequence[np.ndarray]],
    collate: Collate,
    loss: Loss,
    settings: Training,
    *,
    seed: int,
    checkpoint: Path,
    device: str = "auto",
    arithmetic: Arithmetic | None = None,
) -> list[dict[str, float]]:
    """Train `model` in place over `plan` (batches of indices, by epoch); return the summed counts by epoch.

    Every `settings.checkpoint_minutes` the state goes to the file `checkpoint`; if that file is there
    at the start, the run goes on from it and ends in the same bytes as one that was never stopped:
    the learning rate and all random numbers depend on the step alone. The file is left for the caller
    to remove once the results are safe. Before a SLURM job's time is over, a last one is written.

    `loss` returns the scalar to minimise and counts (sums over the batch) such as correct answers.

    Several processes take one batch each in every step and the mean of their gradients; the batches
    left over at the end of an epoch are dropped. All return the same counts, those of all processes.

    `arithmetic`, by default that of `settings.precision`, counts what its precision costs. A run whose
    weights have 16 bits ends with the first number that is not finite, which it notes; others raise.

    Raises `InputError` if the loss or its gradient is not finite, if the checkpoint is damaged, or if
    other than `settings.processes` processes run; `OutOfTimeError` if the job's time is nearly over.
    """
    import torch

    accelerator = _accelerator(settings, device)
    arithmetic = arithmetic or Arithmetic(settings.precision, accelerator.device.type)
    arithmetic.cast(model)
    world = accelerator.num_processes
    steps = [(epoch, i) for epoch, batches in enumerate(plan) for i in range(len(batches) // world)]
    if not steps:
        raise InputError(f"nothing to train on: {sum(map(len, plan))} batches for {world} processes")
    optimizer = adamw(model, settings)
    model, optimizer = accelerator.prepare(model, optimizer)
    progress = Progress(sums=[{} for _ in plan])
    progress = resume(checkpoint, accelerator, model, optimizer, arithmetic, progress, len(steps))
    meter = _Meter(len(steps), progress.step)
    clock = _Clock(accelerator.is_main_process, settings.checkpoint_minutes)
    model.train()
    while progress.step < len(steps):
        epoch, i = steps[progress.step]
        torch.manual_seed(_step_seed(seed, progress.step, accelerator.process_index))
        own = collate(epoch, plan[epoch][i * world + accelerator.process_index])
        batch = {name: tensor.to(accelerator.device) for name, tensor in own.items()}
        _set_rate(optimizer, settings, progress.step, len(steps))
        counts, norm = gradient(model, optimizer, loss, batch, arithmetic, settings.clip_norm)
        sums = _over_processes(accelerator, counts | clock.flags())
        mean, due, late = sums.pop("_loss") / world, sums.pop("_due") > 0, sums.pop("_late") > 0
        if arithmetic.must_be_finite:
            _check_finite("gradient", norm, progress.step)
            _check_finite("loss", mean, progress.step)
        arithmetic.count_zeros(model, progress.step)
        arithmetic.step(optimizer)
        optimizer.zero_grad(set_to_none=True)
        if arithmetic.is_broken(model, mean, norm, progress.step):
            log.warning("not finite after step %d: the rest would train nothing", progress.step)
            break
        if math.isfinite(mean):  # a step that the loss scale let pass may have no loss
            _add(progress, epoch, sums)
        progress.step += 1
        meter.report(batch, mean, progress.step)
        if due or late:
            save_checkpoint(checkpoint, accelerator, model, optimizer, arithmetic, progress)
        if late:  # also after the last step: what is written too late counts as stopped, and is removed
            raise _out_of_time(progress.step, len(steps))
    meter.close()
    return progress.sums or []


def _set_rate(optimizer: Any, settings: Training, step: int, steps: int) -> None:
    for group in optimizer.param_groups:
        group["lr"] = settings.learning_rate * schedule(step, steps, settings.warmup_share)


def _out_of_time(step: int, steps: int) -> OutOfTimeError:
    return OutOfTimeError(
        f"the job's time is nearly over: stopped after step {step} of {steps}, "
        "the next attempt goes on from there"
    )


def gradient(
    model: "nn.Module", optimizer: Any, loss: Loss, batch: Tensors, arithmetic: Arithmetic, clip_norm: float
) -> tuple[Tensors, float]:
    """Leave the clipped gradient of one batch in the parameters.

    Returns the loss's counts with its `_loss`, and the norm before it was clipped.
    """
    with arithmetic.products():
        with arithmetic.autocast():
            value, counts = loss(model, batch)
        arithmetic.backward(value)
    norm = arithmetic.clip(optimizer, model.parameters(), clip_norm)
    return counts | {"_loss": value.detach()}, norm


def _accelerator(settings: Training, device: str) -> "Accelerator":
    import torch
    from accelerate import Accelerator

    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # asked for by deterministic matrix products
    torch.use_deterministic_algorithms(True)
    accelerator = Accelerator(cpu=resolve(device) == "cpu", mixed_precision="no")  # the arm's own part
    if accelerator.num_processes != settings.processes:
        raise InputError(
            f"training.processes: {settings.processes}, but {accelerator.num_processes} run; start them by "
            "python -m torch.distributed.run --standalone --nproc-per-node N"
        )
    return accelerator


def is_main_process() -> bool:
    """Whether this process writes the results: one of several that share a training, or the only one."""
    from accelerate import PartialState

    return PartialState().is_main_process


def adamw(model: "nn.Module", settings: Training) -> Any:
    """AdamW; biases and norms (vectors) do not decay, as is usual for BERT.

    The fused one computes in fp32 whatever the type of its state, so weights of 16 bits get the plain one, in
    which ε, too, has their type: 10⁻⁸ is 0 in fp16, and the step of a weight without gradient is 0 / 0.
    """
    import torch

    weights = [p for p in model.parameters() if p.requires_grad and p.ndim > 1]
    vectors = [p for p in model.parameters() if p.requires_grad and p.ndim <= 1]
    groups = [
        {"params": weights, "weight_decay": settings.weight_decay},
        {"params": vectors, "weight_decay": 0.0},
    ]
    fused = all(p.dtype == torch.float32 for p in model.parameters())
    return torch.optim.AdamW(groups, lr=settings.learning_rate, eps=settings.epsilon, fused=fused)


def _step_seed(seed: int, step: int, process: int) -> int:
    return int(np.random.SeedSequence([seed, step, process]).generate_state(1, np.uint64)[0] >> 1)


def _over_processes(accelerator: "Accelerator", values: Tensors) -> dict[str, float]:
    """Sum of each scalar over all processes, in double precision."""
    import torch

    stacked = torch.stack([value.to(accelerator.device, torch.float64) for value in values.values()])
    return dict(zip(values, accelerator.reduce(stacked, "sum").tolist(), strict=True))


def _add(progress: Progress, epoch: int, counts: dict[str, float]) -> None:
    assert progress.sums is not None  # noqa: S101  set by fit, for the type checker
    sums = progress.sums[epoch]
    for name, count in counts.items():
        sums[name] = sums.get(name, 0.0) + count


def _check_finite(what: str, value: float, step: int) -> None:
    if not math.isfinite(value):
        raise InputError(f"the {what} is not finite in step {step}; lower the learning rate or use fp32")


class _Clock:
    """What the main process's clock decides for all: a checkpoint that only some wait for would never end."""

    def __init__(self, decides: bool, checkpoint_minutes: float) -> None:
        self.decides, self.pause = decides, 60 * checkpoint_minutes
        self.saved = time.monotonic()
        self.allocation = Allocation()

    def flags(self) -> Tensors:
        """`_due`: it is time for a checkpoint; `_late`: the job's time is nearly over. Of this process."""
        import torch

        due = self.decides and time.monotonic() - self.saved >= self.pause
        if due:
            self.saved = time.monotonic()
        late = self.decides and self.allocation.ends_soon()
        return {"_due": torch.tensor(due), "_late": torch.tensor(late)}


class _Meter:
    """Lines in the log: step, loss, sequences/s, tokens/s and the time that remains."""

    def __init__(self, steps: int, done: int) -> None:
        self.steps, self.first = steps, done
        self.start = self.last = time.monotonic()
        self.sequences = self.tokens = 0

    def report(self, batch: Tensors, value: float, step: int) -> None:
        mask = batch.get("attention_mask")
        if mask is not None:
            self.sequences += mask.shape[0]
            self.tokens += int(mask.sum())
        now = time.monotonic()
        if now - self.last >= _LOG_SECONDS:
            self.last = now
            remaining = (now - self.start) / (step - self.first) * (self.steps - step)
            log.info(
                "step %d/%d loss %.3f %s, %.0f s to go", step, self.steps, value, self._rate(now), remaining
            )

    def _rate(self, now: float) -> str:
        seconds = max(1e-9, now - self.start)
        return f"{self.sequences / seconds:.1f} sequences/s {self.tokens / seconds:.0f} tokens/s"

    def close(self) -> None:
        now = time.monotonic()
        log.info("%d steps in %.1f s, %s", self.steps - self.first, now - self.start, self._rate(now))
