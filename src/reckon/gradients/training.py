"""Training on pairs with snapshots of the weights on a schedule, for everything that is measured later."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from reckon.config.settings import Training
from reckon.errors import InputError
from reckon.gradients.encoded import Encoded, batch
from reckon.gradients.model import Classifier, classification_loss, save_snapshot
from reckon.nn.batches import length_batches
from reckon.nn.train import fit, is_main_process

log = logging.getLogger(__name__)


def train_with_tracking(
    classifier: Classifier,
    pairs: list[Encoded],
    settings: Training,
    *,
    epochs: Sequence[float],
    shuffle_labels: bool,
    seed: int,
    snapshots: Path,
    checkpoint: Path,
    device: str,
) -> dict[str, Any]:
    """Train in place; write the weights at each of `epochs` into the folder `snapshots`; return the record.

    `epochs` are places in the run, 0 before the first step. Nothing is measured here, so that measuring
    cannot disturb: dropout stays on, and no random number is drawn. A run that is resumed finds the
    snapshots it wrote. `shuffle_labels` deals the labels out anew: the control in which nothing but the
    words themselves can be learnt. Raises `InputError` for a place beyond the end, and what `fit` raises.
    """
    labels = np.array([pair.label for pair in pairs])
    if shuffle_labels:
        labels = np.random.default_rng([seed, 2]).permutation(labels)
    lengths = [len(pair.ids) for pair in pairs]
    plan = [
        length_batches(lengths, settings.tokens_per_batch, np.random.default_rng([seed, epoch, 1]))
        for epoch in range(settings.epochs)
    ]
    steps = snapshot_steps(epochs, [len(batches) // settings.processes for batches in plan])
    starts = {(e, int(rows[0])): (e, i) for e, rows_of in enumerate(plan) for i, rows in enumerate(rows_of)}
    before = np.cumsum([0, *(len(batches) // settings.processes for batches in plan)])

    def batch_after_snapshot(epoch: int, rows: np.ndarray) -> dict[str, torch.Tensor]:
        place = starts[epoch, int(rows[0])][1]
        _save_due(classifier, steps, int(before[epoch]) + place // settings.processes, snapshots)
        return batch([pairs[i] for i in rows]) | {"labels": torch.from_numpy(labels[rows])}

    sums = fit(
        classifier,
        plan,
        batch_after_snapshot,
        classification_loss,
        settings,
        seed=seed,
        checkpoint=checkpoint,
        device=device,
    )
    _save_due(classifier, steps, int(before[-1]), snapshots)
    return {
        "pairs": len(pairs),
        "steps": int(before[-1]),
        "snapshots": [{"epoch": epoch, "step": step} for epoch, step in steps.items()],
        "epochs": [{"loss": s["loss"] / s["n"], "accuracy": s["correct"] / s["n"]} for s in sums],
    }


def snapshot_steps(epochs: Sequence[float], batches: Sequence[int]) -> dict[float, int]:
    """Number of steps done at each place in `epochs`, given the steps of every epoch.

    0.5 is the middle of the first epoch, 1 its end. Raises `InputError` for a place outside the run.
    """
    if min(epochs) < 0 or max(epochs) > len(batches):
        raise InputError(
            f"gradients.track.epochs: {max(epochs):g} lies beyond the {len(batches)} epochs of the training"
        )
    before = [0, *np.cumsum(batches).tolist()]
    return {e: round(np.interp(e, range(len(before)), before)) for e in epochs}


def snapshot_name(epoch: float) -> str:
    """File name of the weights at a place in the run: `epoch0.5.safetensors`."""
    return f"epoch{epoch:g}.safetensors"


def _save_due(classifier: Classifier, steps: dict[float, int], done: int, folder: Path) -> None:
    for epoch, step in steps.items():
        path = folder / snapshot_name(epoch)
        if step == done and is_main_process() and not path.exists():
            save_snapshot(path, classifier)
            log.info("snapshot after step %d (epoch %g)", done, epoch)
