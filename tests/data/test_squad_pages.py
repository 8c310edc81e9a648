"""SQuAD articles as pages: the same from the mirror's files and from the official ones."""

import gzip
import json
import os
from pathlib import Path

import pytest

from reckon.data.squad_pages import EVALUATION_TITLES, pages, read_articles
from reckon.errors import InputError
from reckon.qa.pages import gold, page_of

MIRROR = Path(os.environ.get("RECKON_MIRROR", "")) / "squad2"
OPTIONS = {"added": 0, "questions": None, "drop_plausible": False, "seed": 1}


def squad(*titles: str, offsets: bool = True) -> dict:
    """Articles of three paragraphs with an answerable and an impossible question each."""
    return {"version": "v2.0", "data": [_article(title, offsets) for title in titles]}


def _article(title: str, offsets: bool) -> dict:
    start = {"answer_start": 3} if offsets else {"answer_start": 0}
    paragraphs = []
    for k in range(3):
        answer = f"word{k} {title[0]}"
        context = f"In {answer}  lies\nthe heart of the matter number {k}."
        qas = [
            {"id": f"{title}-{k}-b", "question": " what lies? ", "is_impossible": True, "answers": [],
             "plausible_answers": [{"text": "heart", "answer_start": 0}]},
            {"id": f"{title}-{k}-a", "question": "Where?", "is_impossible": False,
             "answers": [{"text": text, **start} for text in (answer, f"word{k}", answer)]},
        ]  # fmt: skip
        paragraphs.append({"context": context, "qas": qas if offsets else qas[::-1]})
    return {"title": title, "paragraphs": paragraphs}


def write(path: Path, data: dict) -> Path:
    text = json.dumps(data).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def test_article_is_the_page_and_paragraphs_are_the_candidates(tmp_path):
    source = write(tmp_path / "dev.json", squad("Oxygen", "Normans"))
    records = list(pages(read_articles([source]), "evaluation", **OPTIONS))
    assert [record["example_id"] for record in records] == [f"Oxygen-{k}-{x}" for k in range(3) for x in "ab"]
    page = page_of(records[2])
    assert len(page.candidates) == 3
    assert page.question_text == "Where?"
    assert gold(page).candidate == 1
    # "word1 O" was given twice, so it comes first; the other reference is an annotation of its own.
    answers = [page.words[slice(*note.short_answers[0])] for note in page.annotations]
    assert answers == [["word1", "O"], ["word1"]]
    assert gold(page_of(records[3])).candidate is None
    assert page_of(records[3]).question_text == "what lies?"


def test_mirror_and_official_files_give_the_same_pages(tmp_path):
    """Another grouping into files, another order, other offsets: the same records."""
    official = [write(tmp_path / "dev-v2.0.json", squad("Rhine", "Normans", "Oxygen"))]
    mirror = [
        write(tmp_path / "train.json.gz", squad("Normans", offsets=False)),
        write(tmp_path / "dev.json.gz", squad("Oxygen", "Rhine", offsets=False)),
    ]
    for split in ("training", "evaluation"):
        options = OPTIONS | {"added": 2 if split == "evaluation" else 0, "questions": 2}
        a, b = (list(pages(read_articles(files), split, **options)) for files in (official, mirror))
        assert a == b
        assert a


def test_split_is_by_title(tmp_path):
    articles = read_articles([write(tmp_path / "a.json", squad("Oxygen", "Normans", "Rhine"))])
    titles = {
        split: {r["document_title"] for r in pages(articles, split, **OPTIONS)}
        for split in ("training", "evaluation")
    }
    assert titles == {"training": {"Normans"}, "evaluation": {"Oxygen", "Rhine"}}
    assert len(EVALUATION_TITLES) == 19


def test_wide_pages_add_paragraphs_of_other_articles_and_keep_the_order_of_their_own(tmp_path):
    articles = read_articles([write(tmp_path / "a.json", squad("Oxygen", "Rhine", "Geology"))])
    records = list(pages(articles, "evaluation", **OPTIONS | {"added": 4}))
    for record in records:
        page = page_of(record)
        texts = [" ".join(page.words[s + 1 : e - 1]) for s, e, _ in page.candidates]
        own = [text for text in texts if f" {record['document_title'][0]} lies" in text]
        assert len(texts) == 7
        assert [text.split()[1] for text in own] == ["word0", "word1", "word2"]
        if note := page.annotations[0].long_answer:
            assert "lies the heart" in texts[note.candidate_index]
    orders = {tuple(page_of(record).words) for record in records if record["document_title"] == "Rhine"}
    assert len(orders) > 1, "the added paragraphs are drawn anew for every question"


