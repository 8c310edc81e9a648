"""Train a reader on positives and negatives drawn within the page."""

import argparse
import json
from pathlib import Path

from reckon.config.settings import Negatives, Training
from reckon.files.hashes import fingerprint, sha256
from reckon.files.writing import writing
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all, stamped_files


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tokens", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--negatives", type=Path, help="distribution of negatives; none: uniform")
    parser.add_argument(
        "--reader", type=json.loads, required=True, help="layers, features, dropout, … as JSON"
    )
    parser.add_argument("--sampler", type=json.loads, required=True, help="section Negatives as JSON")
    parser.add_argument(
        "--training",
        type=json.loads,
        required=True,
        help="section Training as JSON, without checkpoint_minutes",
    )
    parser.add_argument("--pages", type=int)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--checkpoints", type=Path, required=True)
    parser.add_argument("--checkpoint-minutes", type=float, required=True)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args()


def main() -> None:
    """Train, write the record and, last, the weights."""
    args = arguments()

    import torch

    from reckon.nn.train import is_main_process
    from reckon.qa.features import TokenPages
    from reckon.qa.model import new_reader, save_reader
    from reckon.qa.sampling import read_distribution, uniform
    from reckon.qa.training import train_reader

    torch.set_num_threads(args.threads)
    tokens = TokenPages(args.tokens)
    distribution = read_distribution(args.negatives) if args.negatives else uniform(tokens)
    inputs = [
        sha256(path) for path in (args.tokens, args.negatives, args.encoder / "model.safetensors") if path
    ]
    settings = [args.reader, args.sampler, args.training, args.pages, args.seed, inputs]
    checkpoint = args.checkpoints / f"{fingerprint(settings)[:16]}-seed{args.seed}.pt"
    reader = new_reader(args.encoder, args.reader, seed=args.seed)
    record = train_reader(
        reader,
        tokens,
        distribution,
        Negatives(**args.sampler),
        Training(**args.training, checkpoint_minutes=args.checkpoint_minutes),
        pages=args.pages,
        seed=args.seed,
        checkpoint=checkpoint,
        device=args.device,
    )
    if not is_main_process():  # of several processes one writes
        return
    with writing(args.record) as out:
        json.dump(record, out, indent=1)
    save_reader(args.out, reader, args.reader)
    read = [args.tokens, *([args.negatives] if args.negatives else []), *stamped_files(args.encoder)]
    stamp_all([args.record, args.out], read, own_code(), settings_of(args))
    checkpoint.unlink(missing_ok=True)


if __name__ == "__main__":
    run(main)
