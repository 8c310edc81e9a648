"""A sampler against uniform: paired difference over seeds and questions, and what each sampler draws."""

import argparse
import json
from pathlib import Path

from reckon.files.writing import writing
from reckon.qa.comparison import draws, f1_difference, read_counts, recall_difference
from reckon.qa.features import TokenPages
from reckon.qa.sampling import read_distribution
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all


def main() -> None:
    """Parse, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--uniform", type=Path, nargs="+", required=True, help="by_page.csv of each seed")
    parser.add_argument("--other", type=Path, nargs="+", required=True, help="the same seeds")
    parser.add_argument("--negatives", type=Path, nargs="+", required=True)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--exponent", type=float, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    uniform, other = ([read_counts(path) for path in paths] for paths in (args.uniform, args.other))
    tokens = TokenPages(args.tokens)
    distribution = read_distribution(args.negatives[0])
    result = {
        "seeds": len(uniform),
        "questions": len(uniform[0].example_id),
        "answered": int(uniform[0].answered.sum()),
        "micro_f1": f1_difference(uniform, other)._asdict(),
        "recall_at_1": recall_difference(uniform, other)._asdict(),
        "draws_uniform": draws(tokens, distribution, 0.0),
        "draws_other": draws(tokens, distribution, args.exponent),
    }
    with writing(args.out) as out:
        json.dump(result, out, indent=1)
    read = [*args.uniform, *args.other, *args.negatives, args.tokens]
    stamp_all([args.out], read, own_code(), settings_of(args))


if __name__ == "__main__":
    run(main)
