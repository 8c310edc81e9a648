"""Second derivatives between words at several places of one training, and of its controls."""

import argparse
import json
import logging
import time
from pathlib import Path
from typing import Any

import pandas as pd

from reckon.files.writing import writing
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all, stamped_files

log = logging.getLogger(__name__)


def main() -> None:
    """Parse, score the evaluation pairs and the deck's sentence in every state, write two tables."""
    args = _options().parse_args()
    shares, deck = _scored(args)
    for path, table in ((args.shares, shares), (args.deck, deck)):
        with writing(path) as out:
            table.to_csv(out, index=False)
    from reckon.gradients.training import snapshot_name

    used = [args.snapshots / snapshot_name(epoch) for epoch in args.epochs]
    read = [*used, args.evaluation, *stamped_files(args.encoder)]
    stamp_all([args.shares, args.deck], read, own_code(), settings_of(args))


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--snapshots", type=Path, required=True, help="folder")
    parser.add_argument("--epochs", type=float, nargs="+", required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--classifier", type=json.loads, required=True, help="its settings as JSON")
    parser.add_argument("--evaluation", type=Path, required=True, help="prepared pairs")
    parser.add_argument("--evaluation-pairs", type=int, required=True, help="score so many of them")
    parser.add_argument("--essential", required=True, help="rule of the mask: union, majority or first")
    parser.add_argument("--scoring", type=json.loads, required=True, help="target, at, score, … as JSON")
    parser.add_argument("--deck-scoring", type=json.loads, required=True, help="of the deck's sentence")
    parser.add_argument("--controls", action="store_true", help="random head and random encoder as well")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--shares", type=Path, required=True)
    parser.add_argument("--deck", type=Path, required=True)
    return parser


def _scored(args: argparse.Namespace) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shares of each pair in each state, and every pair of the deck's sentence."""
    import torch

    from reckon.gradients.encoded import chosen, read_encoded
    from reckon.gradients.relations import deck_rows, function_words, share_rows, states
    from reckon.nn.devices import resolve
    from reckon.nn.encoders import load_tokenizer

    torch.set_num_threads(args.threads)
    tokenizer = load_tokenizer(args.encoder, "drop")
    pairs = chosen(read_encoded(args.evaluation), args.evaluation_pairs, seed=1)
    words = function_words()
    shares, deck = [], []
    for state, epoch, model in states(
        args.encoder, args.classifier, args.snapshots, args.epochs, controls=args.controls, seed=args.seed
    ):
        model.to(resolve(args.device))
        start, key = time.monotonic(), {"state": state, "epoch": epoch}
        scoring = {"rule": args.essential, "words": words, "seed": args.seed}
        scores = list(share_rows(model, pairs, args.scoring, **scoring))
        shares += [key | row for row in scores]
        _report(key, sum(row["products"] for row in scores), time.monotonic() - start)
        deck += [key | row for row in deck_rows(model, tokenizer, args.deck_scoring, seed=args.seed)]
    return pd.DataFrame(shares), pd.DataFrame(deck)


def _report(key: dict[str, Any], products: int, seconds: float) -> None:
    log.info(
        "%s, epoch %g: %d Hessian-vector products, %.1f a second", *key.values(), products, products / seconds
    )


if __name__ == "__main__":
    run(main)
