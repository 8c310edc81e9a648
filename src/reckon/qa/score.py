"""Scoring candidates with a trained reader: batches of like length, longest first, then back in order."""

import logging
import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import torch

from reckon.nn.batches import length_batches
from reckon.nn.precision import Arithmetic, resolve
from reckon.qa.features import Sequence, TokenPages
from reckon.qa.model import Reader, collate, require_window
from reckon.qa.probabilities import Probabilities

log = logging.getLogger(__name__)

# Pairs are scored in blocks of this many, so that results stream out in order and memory stays bounded.
_BLOCK = 16384


def score(
    reader: Reader,
    tokens: TokenPages,
    pairs: np.ndarray,
    *,
    tokens_per_batch: int,
    max_tokens: int,
    precision: str,
    device: str = "cpu",
    words: bool = True,
) -> Iterator[Probabilities]:
    """Yield the probabilities of `pairs` (n, 2: page, candidate) in their order.

    Without `words` only the class probabilities are kept, which is all that sampling needs; the word
    rows are then empty.
    """
    device = resolve(device)
    require_window(reader, max_tokens)
    arithmetic = Arithmetic(precision, device)
    arithmetic.cast(reader)
    reader.to(device).eval()
    start, total = time.monotonic(), 0
    for low in range(0, len(pairs), _BLOCK):
        block = pairs[low : low + _BLOCK]
        lengths = tokens.lengths(block, max_tokens)
        rows: list[Probabilities | None] = [None] * len(block)
        for batch in length_batches(lengths, tokens_per_batch):
            sequences = [
                tokens.sequence(page, candidate, max_tokens) for page, candidate in block[batch].tolist()
            ]
            for i, sequence, outputs in zip(
                batch, sequences, _forward(reader, sequences, arithmetic), strict=True
            ):
                page, candidate = block[i].tolist()
                row = _by_word(tokens.example_id[page], candidate, sequence, outputs)
                rows[i] = row if words else replace(row, start=row.start[:0], end=row.end[:0])
        total += int(lengths.sum())
        seconds = time.monotonic() - start
        done = low + len(block)
        log.info(
            "%d/%d sequences, %.1f sequences/s %.0f tokens/s",
            done,
            len(pairs),
            done / seconds,
            total / seconds,
        )
        yield from (row for row in rows if row is not None)


def _forward(
    reader: Reader, sequences: list[Sequence], arithmetic: Arithmetic
) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Class, start and end probabilities of each sequence; (5,), (length,), (length,)."""
    batch = {name: tensor.to(arithmetic.device) for name, tensor in collate(sequences).items()}
    with torch.inference_mode(), arithmetic.products(), arithmetic.autocast():
        start, end, classes = reader(**batch)
    outputs = [torch.softmax(logits, -1).float().cpu().numpy() for logits in (classes, start, end)]
    yield from zip(*outputs, strict=True)


def _by_word(
    example_id: str, candidate: int, sequence: Sequence, outputs: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> Probabilities:
    """Token probabilities to word probabilities; a word without tokens (a tag) has probability 0."""
    classes, start, end = outputs
    has_tokens = sequence.first_token >= 0
    return Probabilities(
        example_id,
        candidate,
        classes,
        np.where(has_tokens, np.nan_to_num(start[sequence.first_token]), 0.0).astype(np.float32),
        np.where(has_tokens, np.nan_to_num(end[sequence.last_token]), 0.0).astype(np.float32),
    )
