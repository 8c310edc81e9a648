"""The official NQ files in both forms become the same pages."""

import json
from pathlib import Path

import pytest

from reckon.data.nq_original import pages
from reckon.errors import InputError
from reckon.qa.pages import gold, page_of

TOKENS = ["Title", "<P>", "New York", "is", "big", "</P>"]


def span(start: int, end: int) -> dict:
    return {"start_token": start, "end_token": end}


def in_bytes(start: int, end: int) -> dict:
    return span(start, end) | {"start_byte": 10 * start, "end_byte": 10 * end}


def record(simplified: bool) -> dict:
    form = span if simplified else in_bytes
    text = {"document_text": "Title <P> New_York is big </P>"}
    tokens = {
        "document_tokens": [{"token": t, "html_token": t[0] == "<"} for t in TOKENS],
        "document_html": "<html>",
    }
    note = {
        "long_answer": form(1, 6) | {"candidate_index": 0},
        "short_answers": [form(2, 3)],
        "yes_no_answer": "NONE",
    }
    return {
        "example_id": -17,
        "question_text": "what is big",
        "long_answer_candidates": [form(1, 6) | {"top_level": True}],
        "annotations": [note | {"annotation_id": 5}],
    } | (text if simplified else tokens)


def write(path: Path, *records: dict) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in records))
    return path


def test_full_and_simplified_form_give_the_same_page(tmp_path):
    simple, full = pages(write(tmp_path / "a.jsonl", record(True), record(False)))
    assert simple == full
    page = page_of(full)
    assert page.words[slice(*gold(page).short_answer)] == ["New_York"]


@pytest.mark.parametrize(
    "field", ["question_text", "annotations", "document_tokens", "long_answer_candidates"]
)
def test_another_form_is_refused_with_its_line(tmp_path, field):
    broken = record(False)
    del broken[field]
    with pytest.raises(InputError, match=rf"a\.jsonl:2: neither .*'{field}'"):
        list(pages(write(tmp_path / "a.jsonl", record(True), broken)))
