"""Write the training or the evaluation pairs of the miniature e-SNLI."""

import argparse
import csv
from pathlib import Path

from reckon.data.miniature.nli import COLUMNS, pairs
from reckon.files.writing import writing
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all


def main() -> None:
    """Parse, generate, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("training", "evaluation"), required=True)
    parser.add_argument("--pairs", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    training = args.split == "training"
    # Splits are told apart by the seed: even ones train, odd ones evaluate.
    rows = pairs(args.pairs, 2 * args.seed + (not training), annotators=1 if training else 3)
    with writing(args.out) as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    stamp_all([args.out], [], own_code(), settings_of(args))


if __name__ == "__main__":
    run(main)
