"""Predictions of a system without training: TF-IDF, the untrained encoder's cosine, or always blank."""

import argparse
from pathlib import Path

from reckon.qa import baselines
from reckon.qa.label_files import write_predictions
from reckon.qa.pages import read_pages
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all, stamped_files


def main() -> None:
    """Parse, predict, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--system", choices=("tfidf", "cosine", "blank"), required=True)
    parser.add_argument("--pages", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, help="for cosine")
    parser.add_argument("--max-tokens", type=int, default=256, help="for cosine")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lock", type=Path, help="pins of the environment, for the sidecar")
    args = parser.parse_args()
    pages = read_pages(args.pages)
    if args.system == "cosine":
        import torch

        from reckon.nn.embed import embedder

        torch.set_num_threads(args.threads)
        predictions = baselines.cosine(pages, embedder(args.encoder, max_tokens=args.max_tokens))
    else:
        predictions = {"tfidf": baselines.tfidf, "blank": baselines.always_blank}[args.system](pages)
    write_predictions(args.out, predictions)
    encoder = stamped_files(args.encoder) if args.encoder else []
    stamp_all([args.out], [args.pages, *encoder], own_code(), settings_of(args), args.lock)


if __name__ == "__main__":
    run(main)
