"""Ensemble: weighted mean of the word and class probabilities of several models on the survivors."""

import argparse
from pathlib import Path

from reckon.qa.probabilities import average, read_probabilities, write_probabilities
from reckon.qa.survivors import read_survivors
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all


def main() -> None:
    """Parse, average, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--survivors", type=Path, required=True)
    parser.add_argument("--probabilities", type=Path, nargs="+", required=True)
    parser.add_argument("--weights", type=float, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    if len(args.weights) != len(args.probabilities):
        parser.error("give one weight for each file of probabilities")
    kept = {(example_id, candidate) for example_id, candidate, _ in read_survivors(args.survivors)}
    models = [
        (row for row in read_probabilities(path) if (row.example_id, row.candidate) in kept)
        for path in args.probabilities
    ]
    write_probabilities(args.out, average(models, args.weights))
    stamp_all([args.out], [args.survivors, *args.probabilities], own_code(), settings_of(args))


if __name__ == "__main__":
    run(main)
