"""Token files: every token has its characters, every answer its tokens, and damage is named."""

import numpy as np
import pyarrow as pa
import pytest

from reckon.data.squad import Answer, Question
from reckon.errors import InputError
from reckon.squad.tokens import (
    IMPOSSIBLE,
    SCHEMA,
    UNPLACED,
    TokenParagraphs,
    answer_tokens,
    write_tokens,
)

TEXT = "the dog is in paris, the capital of france. one dog, two dogs."


@pytest.mark.parametrize("kind", ["bert", "mpnet", "albert"])
def test_the_tokens_of_an_answer_have_its_text(tokens_of, kind):
    answers = ["dog", "paris", "the capital of france", "two dogs."]
    tokens = tokens_of((TEXT, [("who", answer) for answer in answers]), kind=kind)
    assert [tokens.text(i, *tokens.answers[i]) for i in range(4)] == answers


@pytest.mark.parametrize("kind", ["bert", "albert"])
def test_a_whole_context_has_its_whole_text(tokens_of, kind):
    tokens = tokens_of((f"  {TEXT} ", [("who", None)]), kind=kind)
    assert tokens.text(0, 0, int(tokens.token_counts[0]) - 1) == TEXT


def test_an_answer_inside_a_token_takes_the_token():
    """ "France" in "Frances": what cannot be cut is taken whole."""
    places = np.array([[0, 3], [4, 11], [11, 12]])
    inside = Question("q", "?", (Answer("France", 4),))
    assert answer_tokens(inside, places) == (1, 1)
    across = Question("q", "?", (Answer("e Frances.", 2),))
    assert answer_tokens(across, places) == (0, 2)
    between = Question("q", "?", (Answer(" ", 3),))
    assert answer_tokens(between, places) == (UNPLACED, UNPLACED)


def test_the_first_placed_answer_counts():
    places = np.array([[0, 3], [4, 7]])
    question = Question("q", "?", (Answer("x", None), Answer("dog", 4), Answer("the", 0)))
    assert answer_tokens(question, places) == (1, 1)
    assert answer_tokens(Question("q", "?", ()), places) == (IMPOSSIBLE, IMPOSSIBLE)
    assert answer_tokens(Question("q", "?", (Answer("x", None),)), places) == (UNPLACED, UNPLACED)


def test_questions_are_cut_and_numbered_over_all_paragraphs(tokens_of):
    tokens = tokens_of((TEXT, [("who " * 20, None), ("who", None)]), (TEXT, [("who", "dog")]))
    assert tokens.question_id == ["0.0", "0.1", "1.0"]
    assert [len(ids) for ids in tokens.questions] == [8, 1, 1]
    assert tokens.owner.tolist() == [0, 0, 1]
    assert tokens.titles() == ["article 0", "article 0", "article 1"]
    assert (tokens.answers == IMPOSSIBLE).all(axis=1).tolist() == [True, True, False]


def test_a_paragraph_without_questions_is_kept_and_a_file_without_any_is_empty(tokens_of):
    assert len(tokens_of((TEXT, []))) == 0
    assert len(tokens_of()) == 0


def test_a_text_that_spells_a_special_token_is_text(tokens_of):
    tokens = tokens_of(("the [SEP] dog", [("[CLS] who", "dog")]))
    special = set(tokens.template.prefix + tokens.template.suffix)
    assert not special & set(tokens.row("tokens", 0).tolist())
    assert not special & set(tokens.questions[0].tolist())


ROW = {
    "title": "t",
    "context": "the dog",
    "tokens": [5, 6],
    "token_start": [0, 4],
    "token_end": [3, 7],
    "question_id": ["q"],
    "question": [[7]],
    "answer_first": [1],
    "answer_last": [1],
}


def written(path, template="[[2], [3], [3], 1]", **changes):
    schema = SCHEMA.with_metadata({"template": template})
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, schema) as out:
        out.write_batch(pa.RecordBatch.from_pylist([ROW | changes], schema=schema))
    return path


def test_the_row_by_hand_is_read(tmp_path):
    tokens = TokenParagraphs(written(tmp_path / "t.arrow"))
    assert tokens.text(0, *tokens.answers[0]) == "dog"


@pytest.mark.parametrize(
    "changes",
    [
        {"token_end": [3, 8]},
        {"token_start": [-1, 4]},
        {"token_start": [0, 8]},
        {"token_start": [0]},
        {"question": []},
        {"answer_first": [2], "answer_last": [2]},
        {"answer_first": [1], "answer_last": [0]},
        {"answer_first": [IMPOSSIBLE], "answer_last": [1]},
        {"answer_first": [-3], "answer_last": [-3]},
        {"context": None},
        {"question_id": None},
        {"template": "[[2], [3]]"},
        {"template": "{"},
    ],
)
def test_a_place_outside_its_paragraph_is_named(tmp_path, changes):
    path = written(tmp_path / "t.arrow", **changes)
    with pytest.raises(InputError, match=r"t\.arrow: not a file of tokenised paragraphs"):
        TokenParagraphs(path)


def test_the_same_rows_give_the_same_bytes(tmp_path, tokens_of):
    template = tokens_of((TEXT, [])).template
    for name in "ab":
        write_tokens(tmp_path / name, [ROW] * 3, template)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
