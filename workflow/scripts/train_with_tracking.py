"""Train a classifier of sentence pairs; keep its weights at each place of a schedule."""

import argparse
import json
import shutil
from pathlib import Path

from reckon.config.settings import Training
from reckon.files.hashes import fingerprint, sha256
from reckon.files.writing import replaced, writing
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all, stamped_files


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--classifier", type=json.loads, required=True, help="layers, features, … as JSON")
    parser.add_argument("--training", type=json.loads, required=True, help="section Training as JSON")
    parser.add_argument("--epochs", type=float, nargs="+", required=True, help="places of the snapshots")
    parser.add_argument("--run", choices=("labels", "shuffled"), required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--checkpoints", type=Path, required=True)
    parser.add_argument("--checkpoint-minutes", type=float, required=True)
    parser.add_argument("--record", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of the snapshots")
    return parser.parse_args()


def main() -> None:
    """Train, write the snapshots and, last, the record."""
    args = arguments()

    import torch

    from reckon.gradients.encoded import read_encoded
    from reckon.gradients.model import new_classifier
    from reckon.gradients.training import snapshot_name, train_with_tracking
    from reckon.nn.train import is_main_process

    torch.set_num_threads(args.threads)
    inputs = [sha256(path) for path in (args.pairs, args.encoder / "model.safetensors")]
    settings = [args.classifier, args.training, args.epochs, args.run, args.seed, inputs]
    name = f"{fingerprint(settings)[:16]}-{args.run}-seed{args.seed}"
    checkpoint = args.checkpoints / f"{name}.pt"
    record = train_with_tracking(
        new_classifier(args.encoder, args.classifier, seed=args.seed),
        read_encoded(args.pairs),
        Training(**args.training, checkpoint_minutes=args.checkpoint_minutes),
        epochs=args.epochs,
        shuffle_labels=args.run == "shuffled",
        seed=args.seed,
        snapshots=args.checkpoints / name,
        checkpoint=checkpoint,
        device=args.device,
    )
    if not is_main_process():  # of several processes one writes
        return
    snapshots = [args.out / snapshot_name(epoch) for epoch in args.epochs]
    for path in snapshots:
        # Copies: until all is done, the next attempt looks for them beside the checkpoint.
        with replaced(path) as temporary:
            shutil.copyfile(args.checkpoints / name / path.name, temporary)
    with writing(args.record) as out:
        json.dump(record, out, indent=1)
    read = [args.pairs, *stamped_files(args.encoder)]
    stamp_all([*snapshots, args.record], read, own_code(), settings_of(args))
    checkpoint.unlink(missing_ok=True)  # first: a checkpoint without its snapshots could not go on
    shutil.rmtree(args.checkpoints / name)


if __name__ == "__main__":
    run(main)
