"""Gather all runs into tidy tables, and the scores of the deck's sentence beside the deck's cells."""

import argparse
from pathlib import Path

from reckon.files.writing import writing
from reckon.gradients import frames
from reckon.gradients.frames import read_frame, read_runs
from reckon.gradients.results import curves, deck_metrics, mean_shares, pair_shares, tracking
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all
from reckon.tables.metrics import write_metrics


def main() -> None:
    """Parse, gather, write the tables and, last, the metrics."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saliency", type=Path, nargs="+", required=True)
    parser.add_argument("--losses", type=Path, nargs="+", required=True)
    parser.add_argument("--originals", type=Path, nargs="+", required=True)
    parser.add_argument("--shares", type=Path, nargs="+", required=True)
    parser.add_argument("--deck", type=Path, nargs="+", required=True)
    parser.add_argument("--reported", type=Path, required=True, help="folder of the transcription")
    parser.add_argument("--scale", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of the tables")
    parser.add_argument("--lock", type=Path, help="pins of the environment, for the sidecar")
    args = parser.parse_args()
    deck = read_runs(args.deck, frames.DECK)
    tracked = tracking(
        read_runs(args.saliency, frames.SALIENCY),
        read_runs(args.losses, frames.LOSSES),
        read_runs(args.originals, frames.ORIGINALS),
    )
    shares = pair_shares(read_runs(args.shares, frames.SHARES))
    tables = {
        "tracking": tracked,
        "curves": curves(tracked),
        "pairs": shares,
        "relations": mean_shares(shares),
        "deck_pairs": deck,
    }
    for name, table in tables.items():
        with writing(args.out / f"{name}.csv") as out:
            table.to_csv(out, index=False)
    trained = [path for path in args.deck if path.parts[-3] == "labels"]
    seeds = [int(path.parts[-2].removeprefix("seed")) for path in trained]
    runs = [(path, seed, read_frame(path, frames.DECK)) for path, seed in zip(trained, seeds, strict=True)]
    metrics = deck_metrics(runs, args.reported, scale=args.scale, data=args.data)
    write_metrics(args.out / "metrics.csv", metrics)
    written = [args.out / f"{name}.csv" for name in (*tables, "metrics")]
    read = [*args.saliency, *args.losses, *args.originals, *args.shares, *args.deck]
    stamp_all(written, read, own_code(), settings_of(args), args.lock)


if __name__ == "__main__":
    run(main)
