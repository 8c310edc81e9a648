"""SQuAD files: what is read, and every fault by its file, article and question."""

import json
from pathlib import Path
from typing import Any

import pytest

from reckon.data.squad import (
    MOST_WORDS,
    TRAINING_TITLES,
    Answer,
    Question,
    counts_of,
    of_split,
    read_paragraphs,
)
from reckon.data.squad_pages import EVALUATION_TITLES
from reckon.errors import InputError

CONTEXT = "The dog is in Paris, the capital of France."


def asked(name: str = "q1", answers: Any = (("Paris", 14),), **more: Any) -> dict[str, Any]:
    rows = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": name, "question": "Where is the dog?", "answers": rows} | more


def written(
    folder: Path, *rows: dict[str, Any], context: str = CONTEXT, name: str = "a.json", title: str = "Dogs"
) -> Path:
    article = {"title": title, "paragraphs": [{"context": context, "qas": list(rows)}]}
    (folder / name).write_text(json.dumps({"version": "v2.0", "data": [article]}), "utf-8")
    return folder / name


def refusal(path: Path) -> str:
    with pytest.raises(InputError) as error:
        read_paragraphs([path])
    assert str(path) in str(error.value)
    return str(error.value)


def test_a_file_is_read_as_it_is(tmp_path):
    path = written(tmp_path, asked(), asked("q2", (), is_impossible=True))
    (paragraph,) = read_paragraphs([path])
    assert (paragraph.title, paragraph.context) == ("Dogs", CONTEXT)
    assert paragraph.questions == (
        Question("q1", "Where is the dog?", (Answer("Paris", 14),)),
        Question("q2", "Where is the dog?", ()),
    )


def test_version_1_has_no_word_on_impossible_questions_and_none_is(tmp_path):
    counts = counts_of(read_paragraphs([written(tmp_path, asked())]))
    assert counts == {"articles": 1, "paragraphs": 1, "questions": 1}
    assert (counts["impossible"], counts["misplaced"]) == (0, 0)


def test_an_answer_that_does_not_stand_at_its_place_is_kept_without_one_and_counted(tmp_path):
    """Scoring needs its text, training cannot use it."""
    rows = [
        asked("a", (("Paris", 13),)),
        asked("b", (("London", 14),)),
        asked("c", (("x", 99), ("Paris", 14))),
    ]
    paragraphs = read_paragraphs([written(tmp_path, *rows)])
    first, second, third = paragraphs[0].questions
    assert first.answers == (Answer("Paris", None),)
    assert first.placed == second.placed == ()
    assert third.placed == (Answer("Paris", 14),)
    assert counts_of(paragraphs)["misplaced"] == 2


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (asked(answers=(("Paris", -1),)), "article 'Dogs', paragraph 0, question 'q1': answer_start is -1"),
        (asked(answers=((" ", 3),)), "question 'q1': an answer is empty"),
        (asked(is_impossible=True), "question 'q1': it is said to be impossible, and has an answer"),
        (asked(is_impossible="no"), "question 'q1': expected true or false"),
        (asked() | {"answers": [{"text": "Paris"}]}, "question 'q1': [0]: no 'answer_start'"),
        (asked() | {"answers": [{"text": "Paris", "answer_start": "3"}]}, "expected a whole number"),
        (asked() | {"answers": None}, "expected a list"),
        (asked() | {"id": 3}, "qas[0].id: expected a text"),
        ({"id": "q1"}, "qas[0]: no 'question'"),
    ],
)
def test_a_fault_is_named_by_article_and_question(tmp_path, row, words):
    assert words in refusal(written(tmp_path, row))


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ("", "article 'Dogs', paragraph 0: the context is empty"),
        (" \n\t ", "paragraph 0: the context is empty"),
        ("a " * 100_000, "the context has 100,000 words, more than 65,536"),
    ],
)
def test_a_context_that_cannot_be_read_is_named(tmp_path, context, words):
    assert words in refusal(written(tmp_path, asked("q", ()), context=context))


def test_the_longest_context_that_is_read(tmp_path):
    (paragraph,) = read_paragraphs([written(tmp_path, asked("q", ()), context="a " * MOST_WORDS)])
    assert len(paragraph.context.split()) == MOST_WORDS


def test_an_id_that_stands_twice_is_named_with_both_files(tmp_path):
    assert "question 'q1': the id stands twice" in refusal(written(tmp_path, asked(), asked()))
    first = written(tmp_path, asked(), name="b.json")
    second = written(tmp_path, asked(), name="c.json", title="Cats")
    with pytest.raises(InputError, match=r"c\.json: .*question 'q1': the id stands twice, also in .*b\.json"):
        read_paragraphs([first, second])


def test_all_faults_of_a_file_are_told_at_once_up_to_five(tmp_path):
    rows = [asked(f"q{i}", (("Paris", -1),)) for i in range(8)]
    said = refusal(written(tmp_path, *rows))
    assert [f"question 'q{i}': answer_start" in said for i in range(8)] == [True] * 5 + [False] * 3
    assert "and 3 more; correct them" in said


def test_a_file_that_is_not_utf_8_is_named(tmp_path):
    path = tmp_path / "a.json"
    path.write_bytes(json.dumps({"data": []}).encode("utf-16"))
    assert "cannot be read" in refusal(path)
    path.write_bytes(b'{"data": [{"title": "caf\xe9"}]}')
    assert "UTF-8" in refusal(path)


@pytest.mark.parametrize("content", ["[]", "{}", '{"data": {}}', '{"data": [{"title": "a"}]}', "{"])
def test_what_is_not_squad_is_named(tmp_path, content):
    (tmp_path / "a.json").write_text(content)
    refusal(tmp_path / "a.json")


def test_an_article_of_two_files_is_that_of_the_first(tmp_path):
    first, second = written(tmp_path, asked(), name="b.json"), written(tmp_path, asked("q2"), name="c.json")
    assert [q.question_id for p in read_paragraphs([first, second]) for q in p.questions] == ["q1"]


def test_the_articles_at_hand_are_split_by_title_other_corpora_by_file(tmp_path):
    files = [
        written(tmp_path, asked(f"q{i}"), name=f"{i}.json", title=title)
        for i, title in enumerate(("Oxygen", "Kenya", "Dogs"))
    ]
    paragraphs = read_paragraphs(files)
    assert [p.title for p in of_split(paragraphs, "articles", "evaluation")] == ["Oxygen"]
    assert [p.title for p in of_split(paragraphs, "articles", "training")] == ["Kenya"]
    assert of_split(paragraphs, "squad2", "training") == paragraphs
    assert not TRAINING_TITLES & EVALUATION_TITLES
    assert (len(TRAINING_TITLES), len(EVALUATION_TITLES)) == (30, 19)
