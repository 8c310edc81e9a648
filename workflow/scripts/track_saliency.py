from typing import Annotated, Literal

from reckon.files.writing import replaced, writing
from reckon.steps.program import Device, Positive, Read, ReadFolder, Write, step


def track_saliency(
    *,
    snapshots: Annotated[list[Read], "one an epoch, in their order"],
    epochs: list[float],
    encoder: ReadFolder,
    classifier: Annotated[dict, "layers, features, dropout, …"],
    training: Annotated[Read, "prepared pairs"],
    evaluation: Read,
    training_pairs: Annotated[Positive, "measure so many of them"],
    evaluation_pairs: Positive,
    essential: Annotated[Literal["union", "majority", "first"], "rule of the mask"],
    published: Annotated[bool, "the original's variant as well"] = False,
    device: Device = "auto",
    saliency: Write,
    losses: Write,
    originals: Annotated[Write, "of the published variant"],
) -> None:
    """Loss, accuracy and first-order saliency of every snapshot of one training, pair by pair."""
    from reckon.gradients.encoded import read_encoded
    from reckon.gradients.model import new_classifier
    from reckon.gradients.tracking import tracked
    from reckon.nn.precision import resolve

    tables = tracked(
        new_classifier(encoder, classifier, seed=0).to(resolve(device)),
        dict(zip(epochs, snapshots, strict=True)),
        {
            "training": (read_encoded(training), training_pairs),
            "evaluation": (read_encoded(evaluation), evaluation_pairs),
        },
        essential=essential,
        published=published,
    )
    with replaced(saliency) as temporary:
        tables.saliency.to_parquet(temporary, index=False)
    for path, table in ((losses, tables.losses), (originals, tables.originals)):
        with writing(path) as out:
            table.to_csv(out, index=False)


if __name__ == "__main__":
    step(track_saliency)
