from typing import Annotated, Literal

from reckon.files.writing import writing
from reckon.steps.program import Device, Positive, Read, ReadFolder, Write, step


def score_word_pairs(
    *,
    snapshots: Annotated[list[Read], "one an epoch, in their order"],
    epochs: list[float],
    encoder: ReadFolder,
    classifier: Annotated[dict, "layers, features, dropout, …"],
    evaluation: Annotated[Read, "prepared pairs"],
    evaluation_pairs: Annotated[Positive, "score so many of them"],
    essential: Annotated[Literal["union", "majority", "first"], "rule of the mask"],
    scoring: Annotated[dict, "target, at, score, …"],
    deck_scoring: Annotated[dict, "of the deck's sentence"],
    controls: Annotated[bool, "random head and random encoder as well"] = False,
    seed: int,
    device: Device = "auto",
    shares: Write,
    deck: Write,
) -> None:
    """Second derivatives between words at several places of one training, and of its controls."""
    import pandas as pd

    from reckon.gradients.encoded import chosen, read_encoded
    from reckon.gradients.relations import scored_states, states
    from reckon.nn.encoders import load_tokenizer
    from reckon.nn.precision import resolve

    at = dict(zip(epochs, snapshots, strict=True))
    every = states(encoder, classifier, at, controls=controls, seed=seed)
    tables = scored_states(
        ((state, epoch, model.to(resolve(device))) for state, epoch, model in every),
        chosen(read_encoded(evaluation), evaluation_pairs, seed=1),
        load_tokenizer(encoder, "drop"),
        essential=essential,
        scoring=scoring,
        deck_scoring=deck_scoring,
        seed=seed,
    )
    for path, rows in zip((shares, deck), tables, strict=True):
        with writing(path) as out:
            pd.DataFrame(rows).to_csv(out, index=False)


if __name__ == "__main__":
    step(score_word_pairs)
