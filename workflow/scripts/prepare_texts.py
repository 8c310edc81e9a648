from collections import Counter
from typing import Annotated

from reckon.classification.labelled import classes_of, distinct, folded, read_texts, write_texts
from reckon.files.writing import write_json
from reckon.steps.program import Positive, Read, Write, step


def prepare_texts(
    *,
    training: Annotated[Read, "csv with the columns text and label, or jsonl"],
    evaluation: Annotated[Read, "the same, to be scored on"],
    most_characters: Positive,
    folds: Positive,
    seed: int,
    prepared: Write,
    scored: Write,
    counts: Write,
) -> None:
    """Clean the texts, take each once, deal those of training into folds; count what is left out."""
    seen: Counter[str] = Counter()
    trained, kept = distinct(
        read_texts(training, most_characters=most_characters, counts=seen),
        read_texts(evaluation, most_characters=most_characters, counts=seen),
        seen,
    )
    write_texts(prepared, folded(trained, folds, seed=seed, counts=seen))
    write_texts(scored, kept)
    sizes = {"training": len(trained), "evaluation": len(kept), "classes": len(classes_of(trained)[0])}
    write_json(counts, dict(sorted({**seen, **sizes}.items())), end="\n")


if __name__ == "__main__":
    step(prepare_texts)
