"""Keep the candidates that the fast model finds likely, and measure what that loses."""

import argparse
import json
from dataclasses import asdict
from pathlib import Path

from reckon.files.writing import writing
from reckon.qa.features import TokenPages
from reckon.qa.probabilities import read_probabilities
from reckon.qa.sift import report, survivors
from reckon.qa.survivors import write_survivors
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all


def main() -> None:
    """Parse, sift, write the survivors and, last, the measurement."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--probabilities", type=Path, required=True)
    parser.add_argument("--keep", type=int, required=True)
    parser.add_argument("--min-probability", type=float, required=True)
    parser.add_argument("--max-tokens", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--report", type=Path, required=True)
    args = parser.parse_args()
    rows = read_probabilities(args.probabilities)
    kept = list(survivors(rows, keep=args.keep, min_probability=args.min_probability))
    write_survivors(args.out, kept)
    measured = report(TokenPages(args.tokens), kept, args.max_tokens)
    with writing(args.report) as out:
        json.dump(asdict(measured), out, indent=1)
    stamp_all([args.out, args.report], [args.tokens, args.probabilities], own_code(), settings_of(args))


if __name__ == "__main__":
    run(main)
