from typing import Annotated

from reckon.classification.labelled import read_prepared
from reckon.classification.results import read_judged, system_metrics
from reckon.steps.program import Read, Write, step
from reckon.tables.metrics import write_metrics


def classification_metrics(
    *,
    prepared: Read,
    scored: Read,
    predictions: Annotated[list[Read], "evaluation.arrow of every system"],
    beside: Annotated[list[Read], "out_of_fold.arrow of every system"],
    tau: float,
    scale: str,
    data: str,
    metrics: Write,
) -> None:
    """Score every system on the texts to be scored, and out of fold on those of training."""
    training, evaluation = read_prepared(prepared), read_prepared(scored)
    judged = read_judged(predictions, training, evaluation, tau)
    write_metrics(metrics, system_metrics(judged, training, evaluation, scale, data))


if __name__ == "__main__":
    step(classification_metrics)
