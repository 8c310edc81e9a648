"""Logits of windows by a trained reader: batches of like length, longest first, then back in order."""

import logging
import time
from collections.abc import Iterator

import numpy as np
import torch

from reckon.nn.batches import length_batches
from reckon.nn.encoders import require_positions
from reckon.nn.precision import Arithmetic, resolve
from reckon.squad.model import SpanReader, batch_of
from reckon.squad.tokens import TokenParagraphs
from reckon.squad.windows import Windows

log = logging.getLogger(__name__)

# Windows are scored in blocks of this many, so that logits stream out in order and memory stays bounded.
_BLOCK = 16384


def logits_of(
    reader: SpanReader,
    tokens: TokenParagraphs,
    windows: Windows,
    *,
    tokens_per_batch: int,
    precision: str,
    device: str = "cpu",
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield start and end logits (length,), (length,) of every window, in their order; float32."""
    device = resolve(device)
    require_positions(reader.config, int(windows.length.max(initial=0)))
    arithmetic = Arithmetic(precision, device)
    arithmetic.cast(reader)
    reader.to(device).eval()
    start = time.monotonic()
    for low in range(0, len(windows), _BLOCK):
        block = np.arange(low, min(low + _BLOCK, len(windows)))
        rows: list[tuple[np.ndarray, np.ndarray] | None] = [None] * len(block)
        for chosen in length_batches(windows.length[block], tokens_per_batch):
            batch = batch_of(tokens, windows, block[chosen])
            for i, pair in zip(chosen.tolist(), _forward(reader, batch, arithmetic), strict=True):
                rows[i] = pair
        seconds, done = time.monotonic() - start, int(windows.length[: block[-1] + 1].sum())
        log.info("%d/%d windows, %.0f tokens/s", block[-1] + 1, len(windows), done / seconds)
        yield from (row for row in rows if row is not None)


def _forward(
    reader: SpanReader, batch: dict[str, torch.Tensor], arithmetic: Arithmetic
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    moved = {name: tensor.to(arithmetic.device) for name, tensor in batch.items()}
    with torch.inference_mode(), arithmetic.products(), arithmetic.autocast():
        start, end = (logits.cpu().numpy() for logits in reader(**moved))
    lengths = batch["attention_mask"].sum(1).tolist()
    yield from ((s[:n], e[:n]) for s, e, n in zip(start, end, lengths, strict=True))
