"""From predictions to tidy metrics: one row a system and measure, table `classification`."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reckon.classification.labelled import NEVER, LabelledText, classes_of
from reckon.classification.predictions import read_predictions
from reckon.classification.priors import adjusted
from reckon.classification.scores import UNKNOWN, calibration_error, summary, temperature, tempered
from reckon.tables.metrics import Metric

TABLE = "classification"
# Rows by the folder of a system's predictions.
ROWS = {
    "majority": "Majority class",
    "regression": "Character TF-IDF + LR",
    "svm": "Character TF-IDF + balanced SVM",
}
ADJUSTED = ", logit adjustment after training"  # after the row of the regression


class Judged(NamedTuple):
    """What a system says: of the evaluation texts, and of the held-out ones, at `places` in training."""

    row: str
    evidence: str
    evaluation: NDArray[np.float64]
    places: NDArray[np.int64]
    out_of_fold: NDArray[np.float64]


def read_judged(
    paths: Iterable[Path], training: Sequence[LabelledText], evaluation: Sequence[LabelledText], tau: float
) -> list[Judged]:
    """What the systems say whose `evaluation.arrow` is given, and the regression freed of its prior.

    Each has its `out_of_fold.arrow` beside. Raises `InputError` for files of other texts.
    """
    labels, sizes = classes_of(training)
    places = np.array([place for place, one in enumerate(training) if one.fold != NEVER])
    held_out = [training[place] for place in places]
    found = []
    for path in paths:
        _, scores = read_predictions(path, evaluation, len(labels))
        _, out_of_fold = read_predictions(path.with_name("out_of_fold.arrow"), held_out, len(labels))
        system, evidence = path.parent.name, str(path)
        found.append(Judged(ROWS[system], evidence, scores, places, out_of_fold))
        if system == "regression":
            freed = (adjusted(scores, sizes, tau), places, adjusted(out_of_fold, sizes, tau))
            found.append(Judged(ROWS[system] + ADJUSTED, evidence, *freed))
    return found


def system_values(
    judged: Judged, training: Sequence[LabelledText], evaluation: Sequence[LabelledText]
) -> dict[str, tuple[float, int]]:
    """Every measure of a system with the number of texts that it is taken over.

    The temperature is fitted out of fold, on training texts alone.
    """
    labels, sizes = classes_of(training)
    number = {label: place for place, label in enumerate(labels)}
    truth = np.array([number.get(one.label, UNKNOWN) for one in evaluation])
    held_out = np.array([number[training[place].label] for place in judged.places])
    inside = summary(held_out, judged.out_of_fold, sizes)
    found = {name: (value, len(truth)) for name, value in summary(truth, judged.evaluation, sizes).items()}
    wanted = [name for name in inside if name.startswith("recall_at_")]
    found |= {f"out_of_fold_{name}": (inside[name], len(held_out)) for name in wanted}
    t = temperature(held_out, judged.out_of_fold)
    for name, scores in (("ece", judged.evaluation), ("ece_tempered", tempered(judged.evaluation, t))):
        error = calibration_error(truth, scores)
        values = {name: error.mean, f"{name}_low": error.low, f"{name}_high": error.high}
        found |= {column: (value, len(truth)) for column, value in values.items()}
    return found | {"temperature": (t, len(held_out))}


def system_metrics(
    judged: Iterable[Judged],
    training: Sequence[LabelledText],
    evaluation: Sequence[LabelledText],
    scale: str,
    data: str,
) -> list[Metric]:
    """Every measure of every system."""
    return [
        Metric(
            *("classification", TABLE, one.row, column, 0, value),
            *("1" if column == "temperature" else "share", n, scale, data, one.evidence),
        )
        for one in judged
        for column, (value, n) in system_values(one, training, evaluation).items()
    ]
