"""Contexts and questions as token ids: each tokenised once, every window a slice of its context.

One row a paragraph: its text, its tokens with their places in it, and its questions. The file is an Arrow
file without compression: it is mapped into memory, and a paragraph costs nothing until it is read.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from reckon.data.squad import Paragraph, Question
from reckon.files.arrow import FAULTS, fault, lengths, mapped, write_rows
from reckon.nn.template import Template, read_template

_AS_TEXT = {"add_special_tokens": False, "split_special_tokens": True, "verbose": False}
IMPOSSIBLE = -1  # answer of a question that has none
UNPLACED = -2  # of a question whose answers stand nowhere in the context: it is asked, never trained on
SCHEMA = pa.schema(
    [
        ("title", pa.string()),
        ("context", pa.string()),
        ("tokens", pa.list_(pa.int32())),
        ("token_start", pa.list_(pa.int32())),  # characters of the context, end exclusive
        ("token_end", pa.list_(pa.int32())),
        ("question_id", pa.list_(pa.string())),
        ("question", pa.list_(pa.list_(pa.int32()))),
        ("answer_first", pa.list_(pa.int32())),  # first and last token of the first answer, both inclusive
        ("answer_last", pa.list_(pa.int32())),
    ]
)


def tokenise(
    paragraphs: Iterable[Paragraph], tokenizer: Any, *, question_tokens: int
) -> Iterator[dict[str, Any]]:
    """Yield one row of `SCHEMA` a paragraph; questions are cut at `question_tokens` tokens.

    `tokenizer` is a fast one: it tells the place of a token. A text that spells a special token is text.
    """
    for paragraph in paragraphs:
        encoded = tokenizer(paragraph.context, return_offsets_mapping=True, **_AS_TEXT)
        places = np.array(encoded["offset_mapping"], dtype=np.int32).reshape(-1, 2)
        answers = [answer_tokens(question, places) for question in paragraph.questions]
        texts = [question.text for question in paragraph.questions]
        asked = tokenizer(texts, **_AS_TEXT)["input_ids"] if texts else []
        yield {
            "title": paragraph.title,
            "context": paragraph.context,
            "tokens": encoded["input_ids"],
            "token_start": places[:, 0],
            "token_end": places[:, 1],
            "question_id": [question.question_id for question in paragraph.questions],
            "question": [row[:question_tokens] for row in asked],
            "answer_first": [first for first, _ in answers],
            "answer_last": [last for _, last in answers],
        }


def answer_tokens(question: Question, places: np.ndarray) -> tuple[int, int]:
    """First and last token that share a character with the first placed answer; IMPOSSIBLE or UNPLACED twice.

    `places` (tokens, 2) are the characters [start, end) of each token. An answer of which the tokenizer kept
    nothing is UNPLACED.
    """
    if not question.answers:
        return IMPOSSIBLE, IMPOSSIBLE
    spans = [
        (answer.start, answer.start + len(answer.text))
        for answer in question.answers
        if answer.start is not None
    ]
    if not spans:
        return UNPLACED, UNPLACED
    start, end = spans[0]
    shared = np.flatnonzero((places[:, 0] < end) & (places[:, 1] > start))
    return (int(shared[0]), int(shared[-1])) if len(shared) else (UNPLACED, UNPLACED)


def write_tokens(path: Path, rows: Iterable[dict[str, Any]], template: Template) -> int:
    """Write rows of `SCHEMA` and the template, atomically; return the number of paragraphs."""
    return write_rows(path, rows, SCHEMA.with_metadata({"template": template.to_json()}))


class TokenParagraphs:
    """A token file, mapped into memory; questions are numbered from 0 over all paragraphs, in their order."""

    def __init__(self, path: Path) -> None:
        """Raises `InputError` for a file that is not of this form, or has a place outside its paragraph."""
        self.path = path
        try:
            self.table = mapped(path, SCHEMA)
            self.template = read_template(self.table.schema.metadata[b"template"])
            _check_places(self.table)
        except (KeyError, RecursionError, *FAULTS) as error:
            raise fault(path, "not a file of tokenised paragraphs", error) from error

    def __len__(self) -> int:
        return len(self.owner)

    def row(self, column: str, paragraph: int) -> np.ndarray:
        """A list of numbers of one paragraph, as a view of the mapped file."""
        return self.table.column(column)[paragraph].values.to_numpy()

    @cached_property
    def owner(self) -> np.ndarray:
        """(questions,) the paragraph of each question."""
        return np.repeat(np.arange(self.table.num_rows), lengths(self.table, "question_id"))

    @cached_property
    def question_id(self) -> list[str]:
        """Ids in their order."""
        return [name for names in self.table.column("question_id").to_pylist() for name in names]

    @cached_property
    def questions(self) -> list[np.ndarray]:
        """(questions,) token ids of each question."""
        rows = self.table.column("question").to_pylist()
        return [np.array(question, dtype=np.int64) for row in rows for question in row]

    @cached_property
    def answers(self) -> np.ndarray:
        """(questions, 2) first and last token of each answer in its paragraph; IMPOSSIBLE, or UNPLACED."""
        columns = [_flat(self.table, name) for name in ("answer_first", "answer_last")]
        return np.stack(columns, axis=1).astype(np.int64)

    @cached_property
    def token_counts(self) -> np.ndarray:
        """(paragraphs,) tokens of each context."""
        return lengths(self.table, "tokens")

    def titles(self) -> list[str]:
        """(questions,) the article of each question."""
        titles = self.table.column("title").to_pylist()
        return [titles[paragraph] for paragraph in self.owner]

    def text(self, question: int, first: int, last: int) -> str:
        """The characters of the context from token `first` to token `last`, without blanks at the ends."""
        paragraph = int(self.owner[question])
        start = int(self.row("token_start", paragraph)[first])
        end = int(self.row("token_end", paragraph)[last])
        return self.table.column("context")[paragraph].as_py()[start:end].strip()


def _check_places(table: pa.Table) -> None:
    """Raise ValueError unless every place lies inside its paragraph."""
    tokens, questions = lengths(table, "tokens"), lengths(table, "question_id")
    for counts, names in (
        (tokens, ("token_start", "token_end")),
        (questions, ("question", "answer_first", "answer_last")),
    ):
        if any(not np.array_equal(lengths(table, name), counts) for name in names):
            raise ValueError(f"{names[0]}: not as many as there are tokens or questions")
    start, end = _flat(table, "token_start"), _flat(table, "token_end")
    characters = np.array([len(text) for text in table.column("context").to_pylist()], dtype=np.int64)
    if ((start < 0) | (start > end) | (end > np.repeat(characters, tokens))).any():
        raise ValueError("token_end: outside its context")
    first, last = _flat(table, "answer_first"), _flat(table, "answer_last")
    inside = (first >= 0) & (first <= last) & (last < np.repeat(tokens, questions))
    if not (inside | (first == last) & ((first == IMPOSSIBLE) | (first == UNPLACED))).all():
        raise ValueError("answer_last: outside its context")


def _flat(table: pa.Table, column: str) -> np.ndarray:
    chunks = [chunk.flatten().to_numpy() for chunk in table.column(column).chunks]
    return np.concatenate(chunks) if chunks else np.zeros(0, np.int32)
