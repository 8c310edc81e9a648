from pathlib import Path
from typing import Annotated

from reckon.config.settings import Training
from reckon.files.writing import write_json
from reckon.steps.program import Device, Done, Machine, Positive, Read, ReadFolder, Write, step


def train_spans(
    *,
    tokens: Read,
    encoder: ReadFolder,
    reader: Annotated[dict, "layers, dropout, freeze_word_embeddings"],
    training: Training,
    questions: Annotated[Positive | None, "train on so many; none: on all"] = None,
    stride: Positive,
    seed: int,
    device: Device = "auto",
    checkpoints: Machine[Path],
    checkpoint_minutes: Machine[float] = 10,
    record: Write,
    model: Write,
) -> Done | None:
    """Fine-tune a span reader on SQuAD, in the precision of `training`."""
    from reckon.nn.checkpoint import checkpoint_of
    from reckon.nn.precision import Arithmetic, resolve
    from reckon.nn.train import is_main_process
    from reckon.squad.model import new_reader, save_reader
    from reckon.squad.tokens import TokenParagraphs
    from reckon.squad.training import train_reader

    settings = [reader, training.model_dump(), questions, stride, seed]
    read = (tokens, encoder / "model.safetensors")
    checkpoint = checkpoint_of(checkpoints, settings, read, f"squad-seed{seed}")
    network = new_reader(encoder, reader, seed=seed)
    arithmetic = Arithmetic(training.precision, resolve(device))
    trained = train_reader(
        network,
        TokenParagraphs(tokens),
        training.model_copy(update={"checkpoint_minutes": checkpoint_minutes}),
        stride=stride,
        questions=questions,
        seed=seed,
        checkpoint=checkpoint,
        device=device,
        arithmetic=arithmetic,
    )
    if not is_main_process():  # of several processes one writes
        return None
    said = {"reader": reader, "training": training.model_dump(mode="json"), "seed": seed}
    write_json(record, said | trained | {"arithmetic": arithmetic.record()})
    save_reader(model, network, reader)
    return lambda: checkpoint.unlink(missing_ok=True)


if __name__ == "__main__":
    step(train_spans)