def test_added_paragraphs_state_no_answer(tmp_path):
    data = squad("Oxygen", "Rhine")
    data["data"][1]["paragraphs"][0]["context"] += " Also WORD1 O is named here."
    articles = read_articles([write(tmp_path / "a.json", data)])
    records = {r["example_id"]: r for r in pages(articles, "evaluation", **OPTIONS | {"added": 1})}
    assert "WORD1" not in records["Oxygen-1-a"]["document_text"]
    # Two of Rhine's three paragraphs state an answer to the question about word1: one is left.
    with pytest.raises(InputError, match=r"1 paragraphs of other articles .* --added-paragraphs"):
        list(pages(articles, "evaluation", **OPTIONS | {"added": 2}))


def test_the_plausible_paragraph_can_be_left_out(tmp_path):
    articles = read_articles([write(tmp_path / "a.json", squad("Oxygen"))])
    for record in pages(articles, "evaluation", **OPTIONS | {"drop_plausible": True}):
        k, impossible = record["example_id"][-3], record["example_id"].endswith("b")
        assert len(record["long_answer_candidates"]) == (2 if impossible else 3)
        assert (f"word{k}" in record["document_text"]) != impossible


def test_first_of_equal_titles_wins(tmp_path):
    first = write(tmp_path / "a.json", squad("Oxygen"))
    second = write(tmp_path / "b.json", squad("Oxygen", "Rhine"))
    assert [article.title for article in read_articles([first, second])] == ["Oxygen", "Rhine"]
    assert len(list(pages(read_articles([first, second]), "evaluation", **OPTIONS))) == 12


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: data.pop("data"), r"\.data: missing or not a list"),
        (lambda data: data["data"][0].pop("title"), r"data\[0\]\.title: missing"),
        (lambda data: data["data"][0]["paragraphs"][1].pop("context"), r"paragraphs\[1\]\.context"),
        (lambda data: data["data"][0]["paragraphs"][1]["qas"][1].update(answers=3), r"qas\[1\]\.answers"),
        (lambda data: data["data"][0]["paragraphs"][1]["qas"].append(7), r"qas\[2\]\.answers"),
    ],
)
def test_a_file_that_is_not_squad_is_refused_with_the_place(tmp_path, change, message):
    data = squad("Oxygen")
    change(data)
    with pytest.raises(InputError, match=message):
        read_articles([write(tmp_path / "a.json", data)])


def test_a_cut_off_file_is_refused(tmp_path):
    whole = json.dumps(squad("Oxygen")).encode()
    (tmp_path / "a.json").write_bytes(whole[:100])
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(whole)[:100])
    for name in ("a.json", "b.json.gz"):
        with pytest.raises(InputError, match=rf"{name}: not complete JSON .* fetch it again"):
            read_articles([tmp_path / name])


def test_an_answer_that_stands_nowhere_is_refused(tmp_path):
    data = squad("Oxygen")
    data["data"][0]["paragraphs"][0]["qas"][1]["answers"] = [{"text": "unsaid", "answer_start": 0}]
    articles = read_articles([write(tmp_path / "a.json", data)])
    with pytest.raises(InputError, match="question Oxygen-0-a: no answer stands in its paragraph"):
        list(pages(articles, "evaluation", **OPTIONS))


@pytest.mark.skipif(not MIRROR.is_dir(), reason="RECKON_MIRROR is not set")
def test_real_articles_split_as_the_mirror_does():
    articles = read_articles([MIRROR / name for name in ("train.json.gz", "dev.json.gz")])
    counts = {
        split: sum(
            len(g)
            for a in articles
            if (a.title in EVALUATION_TITLES) == (split == "evaluation")
            for g in a.questions
        )
        for split in ("training", "evaluation")
    }
    assert counts == {"training": 6078, "evaluation": 5795}
