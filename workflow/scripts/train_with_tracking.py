import shutil
from pathlib import Path
from typing import Annotated, Literal

from reckon.config.settings import Training
from reckon.files.writing import replaced, write_json
from reckon.steps.program import Device, Done, Machine, Read, ReadFolder, Write, step


def train_with_tracking(
    *,
    pairs: Read,
    encoder: ReadFolder,
    classifier: Annotated[dict, "layers, features, dropout, …"],
    training: Training,
    epochs: Annotated[list[float], "places of the snapshots"],
    run: Literal["labels", "shuffled"],
    seed: int,
    device: Device = "auto",
    checkpoints: Machine[Path],
    checkpoint_minutes: Machine[float] = 10,
    snapshots: Annotated[list[Write], "one a place, in their order"],
    record: Write,
) -> Done | None:
    """Train a classifier of sentence pairs; keep its weights at each place of a schedule."""
    from reckon.gradients import training as gradients
    from reckon.gradients.encoded import read_encoded
    from reckon.gradients.model import new_classifier
    from reckon.nn.checkpoint import checkpoint_of
    from reckon.nn.train import is_main_process

    settings = [classifier, training.model_dump(), epochs, run, seed]
    read = (pairs, encoder / "model.safetensors")
    checkpoint = checkpoint_of(checkpoints, settings, read, f"{run}-seed{seed}")
    waiting = checkpoint.with_suffix("")
    trained = gradients.train_with_tracking(
        new_classifier(encoder, classifier, seed=seed),
        read_encoded(pairs),
        training.model_copy(update={"checkpoint_minutes": checkpoint_minutes}),
        epochs=epochs,
        shuffle_labels=run == "shuffled",
        seed=seed,
        snapshots=waiting,
        checkpoint=checkpoint,
        device=device,
    )
    if not is_main_process():  # of several processes one writes
        return None
    for path, epoch in zip(snapshots, epochs, strict=True):
        # Copies: until all is done, the next attempt looks for them beside the checkpoint.
        with replaced(path) as temporary:
            shutil.copyfile(waiting / gradients.snapshot_name(epoch), temporary)
    write_json(record, trained)

    def done() -> None:
        checkpoint.unlink(missing_ok=True)  # first: a checkpoint without its snapshots could not go on
        shutil.rmtree(waiting)

    return done


if __name__ == "__main__":
    step(train_with_tracking)
