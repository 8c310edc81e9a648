"""Write the training or the evaluation pages of the miniature Natural Questions corpus."""

from typing import Annotated, Literal

from reckon.data.miniature.pages import pages
from reckon.files.writing import write_jsonl
from reckon.steps.program import Positive, Write, step


def generate_pages(
    *,
    split: Literal["training", "evaluation"],
    training_pages: Annotated[Positive, "with one annotation each"] = 300,
    evaluation_pages: Annotated[Positive, "with five annotations each"] = 120,
    least_candidates: Annotated[Positive, "a page"] = 10,
    most_candidates: Annotated[Positive, "a page"] = 16,
    seed: int = 0,
    out: Write,
) -> None:
    """Generate pages whose truth is known by construction."""
    training = split == "training"
    generated = pages(
        training_pages if training else evaluation_pages,
        seed,
        first=0 if training else training_pages,
        annotators=1 if training else 5,
        candidates=(least_candidates, most_candidates),
    )
    write_jsonl(out, generated)


if __name__ == "__main__":
    step(generate_pages)
