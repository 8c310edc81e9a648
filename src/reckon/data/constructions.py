"""The constructions of pages from public question-answering data, by name."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from reckon.data import nq_original, nq_pages, squad_pages
from reckon.errors import InputError


def constructed(
    construction: str,
    source: Sequence[Path],
    split: str,
    *,
    training_questions: int | None = None,
    evaluation_questions: int | None = None,
    added_paragraphs: int = 90,
    plausible: Literal["keep", "drop"] = "keep",
    candidates: int = 24,
    near: int = 8,
    null_share: float = 1 / 3,
    seed: int = 0,
) -> Iterator[dict[str, Any]]:
    """Yield the pages of one split.

    At most so many answerable questions are asked, all by default. `added_paragraphs` of other articles make
    a page of `wide_pages`; `plausible` answers are kept or dropped (docs/data.md). A page of `nq_pages` has
    so many `candidates`, `near` of them like the gold paragraph; `null_share` of the pages have no answer.
    Raises `InputError` for more than one source where one is read, and for what the source holds.
    """
    questions = training_questions if split == "training" else evaluation_questions
    if construction in ("squad_pages", "wide_pages"):
        return squad_pages.pages(
            squad_pages.read_articles(source),
            split,
            added=added_paragraphs if construction == "wide_pages" else 0,
            questions=questions,
            drop_plausible=plausible == "drop",
            seed=seed,
        )
    if len(source) != 1:
        raise InputError(f"{construction}: one --source, not {len(source)}")
    if construction == "natural_questions":
        return nq_original.pages(source[0])
    return nq_pages.pages(
        nq_pages.read_records(source[0]),
        split,
        candidates=candidates,
        near=near,
        null_share=null_share,
        questions=questions,
        seed=seed,
    )
