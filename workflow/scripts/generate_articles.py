from typing import Any, Literal

from reckon.data.miniature.pages import split_pages
from reckon.data.miniature.squad import articles
from reckon.files.writing import write_json
from reckon.steps.program import Write, step


def generate_articles(*, split: Literal["training", "evaluation"], out: Write, **settings: Any) -> None:
    """Write the training or the evaluation half of the miniature SQuAD."""
    write_json(out, articles(split, **settings))


if __name__ == "__main__":
    step(generate_articles, split_pages)
