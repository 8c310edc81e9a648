"""Fine-tuning a span reader on windows: what it sees in each epoch, and how often it was right."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import torch

from reckon.config.settings import Training
from reckon.nn.batches import length_batches
from reckon.nn.encoders import require_positions
from reckon.nn.precision import Arithmetic
from reckon.nn.train import fit
from reckon.squad.model import SpanReader, batch_of, span_loss
from reckon.squad.tokens import UNPLACED, TokenParagraphs
from reckon.squad.windows import NULL, Windows, labels, windows_of

log = logging.getLogger(__name__)


def train_reader(
    reader: SpanReader,
    tokens: TokenParagraphs,
    settings: Training,
    *,
    stride: int,
    questions: int | None,
    seed: int,
    checkpoint: Path,
    device: str,
    arithmetic: Arithmetic | None = None,
) -> dict[str, Any]:
    """Train `reader` in place on every window of `questions` questions, drawn by the seed (None: of all).

    Returns what was trained on and left out, and by epoch the running loss and accuracies of training. An
    epoch in which nothing was finite has none. Raises what `fit` raises.
    """
    require_positions(reader.config, settings.max_tokens)
    windows, label = trainable(tokens, settings.max_tokens, stride, drawn(len(tokens), questions, seed))
    plan = [
        length_batches(windows.length, settings.tokens_per_batch, np.random.default_rng([seed, epoch, 1]))
        for epoch in range(settings.epochs)
    ]

    def batch(_: int, rows: np.ndarray) -> dict[str, torch.Tensor]:
        return labelled_batch(tokens, windows, label, rows)

    sums = fit(
        reader,
        plan,
        batch,
        span_loss,
        settings,
        seed=seed,
        checkpoint=checkpoint,
        device=device,
        arithmetic=arithmetic,
    )
    return {
        "questions": len(np.unique(windows.question)),
        "left_out": int((tokens.answers[:, 0] == UNPLACED).sum()),
        "windows": len(windows),
        "answered": int((label[:, 0] != NULL).sum()),
        "tokens": int(windows.length.sum()),
        "steps": sum(map(len, plan)),
        "epochs": [_record(counts) for counts in sums],
    }


def labelled_batch(
    tokens: TokenParagraphs, windows: Windows, label: np.ndarray, rows: np.ndarray
) -> dict[str, torch.Tensor]:
    """Inputs of `SpanReader.forward` for some windows, and their positions `start` and `end` (rows,)."""
    places = dict(zip(("start", "end"), torch.from_numpy(label[rows]).unbind(1), strict=True))
    return batch_of(tokens, windows, rows) | places


def drawn(count: int, wanted: int | None, seed: int) -> np.ndarray:
    """(count,) mask of `wanted` of so many questions; a larger draw of the same seed holds the smaller."""
    chosen = np.ones(count, dtype=bool)
    if wanted is not None and wanted < count:
        chosen[np.random.default_rng([seed, count]).permutation(count)[wanted:]] = False
    return chosen


def trainable(
    tokens: TokenParagraphs, max_tokens: int, stride: int, chosen: np.ndarray
) -> tuple[Windows, np.ndarray]:
    """Windows of the `chosen` questions whose answer stands in its context, and their labels (windows, 2)."""
    windows = windows_of(tokens, max_tokens=max_tokens, stride=stride)
    label = labels(tokens, windows)
    kept = (label[:, 0] != UNPLACED) & chosen[windows.question]
    log.info("%d of %d windows are trained on", kept.sum(), len(windows))
    return windows.chosen(kept), label[kept]


def _record(counts: dict[str, float]) -> dict[str, Any]:
    n, answered = counts.get("n", 0), counts.get("answered_n", 0)
    record: dict[str, Any] = {"n": int(n), "answered_n": int(answered)}
    for name in ("start", "end"):
        record[f"{name}_loss"] = counts[f"{name}_loss"] / n if n else None
        record[f"{name}_accuracy"] = counts[f"{name}_correct"] / n if n else None
        right = counts.get(f"{name}_answered_correct", 0)
        record[f"{name}_answered_accuracy"] = right / answered if answered else None
    return record
