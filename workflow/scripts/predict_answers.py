"""Read one answer a page off the candidates' probabilities, in the official prediction format."""

import argparse
from pathlib import Path

from reckon.qa.answer import predict
from reckon.qa.label_files import write_predictions
from reckon.qa.pages import read_pages
from reckon.qa.probabilities import read_probabilities
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp


def main() -> None:
    """Parse, predict, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--probabilities", type=Path, required=True)
    parser.add_argument("--span-search", choices=("joint", "independent"), required=True)
    parser.add_argument("--max-answer-words", type=int, required=True)
    parser.add_argument("--drop-yes-no", action="store_true", help="as the original did")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lock", type=Path, help="pins of the environment, for the sidecar")
    args = parser.parse_args()
    predictions = predict(
        read_pages(args.pages),
        read_probabilities(args.probabilities),
        span_search=args.span_search,
        max_answer_words=args.max_answer_words,
        yes_no=not args.drop_yes_no,
    )
    write_predictions(args.out, predictions)
    stamp(
        args.out,
        [args.pages, args.probabilities],
        own_code(),
        {
            "span_search": args.span_search,
            "max_answer_words": args.max_answer_words,
            "yes_no": not args.drop_yes_no,
        },
        args.lock,
    )


if __name__ == "__main__":
    run(main)
