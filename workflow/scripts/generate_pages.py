from typing import Any, Literal

from reckon.data.miniature.pages import split_pages
from reckon.files.writing import write_jsonl
from reckon.steps.program import Write, step


def generate_pages(*, split: Literal["training", "evaluation"], out: Write, **settings: Any) -> None:
    """Write the training or the evaluation pages of the miniature Natural Questions corpus."""
    write_jsonl(out, split_pages(split, **settings))


if __name__ == "__main__":
    step(generate_pages, split_pages)
