"""The official NQ files in both forms become the same pages."""

import gzip
import json
import os
from pathlib import Path

import pytest

from reckon.data.nq_original import pages
from reckon.errors import InputError
from reckon.qa.pages import gold, page_of

MIRROR = Path(os.environ.get("RECKON_MIRROR", "")) / "nq"
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


@pytest.mark.parametrize("simplified", [True, False])
@pytest.mark.parametrize("number", [5655493461695504401, -(2**63), 2**64 - 1])
def test_ids_have_64_bits_signed_or_not(tmp_path, simplified, number):
    row = record(simplified) | {"example_id": number}
    row["annotations"][0]["annotation_id"] = number
    (found,) = pages(write(tmp_path / "a.jsonl", row))
    assert (found["example_id"], found["annotations"][0]["annotation_id"]) == (number, number)
    assert page_of(found).example_id == str(number)


def bare(simplified: bool, chosen: int = -1) -> dict:
    nothing = span(-1, -1) | {"candidate_index": chosen}
    note = {"annotation_id": 5, "long_answer": nothing, "short_answers": [], "yes_no_answer": "NONE"}
    return record(simplified) | {"example_id": 2, "long_answer_candidates": [], "annotations": [note]}


@pytest.mark.parametrize("simplified", [True, False])
def test_a_page_without_candidates_is_left_out_and_counted(tmp_path, simplified, caplog):
    caplog.set_level("INFO")
    path = write(tmp_path / "a.jsonl", bare(simplified), record(simplified), bare(simplified))
    assert [row["example_id"] for row in pages(path)] == [-17]
    assert "a.jsonl: 2 pages left out, which have no candidate" in caplog.text


def test_an_answer_that_no_candidate_holds_is_left_for_the_reader_to_refuse(tmp_path):
    (found,) = pages(write(tmp_path / "a.jsonl", bare(True, chosen=0)))
    with pytest.raises(InputError, match="long_answer_candidates: empty"):
        page_of(found)


@pytest.mark.skipif(not MIRROR.is_dir(), reason="RECKON_MIRROR is not set")
def test_the_official_records_of_the_mirror_are_read_as_they_stand():
    path = MIRROR / "nq_simplified_real2.jsonl.gz"
    with gzip.open(path, "rt") as lines:
        filed = [json.loads(line) for line in lines]
    found = list(pages(path))
    ids = [row["example_id"] for row in filed]
    assert [row["example_id"] for row in found] == ids
    assert max(map(abs, ids)) > 2**62
    for row, official in zip(found, filed, strict=True):
        page = page_of(row)
        assert page.document_text == official["document_text"]
        assert len(page.candidates) == len(official["long_answer_candidates"])
        assert row["annotations"] == official["annotations"]
    assert [len(page_of(row).candidates) for row in found] == [236, 37]


@pytest.mark.skipif(not MIRROR.is_dir(), reason="RECKON_MIRROR is not set")
def test_the_derived_pages_of_the_mirror_are_read_whole():
    found = [page_of(row) for row in pages(MIRROR / "nq_dev_pages_simplified_derived.jsonl.gz")]
    assert len(found) == 54
