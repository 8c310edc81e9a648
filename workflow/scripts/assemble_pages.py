"""Turn public question-answering data into pages.jsonl.gz: squad_pages, wide_pages or nq_pages."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reckon.data import nq_pages, squad_pages
from reckon.errors import InputError
from reckon.files import write_jsonl
from reckon.program import run


def main() -> None:
    """Parse the arguments, assemble, write atomically."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--construction", choices=("squad_pages", "wide_pages", "nq_pages"), required=True)
    parser.add_argument(
        "--source", type=Path, nargs="+", required=True, help="files; of equal articles the first"
    )
    parser.add_argument("--split", choices=("training", "evaluation"), required=True)
    parser.add_argument("--questions", type=int, help="at most so many answerable questions (default all)")
    parser.add_argument("--added-paragraphs", type=int, default=90, help="wide_pages: of other articles")
    parser.add_argument(
        "--drop-plausible", action="store_true", help="squad_pages, wide_pages: true null pages"
    )
    parser.add_argument("--candidates", type=int, default=24, help="nq_pages: candidates a page")
    parser.add_argument("--near", type=int, default=8, help="nq_pages: of them near the gold paragraph")
    parser.add_argument("--null-share", type=float, default=1 / 3, help="nq_pages: pages without an answer")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    write_jsonl(a.out, _nq(a) if a.construction == "nq_pages" else _squad(a))


def _squad(a: argparse.Namespace) -> Iterator[dict[str, Any]]:
    return squad_pages.pages(
        squad_pages.read_articles(a.source),
        a.split,
        added=a.added_paragraphs if a.construction == "wide_pages" else 0,
        questions=a.questions,
        drop_plausible=a.drop_plausible,
        seed=a.seed,
    )


def _nq(a: argparse.Namespace) -> Iterator[dict[str, Any]]:
    if len(a.source) != 1:
        raise InputError("nq_pages: one --source, the file of gold paragraphs")
    return nq_pages.pages(
        nq_pages.read_records(a.source[0]),
        a.split,
        candidates=a.candidates,
        near=a.near,
        null_share=a.null_share,
        questions=a.questions,
        seed=a.seed,
    )


if __name__ == "__main__":
    run(main)
