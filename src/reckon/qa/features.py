"""Pages as token ids: every page tokenised once, every candidate a slice of it.

A page is stored as one row of token ids with the offset of each word, so that nested candidates
share their tokens and a sequence is put together by slicing. The file is an Arrow stream without
compression: it is mapped into memory, and a page costs nothing until it is read.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from reckon.errors import InputError
from reckon.files.arrow import FAULTS, fault, lengths, mapped, write_rows
from reckon.nn.template import Template, read_template
from reckon.qa.pages import Gold, Page, gold
from reckon.qa.places import LARGEST_TOKEN, check_places

_TAG = re.compile(r"^<[^>]+>$")
_MOST_KNOWN = 1_000_000  # words whose tokens are kept at hand; all of them would fill the memory
_AS_TEXT = {"add_special_tokens": False, "split_special_tokens": True, "verbose": False}
SCHEMA = pa.schema(
    [
        ("example_id", pa.string()),
        ("question", pa.list_(pa.int32())),
        ("tokens", pa.list_(pa.int32())),
        ("word_offsets", pa.list_(pa.int32())),  # words + 1; word w has tokens[offsets[w]:offsets[w + 1]]
        ("candidate_start", pa.list_(pa.int32())),  # words, as in long_answer_candidates
        ("candidate_end", pa.list_(pa.int32())),
        ("answer_class", pa.int8()),  # NONE, LONG, SHORT, NO or YES of reckon.qa.pages
        ("gold_candidate", pa.int32()),  # -1: none
        ("answer_start", pa.int32()),  # words of the first short answer, -1: none
        ("answer_end", pa.int32()),  # exclusive
        ("other_start", pa.list_(pa.int32())),  # further short answers, of this and of other annotators
        ("other_end", pa.list_(pa.int32())),
        ("other_gold", pa.list_(pa.int32())),  # candidates that other annotators chose
    ]
)


def tokenise(pages: Iterable[Page], tokenizer: Any, *, markup: str, question_tokens: int) -> Iterator[dict]:
    """Yield one row of `SCHEMA` a page.

    Words are tokenised one by one, so that a word's tokens do not depend on its neighbours. An HTML
    tag has no tokens (`markup="drop"`), or is a token of its own (`markup="tokens"`, for the nine
    block tags; other tags have none). A text that spells a special token, such as [SEP], is text.
    """
    fixed: dict[str, list[int]] = {"": []} | (_markup(tokenizer) if markup == "tokens" else {})
    known: dict[str, list[int]] = {}
    for page in pages:
        if len(known) > _MOST_KNOWN:
            known = {}
        words = ["" if _TAG.match(word) and word not in fixed else word for word in page.words]
        _encode(sorted(set(words) - fixed.keys() - known.keys()), tokenizer, known)
        pieces = [fixed[word] if word in fixed else known[word] for word in words]
        label = gold(page)
        others = _further_answers(page, label)
        yield {
            "example_id": page.example_id,
            "question": tokenizer.encode(page.question_text, **_AS_TEXT)[:question_tokens],
            "tokens": [piece for word in pieces for piece in word],
            "word_offsets": np.cumsum([0] + [len(word) for word in pieces], dtype=np.int32),
            "candidate_start": [c.start_token for c in page.candidates],
            "candidate_end": [c.end_token for c in page.candidates],
            "answer_class": label.answer_class,
            "gold_candidate": -1 if label.candidate is None else label.candidate,
            "answer_start": -1 if label.short_answer is None else label.short_answer[0],
            "answer_end": -1 if label.short_answer is None else label.short_answer[1],
            "other_start": [start for start, _ in others],
            "other_end": [end for _, end in others],
            "other_gold": _further_candidates(page),
        }


def _further_answers(page: Page, label: Gold) -> list[tuple[int, int]]:
    """Short answers of all annotators beside the label's own, each once; who says YES or NO gives none."""
    notes = (note for note in page.annotations if note.yes_no_answer == "NONE")
    spans = dict.fromkeys(span for note in notes for span in note.short_answers)
    return [span for span in spans if span != label.short_answer]


def _further_candidates(page: Page) -> list[int]:
    chosen = [note.long_answer.candidate_index for note in page.annotations[1:] if note.long_answer]
    return list(dict.fromkeys(chosen))


def _markup(tokenizer: Any) -> dict[str, list[int]]:
    from reckon.nn.encoders import MARKUP

    return {tag: [tokenizer.convert_tokens_to_ids(tag)] for tag in MARKUP}


def _encode(words: list[str], tokenizer: Any, known: dict[str, list[int]]) -> None:
    """Add the words' token ids to `known`; one call of the tokenizer for all of them."""
    if words:
        encoded = tokenizer(words, return_attention_mask=False, **_AS_TEXT)
        known.update(zip(words, encoded["input_ids"], strict=True))


def write_tokens(path: Path, rows: Iterable[dict], template: Template) -> int:
    """Write rows of `SCHEMA` and the template, atomically; return the number of pages."""
    return write_rows(path, rows, SCHEMA.with_metadata({"template": template.to_json()}))


@dataclass(frozen=True)
class Sequence:
    """One (question, candidate) pair as the encoder reads it."""

    ids: np.ndarray  # (length,)
    types: np.ndarray  # (length,)
    passage_start: int  # position of the passage's first token
    first_token: np.ndarray  # (words,) position of each word's first token, -1: no token (a tag)
    last_token: np.ndarray  # (words,) position of each word's last token
    words: int  # words of the candidate that fit


