from pathlib import Path
from typing import Annotated

from reckon.config.settings import Negatives, Training
from reckon.files.writing import write_json
from reckon.steps.program import Device, Done, Machine, Positive, Read, ReadFolder, Write, step


def train_reader(
    *,
    tokens: Read,
    encoder: ReadFolder,
    negatives: Annotated[Read | None, "distribution of negatives; none: uniform"] = None,
    reader: Annotated[dict, "layers, features, dropout, …"],
    sampler: Negatives,
    training: Training,
    pages: Annotated[Positive | None, "train on so many; none: on all"] = None,
    seed: int,
    device: Device = "auto",
    checkpoints: Machine[Path],
    checkpoint_minutes: Machine[float] = 10,
    record: Write,
    model: Write,
) -> Done | None:
    """Train a reader on positives and negatives drawn within the page."""
    from reckon.nn.checkpoint import checkpoint_of
    from reckon.nn.train import is_main_process
    from reckon.qa.features import TokenPages
    from reckon.qa.model import new_reader, save_reader
    from reckon.qa.sampling import read_distribution, uniform
    from reckon.qa.training import train_reader as train

    settings = [reader, sampler.model_dump(), training.model_dump(), pages, seed]
    read = (tokens, negatives, encoder / "model.safetensors")
    checkpoint = checkpoint_of(checkpoints, settings, read, f"seed{seed}")
    network, opened = new_reader(encoder, reader, seed=seed), TokenPages(tokens)
    epochs = train(
        network,
        opened,
        read_distribution(negatives) if negatives else uniform(opened),
        sampler,
        training.model_copy(update={"checkpoint_minutes": checkpoint_minutes}),
        pages=pages,
        seed=seed,
        checkpoint=checkpoint,
        device=device,
    )
    if not is_main_process():  # of several processes one writes
        return None
    write_json(record, epochs)
    save_reader(model, network, reader)
    return lambda: checkpoint.unlink(missing_ok=True)


if __name__ == "__main__":
    step(train_reader)
