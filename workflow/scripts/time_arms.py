from typing import Annotated

from reckon.config.settings import Training
from reckon.files.writing import writing
from reckon.steps.program import Device, Positive, Read, ReadFolder, Write, step
from reckon.tables.effects import write_effects
from reckon.tables.metrics import write_metrics


def time_arms(
    *,
    tokens: Read,
    encoder: ReadFolder,
    reader: Annotated[dict, "layers, dropout, freeze_word_embeddings"],
    arms: Annotated[dict, "section Training by arm"],
    stride: Positive,
    steps: Annotated[Positive, "training steps of one turn"],
    repeats: Annotated[Positive, "turns of every arm, besides one that warms up"],
    mixed: Annotated[str, "the arm that is the deck's mixed precision"],
    scale: str,
    data: str,
    seed: int = 0,
    device: Device = "auto",
    speed: Write,
    metrics: Write,
    claims: Write,
) -> None:
    """How fast training and prediction are in every arm that the hardware has; differs from run to run."""
    import pandas as pd

    from reckon.squad import pace
    from reckon.squad.model import new_reader
    from reckon.squad.tokens import TokenParagraphs

    settings = {arm: Training(**one, checkpoint_minutes=1) for arm, one in arms.items()}
    found = pace.turns(
        lambda: new_reader(encoder, reader, seed=seed),
        TokenParagraphs(tokens),
        settings,
        stride=stride,
        steps=steps,
        repeats=repeats,
        seed=seed,
        device=device,
    )
    with writing(speed) as out:
        pd.DataFrame(pace.summary_rows(found, settings, device)).to_csv(out, index=False)
    write_metrics(metrics, pace.deck_metrics(found, mixed, scale, data, str(speed)))
    write_effects(claims, pace.effects(found, mixed, scale, data, str(speed)))


if __name__ == "__main__":
    step(time_arms)
