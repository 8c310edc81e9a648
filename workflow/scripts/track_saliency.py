"""Loss, accuracy and first-order saliency of every snapshot of one training, pair by pair."""

import argparse
import json
import logging
import time
from pathlib import Path
from typing import Any

import pandas as pd

from reckon.files.writing import replaced, writing
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all, stamped_files

log = logging.getLogger(__name__)


def main() -> None:
    """Parse, measure each snapshot on both splits, write three tables."""
    args = _options().parse_args()
    from reckon.gradients.training import snapshot_name

    rows, losses, originals = _measured(args)
    with replaced(args.saliency) as temporary:
        rows.to_parquet(temporary, index=False)
    for path, table in ((args.losses, losses), (args.originals, originals)):
        with writing(path) as out:
            table.to_csv(out, index=False)
    states = [args.snapshots / snapshot_name(epoch) for epoch in args.epochs]
    read = [*states, args.training, args.evaluation, *stamped_files(args.encoder)]
    stamp_all([args.saliency, args.losses, args.originals], read, own_code(), settings_of(args))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshots", type=Path, required=True, help="folder")
    parser.add_argument("--epochs", type=float, nargs="+", required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--classifier", type=json.loads, required=True, help="its settings as JSON")
    parser.add_argument("--training", type=Path, required=True, help="prepared pairs")
    parser.add_argument("--evaluation", type=Path, required=True)
    parser.add_argument("--training-pairs", type=int, required=True, help="measure so many of them")
    parser.add_argument("--evaluation-pairs", type=int, required=True)
    parser.add_argument("--essential", required=True, help="rule of the mask: union, majority or first")
    parser.add_argument("--published", action="store_true", help="the original's variant as well")
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--saliency", type=Path, required=True)
    parser.add_argument("--losses", type=Path, required=True)
    parser.add_argument("--originals", type=Path, required=True, help="of the published variant")
    return parser


def _measured(args: argparse.Namespace) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Saliency by pair, losses by snapshot and split, and what the original's variant says."""
    import torch

    from reckon.gradients.controls import frequency_classes
    from reckon.gradients.encoded import chosen, read_encoded
    from reckon.gradients.model import load_snapshot, new_classifier
    from reckon.gradients.saliency import PUBLISHED_COLUMNS, published_saliency, saliency, summaries
    from reckon.gradients.training import snapshot_name
    from reckon.nn.devices import resolve

    torch.set_num_threads(args.threads)
    training = read_encoded(args.training)
    classes = frequency_classes(pair.ids for pair in training)
    splits = {
        "training": chosen(training, args.training_pairs, seed=0),
        "evaluation": chosen(read_encoded(args.evaluation), args.evaluation_pairs, seed=0),
    }
    rows, losses, originals = [], [], []
    model = new_classifier(args.encoder, args.classifier, seed=0)
    for epoch in args.epochs:
        load_snapshot(args.snapshots / snapshot_name(epoch), model).to(resolve(args.device))
        for split, pairs in splits.items():
            start, key = time.monotonic(), {"epoch": epoch, "split": split}
            measured = list(saliency(model, pairs))
            rows += [key | row for row in summaries(measured, args.essential, classes)]
            losses.append(key | _means(measured))
            originals += [key | row for row in published_saliency(model, pairs)] if args.published else []
            _report(key, len(pairs), time.monotonic() - start)
    columns = ["epoch", "split", *PUBLISHED_COLUMNS]
    return pd.DataFrame(rows), pd.DataFrame(losses), pd.DataFrame(originals, columns=columns)


def _means(measured: list[Any]) -> dict[str, float]:
    return {
        "loss": sum(one.loss for one in measured) / len(measured),
        "accuracy": sum(one.correct for one in measured) / len(measured),
        "n": len(measured),
    }


def _report(key: dict[str, Any], pairs: int, seconds: float) -> None:
    log.info("epoch %g, %s: %d pairs, %.1f pairs/s", key["epoch"], key["split"], pairs, pairs / seconds)


if __name__ == "__main__":
    run(main)
