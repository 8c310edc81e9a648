"""Within-page distribution of negative candidates from their answer probabilities."""

import argparse
import logging
from pathlib import Path

import numpy as np

from reckon.errors import InputError
from reckon.qa.features import TokenPages
from reckon.qa.probabilities import read_answer_probabilities
from reckon.qa.sampling import effective_negatives, normalise, write_distribution
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all


def main() -> None:
    """Parse, normalise, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--probabilities", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    tokens = TokenPages(args.tokens)
    ids, candidates, probabilities = read_answer_probabilities(args.probabilities)
    pairs = tokens.pairs()
    names = tokens.example_id
    if [names[page] for page in pairs[:, 0]] != ids or (candidates != pairs[:, 1]).any():
        raise InputError(f"{args.probabilities}: not of the pages in {args.tokens}; run its rule again")
    distribution = normalise(tokens, pairs, probabilities)
    for exponent in (0.0, 0.5, 1.0, 2.0):
        effective = np.median(effective_negatives(distribution, exponent))
        logging.info("exponent %g: median effective number of negatives a page %.1f", exponent, effective)
    write_distribution(args.out, distribution)
    stamp_all([args.out], [args.tokens, args.probabilities], own_code(), settings_of(args))


if __name__ == "__main__":
    run(main)
