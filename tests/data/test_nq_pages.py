"""Real questions on assembled pages: gold and neighbours, nothing shared between training and evaluation."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from reckon.data.nq_pages import pages, read_records, split_of
from reckon.errors import InputError
from reckon.qa.pages import gold, page_of, read_pages

MIRROR = Path(os.environ.get("RECKON_MIRROR", "")) / "nq"
OPTIONS = {"candidates": 6, "near": 2, "null_share": 0.25, "questions": None, "seed": 1}


def row(k: int, **changes: object) -> dict:
    subject = ("river", "ship", "comet", "opera")[k % 4]
    return {
        "question": f"who saw the {subject} {k}",
        "answers": [f"Person{k}", f"Alias{k}"],
        "title": f"Title {k // 2}",
        "long_answer": f"The {subject} number {k} was seen by Person{k} , and the {subject} was fine .",
        "short_answers": [f"Person{k}"],
    } | changes


def write(path: Path, rows: list[dict]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return path


@pytest.fixture
def source(tmp_path) -> Path:
    return write(tmp_path / "gold.jsonl", [row(k) for k in range(60)])


def test_the_official_file_gives_the_same_records(tmp_path, source):
    inner = ("title", "long_answer", "short_answers")
    official = [
        {k: v for k, v in r.items() if k not in inner}
        | {"ctxs": [], "nq_annotated_gold": {k: r[k] for k in inner}}
        for r in (row(k) for k in range(60))
    ]
    assert read_records(write(tmp_path / "official.jsonl", official)) == read_records(source)


def test_pages_hold_the_gold_paragraph_unless_they_are_null_pages(source):
    records = read_records(source)
    for split in ("training", "evaluation"):
        made = list(pages(records, split, **OPTIONS))
        counts = Counter(gold(page_of(record)).candidate is None for record in made)
        assert counts[True] == round(0.25 * len(made))
        for record in made:
            page = page_of(record)
            number = record["question_text"].split()[-1]
            assert len(page.candidates) == 6
            assert (f"Person{number} " in record["document_text"]) == (gold(page).candidate is not None)
            if span := gold(page).short_answer:
                assert page.words[slice(*span)] == [f"Person{number}"]


def test_the_near_ones_are_of_the_same_title_then_of_the_same_subject(source):
    for record in pages(read_records(source), "training", **OPTIONS | {"null_share": 0.0}):
        number = int(record["question_text"].split()[-1])
        texts = record["document_text"]
        sibling = number ^ 1
        assert f"number {sibling} was" in texts
        subject = record["question_text"].split()[3]
        assert texts.count(f"The {subject} number") >= 2


def test_training_and_evaluation_share_no_title_and_no_paragraph(source):
    records = read_records(source)
    titles, paragraphs = {}, {}
    for split in ("training", "evaluation"):
        made = list(pages(records, split, **OPTIONS))
        titles[split] = {record["document_title"] for record in made}
        paragraphs[split] = {p for record in made for p in record["document_text"].split("<P>")[1:]}
        assert all(split_of(title) == split for title in titles[split])
    assert not titles["training"] & titles["evaluation"]
    assert not paragraphs["training"] & paragraphs["evaluation"]


def test_a_paragraph_that_states_an_answer_is_no_distractor(tmp_path):
    rows = [row(k) for k in range(60)]
    split = split_of("Title 0")
    other = next(k for k in range(2, 60) if split_of(f"Title {k // 2}") == split and k % 4 == 0)
    rows[other]["long_answer"] += " Alias0 saw it as well ."
    made = pages(
        read_records(write(tmp_path / "g.jsonl", rows)), split, **OPTIONS | {"candidates": 20, "near": 15}
    )
    first = next(record for record in made if record["question_text"].endswith(" 0"))
    assert "Alias0" not in first["document_text"]


def test_every_alias_that_stands_there_is_an_annotation(tmp_path):
    rows = [row(k) for k in range(60)]
    rows[0] |= {"short_answers": ["Person0", "number 0", "absent"]}
    made = pages(
        read_records(write(tmp_path / "g.jsonl", rows)), split_of("Title 0"), **OPTIONS | {"null_share": 0.0}
    )
    page = page_of(next(record for record in made if record["question_text"].endswith(" 0")))
    assert [page.words[slice(*note.short_answers[0])] for note in page.annotations] == [
        ["number", "0"],
        ["Person0"],
    ]


def test_questions_are_limited_in_proportion(source):
    made = list(pages(read_records(source), "training", **OPTIONS | {"questions": 6}))
    counts = Counter(gold(page_of(record)).candidate is None for record in made)
    assert counts == {False: 6, True: 2}


def test_same_seed_same_pages_other_seed_others(source):
    records = read_records(source)
    a, b, c = (list(pages(records, "training", **OPTIONS | {"seed": seed})) for seed in (1, 1, 2))
    assert a == b
    assert a != c


def test_too_few_paragraphs_are_refused(source):
    with pytest.raises(InputError, match="ask for fewer"):
        list(pages(read_records(source), "training", **OPTIONS | {"candidates": 60}))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"question": ""}, "question: missing"),
        ({"title": None}, "title: missing"),
        ({"long_answer": 3}, "long_answer: missing"),
        ({"short_answers": "Person1"}, "short_answers: missing or not a list"),
        ({"answers": [1]}, "answers: missing or not a list of texts"),
        ({"short_answers": ["nowhere"]}, "short_answers: none stands in the paragraph"),
        ({"question": "who saw the river 0"}, "question: asked on an earlier line"),
    ],
)
def test_faults_name_file_line_and_field(tmp_path, changes, message):
    path = write(tmp_path / "g.jsonl", [row(0), row(1, **changes)])
    with pytest.raises(InputError, match=rf"g\.jsonl:2: {message}"):
        read_records(path)


@pytest.mark.skipif(not MIRROR.is_dir(), reason="RECKON_MIRROR is not set")
def test_untouched_kaggle_records_and_derived_pages_are_read_as_they_are():
    real = list(read_pages(MIRROR / "nq_simplified_real2.jsonl.gz"))
    assert [len(page.candidates) for page in real] == [236, 37]
    assert real[1].words[slice(*gold(real[1]).short_answer)] == ["Tracy", "McConnell"]
    assert len(list(read_pages(MIRROR / "nq_dev_pages_simplified_derived.jsonl.gz"))) == 54


@pytest.mark.skipif(not MIRROR.is_dir(), reason="RECKON_MIRROR is not set")
def test_real_questions_split_about_in_half():
    records = read_records(MIRROR / "nq_open_oracle_gold_paragraph.jsonl.gz")
    counts = Counter(split_of(record.paragraph.title) for record in records)
    assert counts == {"training": 1304, "evaluation": 1351}
