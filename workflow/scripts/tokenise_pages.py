"""Tokenise pages once; every later step slices the token file."""

import argparse
import logging
from pathlib import Path

from reckon.nn.encoders import load_tokenizer
from reckon.qa.features import template_of, tokenise, write_tokens
from reckon.qa.pages import read_pages
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all, stamped_files


def main() -> None:
    """Parse, tokenise, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--markup", choices=("drop", "tokens"), required=True)
    parser.add_argument("--question-tokens", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    tokenizer = load_tokenizer(args.encoder, args.markup)
    rows = tokenise(
        read_pages(args.pages), tokenizer, markup=args.markup, question_tokens=args.question_tokens
    )
    logging.info("%d pages tokenised", write_tokens(args.out, rows, template_of(tokenizer)))
    stamp_all([args.out], [args.pages, *stamped_files(args.encoder)], own_code(), settings_of(args))


if __name__ == "__main__":
    run(main)
