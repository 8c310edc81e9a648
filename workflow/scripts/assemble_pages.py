from typing import Annotated, Any, Literal

from reckon.data.constructions import constructed
from reckon.files.writing import write_jsonl
from reckon.steps.program import Read, Write, step


def assemble_pages(
    *,
    construction: Literal["squad_pages", "wide_pages", "nq_pages", "natural_questions"],
    source: Annotated[list[Read], "SQuAD: of equal titles the first"],
    split: Literal["training", "evaluation"],
    out: Write,
    **settings: Any,
) -> None:
    """Turn public question-answering data into pages.jsonl.gz, by one of four constructions."""
    write_jsonl(out, constructed(construction, source, split, **settings))


if __name__ == "__main__":
    step(assemble_pages, constructed)