class TokenPages:
    """A token file, mapped into memory; pages are numbered from 0 in the order of the file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.table = mapped(path, SCHEMA)
            self.template = read_template(self.table.schema.metadata[b"template"])
            check_places(self.table)
        except (KeyError, RecursionError, *FAULTS) as error:
            raise fault(path, "not a file of tokenised pages", error) from error

    def __len__(self) -> int:
        return self.table.num_rows

    def row(self, column: str, page: int) -> np.ndarray:
        """A list column of one page, as a view of the mapped file."""
        return self.table.column(column)[page].values.to_numpy()

    @cached_property
    def example_id(self) -> list[str]:
        """Ids in the order of the file."""
        return self.table.column("example_id").to_pylist()

    @cached_property
    def answer_class(self) -> np.ndarray:
        """(pages,) NONE, LONG, SHORT, NO or YES of reckon.qa.pages."""
        return self.table.column("answer_class").to_numpy()

    @cached_property
    def gold_candidate(self) -> np.ndarray:
        """(pages,) index of the annotated candidate, -1 where there is none."""
        return self.table.column("gold_candidate").to_numpy()

    @cached_property
    def answer(self) -> np.ndarray:
        """(pages, 2) first short answer in words of the page, end exclusive; -1 where there is none."""
        columns = [self.table.column(name).to_numpy() for name in ("answer_start", "answer_end")]
        return np.stack(columns, axis=1)

    @cached_property
    def candidate_counts(self) -> np.ndarray:
        """(pages,) number of candidates."""
        return lengths(self.table, "candidate_start")

    def span(self, page: int, candidate: int) -> tuple[int, int]:
        """Words [start, end) of a candidate in the page."""
        return (
            int(self.row("candidate_start", page)[candidate]),
            int(self.row("candidate_end", page)[candidate]),
        )

    def pairs(self) -> np.ndarray:
        """(n, 2) every (page, candidate)."""
        counts = self.candidate_counts
        pages = np.repeat(np.arange(len(self)), counts)
        candidates = np.concatenate([np.arange(count) for count in counts]) if len(counts) else pages
        return np.stack([pages, candidates], axis=1)

    def _offsets(self, page: int) -> np.ndarray:
        """Offsets of the words of a page; they are looked at when they are needed, for there are many."""
        offsets = self.row("word_offsets", page)
        if offsets[0] != 0 or offsets[-1] != len(self.row("tokens", page)) or (np.diff(offsets) < 0).any():
            raise fault(self.path, "not a file of tokenised pages", f"page {page}: word_offsets")
        return offsets

    def lengths(self, pairs: np.ndarray, max_tokens: int) -> np.ndarray:
        """(n,) sequence lengths of `pairs` (n, 2), an upper bound where a word is cut at the end."""
        out = np.empty(len(pairs), dtype=np.int64)
        if not len(pairs):
            return out
        order = np.argsort(pairs[:, 0], kind="stable")
        pages, first = np.unique(pairs[order, 0], return_index=True)
        for page, rows in zip(pages.tolist(), np.split(order, first[1:]), strict=True):
            offsets, chosen = self._offsets(page), pairs[rows, 1]
            start = self.row("candidate_start", page)[chosen]
            end = self.row("candidate_end", page)[chosen]
            fixed = len(self.row("question", page)) + self.template.special
            out[rows] = np.minimum(max_tokens, offsets[end] - offsets[start] + fixed)
        return out

    def sequence(self, page: int, candidate: int, max_tokens: int) -> Sequence:
        """`[CLS] question [SEP] candidate [SEP]`, cut before the first word that does not fit whole.

        Raises `InputError` if the question leaves no room for a passage.
        """
        question = self.row("question", page)
        start, end = self.span(page, candidate)
        offsets = self._offsets(page)[start : end + 1]
        offsets = offsets - offsets[0]
        room = max_tokens - len(question) - self.template.special
        if room < 1:
            raise InputError(
                f"max_tokens: {max_tokens} leaves no room beside a question of {len(question)} tokens "
                f"({self.path}, page {self.example_id[page]}); raise it or lower question_tokens"
            )
        words = int(np.searchsorted(offsets, room, side="right")) - 1
        base = int(self.row("word_offsets", page)[start])
        passage = self.row("tokens", page)[base : base + int(offsets[words])]
        head = len(self.template.prefix) + len(question) + len(self.template.middle)
        parts = (self.template.prefix, question, self.template.middle, passage, self.template.suffix)
        ids = np.concatenate([np.asarray(part, dtype=np.int64) for part in parts])
        if ids.min() < 0 or ids.max() > LARGEST_TOKEN:  # looked at here: a file may have billions
            raise fault(self.path, "not a file of tokenised pages", f"page {page}: a number of no token")
        types = np.where(np.arange(len(ids)) < head, 0, self.template.passage_type)
        empty = offsets[1 : words + 1] == offsets[:words]
        return Sequence(
            ids=ids,
            types=types,
            passage_start=head,
            first_token=np.where(empty, -1, head + offsets[:words]),
            last_token=np.where(empty, -1, head + offsets[1 : words + 1] - 1),
            words=words,
        )
