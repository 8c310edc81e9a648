"""Every snapshot of one training measured on both splits: loss, accuracy, first-order saliency."""

import logging
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from reckon.gradients.controls import frequency_classes
from reckon.gradients.encoded import Encoded, chosen
from reckon.gradients.model import Classifier, load_snapshot
from reckon.gradients.saliency import PUBLISHED_COLUMNS, published_saliency, saliency, summaries

log = logging.getLogger(__name__)


class Tracked(NamedTuple):
    """One row a pair and kind of words; one a snapshot and split; and what the original's variant says."""

    saliency: pd.DataFrame
    losses: pd.DataFrame
    originals: pd.DataFrame


def tracked(
    model: Classifier,
    snapshots: Mapping[float, Path],
    splits: Mapping[str, tuple[list[Encoded], int]],
    *,
    essential: str,
    published: bool,
) -> Tracked:
    """Measure `model` with the weights of each snapshot (epoch -> file) on so many pairs of each split.

    `essential` is the rule of the mask; words are matched within classes of their frequency in the training
    pairs. `published`: also the original's type-level variant.
    """
    classes = frequency_classes(pair.ids for pair in splits["training"][0])
    parts = {split: chosen(pairs, count, seed=0) for split, (pairs, count) in splits.items()}
    rows, losses, originals = [], [], []
    for epoch, path in snapshots.items():
        load_snapshot(path, model)
        for split, pairs in parts.items():
            start, key = time.monotonic(), {"epoch": epoch, "split": split}
            measured = list(saliency(model, pairs))
            rows += [key | row for row in summaries(measured, essential, classes)]
            losses.append(key | _means(measured))
            originals += [key | row for row in published_saliency(model, pairs)] if published else []
            rate = len(pairs) / (time.monotonic() - start)
            log.info("epoch %g, %s: %d pairs, %.1f pairs/s", epoch, split, len(pairs), rate)
    columns = ["epoch", "split", *PUBLISHED_COLUMNS]
    return Tracked(pd.DataFrame(rows), pd.DataFrame(losses), pd.DataFrame(originals, columns=columns))


def _means(measured: list[Any]) -> dict[str, float]:
    return {
        "loss": sum(one.loss for one in measured) / len(measured),
        "accuracy": sum(one.correct for one in measured) / len(measured),
        "n": len(measured),
    }
