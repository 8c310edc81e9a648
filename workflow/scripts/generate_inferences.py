from typing import Literal

from reckon.data.miniature.nli import COLUMNS
from reckon.data.miniature.nli import pairs as generated
from reckon.files.rows import write_rows
from reckon.steps.program import Positive, Write, step


def generate_inferences(
    *, split: Literal["training", "evaluation"], pairs: Positive, seed: int, out: Write
) -> None:
    """Write the training or the evaluation pairs of the miniature e-SNLI."""
    training = split == "training"
    # Splits are told apart by the seed: even ones train, odd ones evaluate.
    rows = generated(pairs, 2 * seed + (not training), annotators=1 if training else 3)
    write_rows(out, COLUMNS, rows)


if __name__ == "__main__":
    step(generate_inferences)
