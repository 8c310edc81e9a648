"""Probabilities of candidates by a trained reader: of all pages, or of the survivors of a sift."""

import argparse
from pathlib import Path

from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all, stamped_files


def main() -> None:
    """Parse, score, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--survivors", type=Path, help="score only these candidates")
    parser.add_argument("--classes-only", action="store_true", help="leave out the word probabilities")
    parser.add_argument("--tokens-per-batch", type=int, required=True)
    parser.add_argument("--max-tokens", type=int, required=True)
    parser.add_argument("--precision", choices=("fp32", "bf16", "fp16"), required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()

    import torch

    from reckon.qa.features import TokenPages
    from reckon.qa.model import load_reader
    from reckon.qa.probabilities import write_probabilities
    from reckon.qa.score import score
    from reckon.qa.survivors import read_survivors, surviving_pairs

    torch.set_num_threads(args.threads)
    tokens = TokenPages(args.tokens)
    pairs = surviving_pairs(tokens, read_survivors(args.survivors)) if args.survivors else tokens.pairs()
    rows = score(
        load_reader(args.model, args.encoder),
        tokens,
        pairs,
        tokens_per_batch=args.tokens_per_batch,
        max_tokens=args.max_tokens,
        precision=args.precision,
        device=args.device,
        words=not args.classes_only,
    )
    write_probabilities(args.out, rows)
    read = [args.tokens, args.model, *([args.survivors] if args.survivors else [])]
    stamp_all([args.out], [*read, *stamped_files(args.encoder)], own_code(), settings_of(args))


if __name__ == "__main__":
    run(main)
