"""Turn public question-answering data into pages.jsonl.gz, by one of four constructions."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reckon.data import nq_original, nq_pages, squad_pages
from reckon.errors import InputError
from reckon.files.writing import write_jsonl
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all

CONSTRUCTIONS = ("squad_pages", "wide_pages", "nq_pages", "natural_questions")


def main() -> None:
    """Parse the arguments, assemble, write atomically."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--construction", choices=CONSTRUCTIONS, required=True)
    parser.add_argument(
        "--source", type=Path, nargs="+", required=True, help="SQuAD: of equal titles the first"
    )
    parser.add_argument("--split", choices=("training", "evaluation"), required=True)
    parser.add_argument(
        "--training-questions", type=int, help="at most so many answerable ones (default all)"
    )
    parser.add_argument("--evaluation-questions", type=int, help="the same for the evaluation split")
    parser.add_argument("--added-paragraphs", type=int, default=90, help="wide_pages: of other articles")
    parser.add_argument("--plausible", choices=("keep", "drop"), default="keep", help="see docs/data.md")
    parser.add_argument("--candidates", type=int, default=24, help="nq_pages: candidates a page")
    parser.add_argument("--near", type=int, default=8, help="nq_pages: of them near the gold paragraph")
    parser.add_argument("--null-share", type=float, default=1 / 3, help="nq_pages: pages without an answer")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    write_jsonl(a.out, _pages(a))
    stamp_all([a.out], a.source, own_code(), settings_of(a))


def _pages(a: argparse.Namespace) -> Iterator[dict[str, Any]]:
    questions = a.training_questions if a.split == "training" else a.evaluation_questions
    if a.construction in ("squad_pages", "wide_pages"):
        return squad_pages.pages(
            squad_pages.read_articles(a.source),
            a.split,
            added=a.added_paragraphs if a.construction == "wide_pages" else 0,
            questions=questions,
            drop_plausible=a.plausible == "drop",
            seed=a.seed,
        )
    if len(a.source) != 1:
        raise InputError(f"{a.construction}: one --source, not {len(a.source)}")
    if a.construction == "natural_questions":
        return nq_original.pages(a.source[0])
    return nq_pages.pages(
        nq_pages.read_records(a.source[0]),
        a.split,
        candidates=a.candidates,
        near=a.near,
        null_share=a.null_share,
        questions=questions,
        seed=a.seed,
    )


if __name__ == "__main__":
    run(main)
