"""Files of predictions: of each text its id, the fold whose model judged it, and log-probabilities."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from reckon.classification.labelled import LabelledText
from reckon.files.arrow import FAULTS, fault, mapped, write_rows

# `held_out` is the fold that the model was not trained on; NEVER where it was trained on all of them.
_SCHEMA = pa.schema([("id", pa.string()), ("held_out", pa.int32()), ("log_p", pa.list_(pa.float32()))])


def write_predictions(
    path: Path, texts: Sequence[LabelledText], held_out: Sequence[int], log_p: NDArray[np.float64]
) -> None:
    """Write log_p[text, class], classes in the order of the sorted labels of training."""
    rows = (
        {"id": one.id, "held_out": fold, "log_p": scores}
        for one, fold, scores in zip(texts, held_out, log_p.astype(np.float32), strict=True)
    )
    write_rows(path, rows, _SCHEMA)


def read_predictions(
    path: Path, texts: Sequence[LabelledText], classes: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """`held_out[text]` and `log_p[text, class]` of exactly these texts, in their order.

    Raises `InputError` if the file holds other texts, another number of classes, or no finite numbers.
    """
    try:
        table = mapped(path, _SCHEMA)
        if table["id"].to_pylist() != [one.id for one in texts]:
            raise ValueError("other texts than the prepared ones")
        lengths = {len(scores) for scores in table["log_p"]}
        if lengths != {classes}:
            raise ValueError(f"{sorted(lengths)} classes where training has {classes}")
        log_p = np.array(table["log_p"].combine_chunks().flatten(), float).reshape(len(texts), classes)
        if not np.isfinite(log_p).all():
            raise ValueError("a score is no finite number")
    except FAULTS as error:
        raise fault(path, "no predictions of these texts", error) from None
    return np.array(table["held_out"]), log_p
