"""Pages are read as they are or refused with file, line and field; the parts of the evaluation are fixed."""

import copy
import gzip
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.qa import pages as module
from reckon.qa.articles import article_of
from reckon.qa.pages import LONG, NO, NONE, SHORT, YES, Gold, Page, gold, page_of, part, read_pages

#        0    1   2   3     4   5    6    7     8   9  10
TEXT = "Head <P> It was built 1871 . </P> <Ul> <Li> x </Li> </Ul>"


def annotation(index: int = -1, shorts: tuple = (), yes_no: str = "NONE") -> dict[str, Any]:
    start, end = {-1: (-1, -1), 0: (1, 8), 1: (8, 13), 2: (9, 12)}[index]
    return {
        "annotation_id": 1,
        "long_answer": {"candidate_index": index, "start_token": start, "end_token": end},
        "short_answers": [{"start_token": s, "end_token": e} for s, e in shorts],
        "yes_no_answer": yes_no,
    }


def record(**changes: Any) -> dict[str, Any]:
    spans = [(1, 8, True), (8, 13, True), (9, 12, False)]
    return {
        "example_id": -8062182676792486818,
        "question_text": "when was it built",
        "document_text": TEXT,
        "long_answer_candidates": [{"start_token": s, "end_token": e, "top_level": t} for s, e, t in spans],
        "annotations": [annotation(0, [(5, 6)])],
    } | changes


def write(path: Path, *records: Any) -> Path:
    text = "".join(json.dumps(r) + "\n" for r in records)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


@pytest.mark.parametrize("name", ["pages.jsonl", "pages.jsonl.gz"])
def test_a_page_is_read_as_it_is(tmp_path, name):
    (page,) = read_pages(write(tmp_path / name, record()))
    assert page.example_id == "-8062182676792486818"
    assert page.words[5] == "1871"
    assert page.candidates[2] == (9, 12, False)
    assert page.annotations[0].short_answers == ((5, 6),)


def test_words_are_cut_at_single_blanks_only():
    """U+180E, no-break spaces, tabs and doubled blanks would each shift the later offsets."""
    text = "a\u180eb c\u00a0d  e\tf <P> g </P>"
    page = page_of(
        record(
            document_text=text,
            long_answer_candidates=[{"start_token": 4, "end_token": 7, "top_level": True}],
            annotations=[annotation()],
        )
    )
    assert page.words == ["a\u180eb", "c\u00a0d", "", "e\tf", "<P>", "g", "</P>"]
    assert page.words[4:7] == ["<P>", "g", "</P>"]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        (annotation(), Gold(NONE, None, None)),
        (annotation(1), Gold(LONG, 1, None)),
        (annotation(0, [(5, 6), (2, 4)]), Gold(SHORT, 0, (5, 6))),
        (annotation(0, [(5, 6)], "NO"), Gold(NO, 0, None)),
        (annotation(2, [], "YES"), Gold(YES, 2, None)),
    ],
)
def test_class_is_decided_in_the_order_yes_no_short_long_none(note, expected):
    assert gold(page_of(record(annotations=[note, annotation()]))) == expected


def without(*path: Any) -> Any:
    def change(row: dict[str, Any]) -> None:
        for key in path[:-1]:
            row = row[key]
        del row[path[-1]]

    return change


def put(value: Any, *path: Any) -> Any:
    def change(row: dict[str, Any]) -> None:
        for key in path[:-1]:
            row = row[key]
        row[path[-1]] = value

    return change


