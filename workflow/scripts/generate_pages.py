"""Write the training or the evaluation pages of the miniature Natural Questions corpus."""

import argparse
from pathlib import Path

from reckon.data.miniature.pages import pages
from reckon.files.writing import write_jsonl
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all


def main() -> None:
    """Parse the arguments, generate, write atomically."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--split", choices=("training", "evaluation"), required=True)
    parser.add_argument(
        "--training-pages", type=int, default=300, help="with one annotation each (default 300)"
    )
    parser.add_argument("--evaluation-pages", type=int, default=120, help="with five each (default 120)")
    parser.add_argument("--least-candidates", type=int, default=10, help="a page (default 10)")
    parser.add_argument("--most-candidates", type=int, default=16, help="a page (default 16)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    training = a.split == "training"
    generated = pages(
        a.training_pages if training else a.evaluation_pages,
        a.seed,
        first=0 if training else a.training_pages,
        annotators=1 if training else 5,
        candidates=(a.least_candidates, a.most_candidates),
    )
    write_jsonl(a.out, generated)
    stamp_all([a.out], [], own_code(), settings_of(a))


if __name__ == "__main__":
    run(main)
