"""Tokenise sentence pairs and align the annotators' words with the tokens; count what is left out."""

import argparse
import json
from collections import Counter
from pathlib import Path

from reckon.data.esnli import read_pairs
from reckon.files.writing import writing
from reckon.gradients.encoded import chosen, encode_pairs, write_encoded
from reckon.nn.encoders import load_tokenizer
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all, stamped_files


def main() -> None:
    """Parse, read, encode, write pairs and counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, nargs="+", required=True, help="csv files of e-SNLI")
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--max-tokens", type=int, required=True)
    parser.add_argument("--need-highlights", action="store_true", help="leave out pairs without them")
    parser.add_argument("--pairs", type=int, help="at most so many, drawn by the seed; none: all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--counts", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    counts: Counter[str] = Counter()
    pairs = (pair for source in args.source for pair in read_pairs(source, counts))
    encoded = list(
        encode_pairs(
            pairs,
            load_tokenizer(args.encoder, "drop"),
            max_tokens=args.max_tokens,
            need_highlights=args.need_highlights,
            counts=counts,
        )
    )
    kept = encoded if args.pairs is None else chosen(encoded, args.pairs, args.seed)
    write_encoded(args.out, kept)
    with writing(args.counts) as out:
        json.dump({**counts, "written": len(kept)}, out, indent=1, sort_keys=True)
        out.write("\n")
    read = [*args.source, *stamped_files(args.encoder)]
    stamp_all([args.out, args.counts], read, own_code(), settings_of(args))


if __name__ == "__main__":
    run(main)
