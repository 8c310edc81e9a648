from typing import Annotated

from reckon.classification.labelled import NEVER, classes_of, read_names, read_prepared
from reckon.classification.predictions import read_predictions
from reckon.classification.sentence_pairs import training_pairs
from reckon.files.writing import write_jsonl
from reckon.steps.program import Positive, Read, Write, step


def pair_labels(
    *,
    prepared: Read,
    held_out: Annotated[Read, "out-of-fold predictions of the prepared texts"],
    names: Annotated[Read | None, "csv label,name; none: a label is its name"] = None,
    top: Positive,
    out: Write,
) -> None:
    """Pair every held-out text with the names of its true label and of the most probable wrong ones."""
    training = read_prepared(prepared)
    labels, _ = classes_of(training)
    texts = [one for one in training if one.fold != NEVER]
    folds, log_p = read_predictions(held_out, texts, len(labels))
    pairs = training_pairs(texts, folds, log_p, read_names(names, labels), top=top)
    write_jsonl(out, (pair._asdict() for pair in pairs))


if __name__ == "__main__":
    step(pair_labels)
