"""Turn public question-answering data into pages.jsonl.gz, by one of four constructions."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from reckon.data import nq_original, nq_pages, squad_pages
from reckon.errors import InputError
from reckon.files.writing import write_jsonl
from reckon.steps.program import Positive, Read, Share, Write, step


def assemble_pages(
    *,
    construction: Literal["squad_pages", "wide_pages", "nq_pages", "natural_questions"],
    source: Annotated[list[Read], "SQuAD: of equal titles the first"],
    split: Literal["training", "evaluation"],
    training_questions: Annotated[Positive | None, "at most so many answerable ones; none: all"] = None,
    evaluation_questions: Annotated[Positive | None, "the same for the evaluation split"] = None,
    added_paragraphs: Annotated[int, "wide_pages: of other articles"] = 90,
    plausible: Annotated[Literal["keep", "drop"], "see docs/data.md"] = "keep",
    candidates: Annotated[Positive, "nq_pages: a page"] = 24,
    near: Annotated[int, "nq_pages: of them near the gold paragraph"] = 8,
    null_share: Annotated[Share, "nq_pages: pages without an answer"] = 1 / 3,
    seed: int = 0,
    out: Write,
) -> None:
    """Assemble the pages of one split and write them."""
    questions = training_questions if split == "training" else evaluation_questions
    if construction not in ("squad_pages", "wide_pages") and len(source) != 1:
        raise InputError(f"{construction}: one --source, not {len(source)}")

    def pages() -> Iterator[dict[str, Any]]:
        if construction == "natural_questions":
            return nq_original.pages(source[0])
        if construction == "nq_pages":
            records = nq_pages.read_records(source[0])
            return nq_pages.pages(
                records,
                split,
                candidates=candidates,
                near=near,
                null_share=null_share,
                questions=questions,
                seed=seed,
            )
        return squad_pages.pages(
            squad_pages.read_articles(source),
            split,
            added=added_paragraphs if construction == "wide_pages" else 0,
            questions=questions,
            drop_plausible=plausible == "drop",
            seed=seed,
        )

    write_jsonl(out, pages())


if __name__ == "__main__":
    step(assemble_pages)
