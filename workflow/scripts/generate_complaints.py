from typing import Literal

from reckon.data.miniature.complaints import Complaint, complaints
from reckon.files.rows import write_rows
from reckon.steps.program import Positive, Write, step


def generate_complaints(
    *, split: Literal["training", "evaluation"], texts: Positive, seed: int, out: Write
) -> None:
    """Write the training or the evaluation texts of the miniature complaints; half as many to evaluate."""
    training = split == "training"
    # Splits are told apart by the seed: even ones train, odd ones evaluate.
    drawn = complaints(texts if training else max(1, texts // 2), 2 * seed + (not training))
    write_rows(out, Complaint._fields, (one._asdict() for one in drawn))


if __name__ == "__main__":
    step(generate_complaints)