CANDIDATES, NOTES = "long_answer_candidates", "annotations"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (without("example_id"), "example_id: missing"),
        (without("question_text"), "question_text: missing"),
        (without("document_text"), "document_text: missing"),
        (without(CANDIDATES), "long_answer_candidates: missing"),
        (without(NOTES), "annotations: missing"),
        (without(CANDIDATES, 1, "end_token"), r"long_answer_candidates\[1\]\.end_token: missing"),
        (without(CANDIDATES, 1, "top_level"), r"long_answer_candidates\[1\]\.top_level: missing"),
        (without(NOTES, 0, "long_answer"), r"annotations\[0\]\.long_answer: missing"),
        (without(NOTES, 0, "short_answers"), r"annotations\[0\]\.short_answers: missing"),
        (without(NOTES, 0, "yes_no_answer"), r"annotations\[0\]\.yes_no_answer: missing"),
        (put(None, "example_id"), "example_id: None is neither"),
        (put(True, "example_id"), "example_id: True is neither"),
        (put("", "example_id"), "example_id: '' is neither"),
        (put(["w"], "document_text"), "document_text: expected text, found list"),
        (put("", "document_text"), "document_text: empty"),
        (put("  ", "document_text"), "document_text: empty"),
        (put("", "question_text"), "question_text: empty"),
        (put("\ud800 x", "question_text"), "question_text: half a surrogate pair"),
        (put({}, CANDIDATES), "long_answer_candidates: expected a list, found dict"),
        (put([], CANDIDATES), "long_answer_candidates: empty"),
        (put([], NOTES), "annotations: empty"),
        (put(7, CANDIDATES, 0), r"long_answer_candidates\[0\]: expected an object, found int"),
        (put("1", CANDIDATES, 0, "start_token"), r"start_token: expected a whole number, found '1'"),
        (put(1.0, CANDIDATES, 0, "start_token"), r"start_token: expected a whole number, found 1\.0"),
        (put(10**12, CANDIDATES, 0, "end_token"), "end_token: 1000000000000 is beyond any page"),
        (put(14, CANDIDATES, 1, "end_token"), r"words 8 to 14 lie outside the document, 0 to 13"),
        (put(-1, CANDIDATES, 1, "start_token"), "words -1 to 13 lie outside the document"),
        (put(8, CANDIDATES, 1, "end_token"), "end_token: 8 is not after start 8"),
        (put("yes", CANDIDATES, 1, "top_level"), "top_level: expected true or false"),
        (put(3, NOTES, 0, "long_answer", "candidate_index"), "3 is outside the list of 3 candidates"),
        (put(1, NOTES, 0, "long_answer", "candidate_index"), "words 1 to 8 are not those of candidate 1"),
        (put(13, NOTES, 0, "short_answers", 0, "end_token"), "words 5 to 13 lie outside the long answer"),
        (put("MAYBE", NOTES, 0, "yes_no_answer"), "'MAYBE' is not one of YES, NO, NONE"),
        (put(-1, NOTES, 0, "long_answer", "candidate_index"), "none, but there is a short or YES/NO answer"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_file_line_and_field(tmp_path, change, message):
    broken = copy.deepcopy(record(example_id="2"))
    change(broken)
    found = read_pages(write(tmp_path / "pages.jsonl", record(), broken))
    next(found)
    with pytest.raises(InputError, match=rf"pages\.jsonl:2: .*{message}.*; "):
        next(found)


def test_an_id_may_come_once_even_as_number_and_text(tmp_path):
    with pytest.raises(InputError, match=r"pages\.jsonl:2: example_id: also on line 1; keep one of the two"):
        list(read_pages(write(tmp_path / "pages.jsonl", record(example_id=7), record(example_id="7"))))


def test_a_truncated_line_and_a_truncated_archive_are_named(tmp_path):
    whole = write(tmp_path / "a.jsonl", record(), record(example_id=2)).read_bytes()
    (tmp_path / "b.jsonl").write_bytes(whole[:-40])
    with pytest.raises(InputError, match=r"b\.jsonl:2: not JSON"):
        list(read_pages(tmp_path / "b.jsonl"))
    packed = gzip.compress(whole * 50)
    (tmp_path / "c.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(InputError, match=r"c\.jsonl\.gz"):
        list(read_pages(tmp_path / "c.jsonl.gz"))


def test_pages_beyond_all_bounds_are_refused(monkeypatch):
    monkeypatch.setattr(module, "MOST_WORDS", 12)
    with pytest.raises(InputError, match="document_text: 13 words, at most 12; split the page"):
        page_of(record())
    monkeypatch.setattr(module, "MOST_CHARACTERS", 20)
    with pytest.raises(InputError, match="characters, at most 20"):
        page_of(record())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """Paths of everything inside a record."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [path, *(place for key in keys for place in places(value[key], (*path, key)))]


def outcome(path: Path) -> str | list[Page]:
    """The pages of a file, or the text of the error."""
    try:
        return list(read_pages(path))
    except InputError as error:
        return str(error)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.sampled_from(places(record())[1:]), value=JSON)
def test_whatever_stands_in_a_field_is_a_page_or_one_clear_error(tmp_path, place, value):
    broken = copy.deepcopy(record())
    put(value, *place)(broken)
    path = write(tmp_path / "fuzz.jsonl", broken)
    found = outcome(path)
    if isinstance(found, str):
        assert found.startswith(f"{path}:1: ")
        assert "\n" not in found
    else:
        (page,) = found
        spans = [*page.candidates, *(span for note in page.annotations for span in note.short_answers)]
        assert all(0 <= start < end <= len(page.words) for start, end, *_ in spans)
        assert gold(page).candidate is None or gold(page).candidate < len(page.candidates)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=60))
def test_any_bytes_are_pages_or_one_clear_error(tmp_path, content):
    path = tmp_path / "fuzz.jsonl"
    path.write_bytes(content)
    found = outcome(path)
    assert found == [] or str(found).startswith(str(path))


def test_parts_of_known_ids():
    """Worked by hand from sha256sum: fraction of bytes 0-7, lowest bit of byte 8."""
    # printf 1 | sha256sum: 6b86b273ff34fce1 9d...: .420, odd; printf 2: d4735e3a265e16ee e0...: .830, even;
    # printf 3: 4e07408562bedb8b 60...: .305, even.
    assert [part("1", 0.0), part("2", 0.0), part("3", 0.0)] == ["private", "public", "public"]
    assert [part("1", 0.4), part("2", 0.4), part("3", 0.4)] == ["private", "public", "development"]
    assert [part(x, 0.9) for x in "123"] == ["development"] * 3


def test_parts_are_balanced():
    counts = Counter(part(str(i), 0.25) for i in range(8000))
    assert counts["development"] == pytest.approx(2000, abs=150)
    assert counts["public"] == pytest.approx(3000, abs=150)
    assert counts["private"] == pytest.approx(3000, abs=150)


def test_another_development_share_moves_no_page_between_public_and_private():
    for i in range(500):
        small, large = part(str(i), 0.2), part(str(i), 0.6)
        assert large in (small, "development")
        assert small != "development" or large == "development"


def test_a_page_without_candidates_and_without_an_answer_is_left_out_and_said_so(tmp_path, caplog):
    bare = record(example_id=2, long_answer_candidates=[], annotations=[annotation(), annotation()])
    caplog.set_level("INFO")
    found = read_pages(write(tmp_path / "pages.jsonl", bare, record(), bare | {"example_id": 3}))
    assert [page.example_id for page in found] == [str(record()["example_id"])]
    assert "pages.jsonl: 2 pages left out, which have no candidate" in caplog.text
    caplog.clear()
    list(read_pages(write(tmp_path / "pages.jsonl", record())))
    assert caplog.text == ""


@pytest.mark.parametrize("number", [2**64 - 1, -(2**63), 5655493461695504401])
def test_ids_have_64_bits_signed_or_not(number):
    assert page_of(record(example_id=number)).example_id == str(number)


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 5e18])
def test_a_longer_id_is_refused(number):
    with pytest.raises(
        InputError, match=r"example_id: .* is neither a number nor a text; a number has 64 bits"
    ):
        page_of(record(example_id=number))


@pytest.mark.parametrize(
    ("record", "article"),
    [
        ({"document_title": " The  Rhine "}, "The Rhine"),
        (
            {"document_title": "", "document_url": "w/index.php?title=Rhine&amp;oldid=814071202"},
            "w/index.php?title=Rhine",
        ),
        ({"document_url": "w/index.php?title=Rhine&amp;oldid=1"}, "w/index.php?title=Rhine"),
        ({"document_title": "Rhine", "document_url": "elsewhere"}, "Rhine"),
        ({"document_title": 7}, ""),
        ({}, ""),
        ({"document_title": "half \ud800 a pair"}, "half ? a pair"),
    ],
)
def test_the_article_is_the_title_or_the_address_without_its_revision(record, article):
    assert article_of(record) == article
