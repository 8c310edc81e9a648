"""Training a reader: what it sees in each epoch, with which labels, and how often it was right."""

import logging
from pathlib import Path
from typing import Any

import numpy as np
import torch

from reckon.config.settings import Negatives, Training
from reckon.nn.batches import length_batches
from reckon.nn.train import fit
from reckon.qa.features import Sequence, TokenPages
from reckon.qa.model import IGNORED, Reader, collate, reader_loss, require_window
from reckon.qa.pages import NONE, SHORT
from reckon.qa.sampling import Distribution, draw_epoch

log = logging.getLogger(__name__)

ACCURACIES = ("start", "end", "answer_class")


def train_reader(
    reader: Reader,
    tokens: TokenPages,
    distribution: Distribution,
    negatives: Negatives,
    settings: Training,
    *,
    pages: int | None,
    seed: int,
    checkpoint: Path,
    device: str,
) -> list[dict[str, float]]:
    """Train `reader` in place on positives and drawn negatives; return its record by epoch.

    `pages` limits training to a seeded choice of that many pages (None: all). Pages whose short
    answer does not fit the window are left out. The record holds the running accuracy of training
    (deck, "Performance in Training") and loss of each head.
    """
    require_window(reader, settings.max_tokens)
    trainable = fitting(tokens, settings.max_tokens) & _chosen(len(tokens), pages, seed)
    log.info("%d of %d pages are trained on", trainable.sum(), len(tokens))
    epochs = [
        draw_epoch(
            tokens,
            distribution,
            exponent=negatives.exponent,
            null_pages_per_answered=negatives.null_pages_per_answered,
            trainable=trainable,
            seed=seed,
            epoch=epoch,
        )
        for epoch in range(settings.epochs)
    ]
    plan = [
        length_batches(
            tokens.lengths(pairs, settings.max_tokens),
            settings.tokens_per_batch,
            np.random.default_rng([seed, epoch, 1]),
        )
        for epoch, pairs in enumerate(epochs)
    ]

    def batch(epoch: int, indices: np.ndarray) -> dict[str, torch.Tensor]:
        return labelled_batch(tokens, epochs[epoch][indices], settings.max_tokens)

    sums = fit(reader, plan, batch, reader_loss, settings, seed=seed, checkpoint=checkpoint, device=device)
    return [_record(epoch, counts, len(epochs[epoch])) for epoch, counts in enumerate(sums)]


def fitting(tokens: TokenPages, max_tokens: int) -> np.ndarray:
    """(pages,) whether the page's short answer, if it has one, lies inside its candidate's window."""
    fits = np.ones(len(tokens), dtype=bool)
    for page in np.flatnonzero(tokens.answer_class == SHORT):
        candidate = int(tokens.gold_candidate[page])
        sequence = tokens.sequence(int(page), candidate, max_tokens)
        fits[page] = tokens.answer[page, 1] - tokens.span(int(page), candidate)[0] <= sequence.words
    return fits


def _chosen(count: int, wanted: int | None, seed: int) -> np.ndarray:
    chosen = np.ones(count, dtype=bool)
    if wanted is not None and wanted < count:
        chosen[np.random.default_rng([seed, count]).permutation(count)[wanted:]] = False
    return chosen


def labelled_batch(tokens: TokenPages, pairs: np.ndarray, max_tokens: int) -> dict[str, torch.Tensor]:
    """Inputs of `Reader.forward` for `pairs` (n, 2) and the labels start, end, answer_class (n,).

    The annotated candidate has the page's class and, for a short answer, the positions of its first
    and last token; every other candidate has class NONE and no span.
    """
    sequences = [tokens.sequence(page, candidate, max_tokens) for page, candidate in pairs.tolist()]
    labels = [
        _labels(tokens, page, candidate, sequence)
        for (page, candidate), sequence in zip(pairs.tolist(), sequences, strict=True)
    ]
    columns = torch.tensor(labels, dtype=torch.int64).unbind(1)
    return collate(sequences) | dict(zip(ACCURACIES, columns, strict=True))


def _labels(tokens: TokenPages, page: int, candidate: int, sequence: Sequence) -> tuple[int, int, int]:
    if candidate != tokens.gold_candidate[page]:
        return IGNORED, IGNORED, NONE
    answer_class = int(tokens.answer_class[page])
    if answer_class != SHORT:
        return IGNORED, IGNORED, answer_class
    base = tokens.span(page, candidate)[0]
    first, last = (int(word) - base for word in tokens.answer[page])
    if last > sequence.words:
        return IGNORED, IGNORED, IGNORED
    # A word without tokens is at -1, which is IGNORED: an answer that starts in a dropped tag has no label.
    return int(sequence.first_token[first]), int(sequence.last_token[last - 1]), answer_class


def _record(epoch: int, counts: dict[str, float], sequences: int) -> dict[str, Any]:
    record: dict[str, Any] = {"epoch": epoch + 1, "sequences": sequences}
    for name in ACCURACIES:
        n = counts[f"{name}_n"]
        record[f"{name}_n"] = int(n)
        record[f"{name}_accuracy"] = counts[f"{name}_correct"] / n if n else float("nan")
        record[f"{name}_loss"] = counts[f"{name}_loss"] / n if n else float("nan")
    record["none_share"] = counts["none_n"] / max(1.0, counts["answer_class_n"])
    return record
