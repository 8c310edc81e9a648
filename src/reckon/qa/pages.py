"""Pages with a question: the simplified Natural Questions schema of Kaggle's TF2-QA, read and checked.

One JSON object a line: `example_id`, `question_text`, `document_text`, `long_answer_candidates`,
`annotations`. All offsets count words of `document_text`; end offsets are exclusive.
"""

import hashlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from reckon.errors import InputError
from reckon.files.reading import read_jsonl
from reckon.files.shapes import is_identity
from reckon.qa.articles import article_of

log = logging.getLogger(__name__)

# Labels of the class head, in the order of the original code.
NONE, LONG, SHORT, NO, YES = range(5)
CLASSES = ("none", "long", "short", "no", "yes")

# The longest page of Natural Questions has about 250,000 words and 2 MB; ten times that is a damaged file.
MOST_CHARACTERS = 64 * 1024 * 1024
MOST_WORDS = 1_000_000


class Candidate(NamedTuple):
    """An HTML element that may hold the answer: words [start_token, end_token), tags included."""

    start_token: int
    end_token: int
    top_level: bool  # False: nested in another candidate, as a row in its table


class LongAnswer(NamedTuple):
    """The candidate an annotator chose, and its words [start_token, end_token)."""

    candidate_index: int
    start_token: int
    end_token: int


class Annotation(NamedTuple):
    """What one annotator answered; short answers and YES/NO lie inside the long answer."""

    long_answer: LongAnswer | None
    short_answers: tuple[tuple[int, int], ...]  # words [start, end) of the document
    yes_no_answer: str  # YES, NO or NONE


class Gold(NamedTuple):
    """The training label of a page."""

    answer_class: int  # NONE, LONG, SHORT, NO, YES
    candidate: int | None  # index of the annotated candidate
    short_answer: tuple[int, int] | None  # words [start, end) of the document


@dataclass(frozen=True)
class Page:
    """One question and the document in which to look for its answer."""

    example_id: str  # the official ids are integers; kept as text
    question_text: str
    document_text: str
    candidates: tuple[Candidate, ...]
    annotations: tuple[Annotation, ...]  # one in training data, five in the evaluation data of NQ
    article: str = ""  # whose page it is: the title, or the address without its revision; empty: not told

    @cached_property
    def words(self) -> list[str]:
        """Words of the document, cut at every single blank.

        Not `split()`: that also cuts at U+180E and other white space, and every later offset drifts.
        """
        return self.document_text.split(" ")


def read_pages(path: str | os.PathLike[str]) -> Iterator[Page]:
    """Yield the pages of a jsonl(.gz) file in order, one in memory at a time.

    Every fault raises `InputError` "file:line: field: what; what to do". A page without candidates, to
    which no annotator gave an answer, can be neither trained on nor answered: it is left out, and the log
    says how many were.
    """
    seen: dict[str, int] = {}
    left_out = 0
    for number, record in read_jsonl(path):
        if _is_bare(record):
            left_out += 1
            continue
        try:
            page = page_of(record)
            if page.example_id in seen:
                raise _fault("example_id", f"also on line {seen[page.example_id]}", "keep one of the two")
        except InputError as fault:
            raise InputError(f"{path}:{number}: {fault}") from None
        seen[page.example_id] = number
        yield page
    if left_out:
        log.info("%s: %d pages left out, which have no candidate", path, left_out)


def _is_bare(record: dict[str, Any]) -> bool:
    """Whether a page has no candidate, and no annotator says otherwise."""
    if record.get("long_answer_candidates") != [] or not record.get("annotations"):
        return False
    try:
        return all(note["long_answer"]["candidate_index"] == -1 for note in record["annotations"])
    except (KeyError, TypeError):  # a fault, which its check names
        return False


def gold(page: Page) -> Gold:
    """Label of the first annotation, the tests in the original's order: YES, NO, short, long only, none."""
    long_answer, short_answers, yes_no = page.annotations[0]
    if long_answer is None:
        return Gold(NONE, None, None)
    if yes_no != "NONE":
        return Gold(YES if yes_no == "YES" else NO, long_answer.candidate_index, None)
    if short_answers:
        return Gold(SHORT, long_answer.candidate_index, short_answers[0])
    return Gold(LONG, long_answer.candidate_index, None)


def part(example_id: str, development_share: float) -> str:
    """Which fixed part of the evaluation pages an id belongs to: "development", "public" or "private".

    Thresholds are tuned on the development part, which is never scored; the rest is halved.
    From SHA-256 of the id: bytes 0-7 as a fraction in [0, 1) below `development_share` mean development,
    else the lowest bit of byte 8 decides, so that another share moves no page between public and private.
    """
    digest = hashlib.sha256(example_id.encode()).digest()
    if int.from_bytes(digest[:8], "big") < development_share * 2**64:
        return "development"
    return "private" if digest[8] & 1 else "public"


def _fault(field: str, what: str, remedy: str) -> InputError:
    """Error of one record; the reader puts file and line before it."""
    return InputError(f"{field}: {what}; {remedy}")


def page_of(record: dict[str, Any]) -> Page:
    """Check one record and return it as a `Page`; raises `InputError` "field: what; what to do"."""
    text = _text(record, "document_text")
    count = text.count(" ") + 1
    if count > MOST_WORDS:
        raise _fault("document_text", f"{count:,} words, at most {MOST_WORDS:,}", "split the page")
    candidates = tuple(
        _candidate(row, f"long_answer_candidates[{i}]", count)
        for i, row in enumerate(_list(record, "long_answer_candidates"))
    )
    if not candidates:
        raise _fault("long_answer_candidates", "empty", "give the page the candidate that was chosen")
    annotations = tuple(
        _annotation(row, f"annotations[{i}]", candidates)
        for i, row in enumerate(_list(record, "annotations"))
    )
    if not annotations:
        raise _fault("annotations", "empty", 'write "no answer" as one annotation with candidate_index -1')
    question = _text(record, "question_text")
    return Page(_identity(record), question, text, candidates, annotations, article_of(record))


def _field(record: dict[str, Any], name: str, where: str) -> Any:
    if name not in record:
        raise _fault(where, "missing", "see the schema in docs/data.md, or fetch the file again")
    return record[name]


def _identity(record: dict[str, Any]) -> str:
    value = _field(record, "example_id", "example_id")
    if not is_identity(value):
        what = f"{value!r:.40} is neither a number nor a text; a number has 64 bits at most"
        raise _fault("example_id", what, "give every page its own id")
    return str(value)


def _text(record: dict[str, Any], name: str) -> str:
    value = _field(record, name, name)
    if not isinstance(value, str):
        raise _fault(name, f"expected text, found {type(value).__name__}", "is this the simplified form?")
    if not value.strip():
        raise _fault(name, "empty", "drop the line, or fetch the file again")
    if len(value) > MOST_CHARACTERS:
        raise _fault(name, f"{len(value):,} characters, at most {MOST_CHARACTERS:,}", "is the line damaged?")
    return _encodable(value, name)


def _encodable(text: str, name: str) -> str:
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            what = f"half a surrogate pair at character {error.start}"
            raise _fault(name, what, "fetch the file again") from None
    return text


def _list(record: dict[str, Any], name: str, where: str = "") -> list[Any]:
    value = _field(record, name, where or name)
    if not isinstance(value, list):
        what = f"expected a list, found {type(value).__name__}"
        raise _fault(where or name, what, "is this the simplified form?")
    return value


def _object(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        what = f"expected an object, found {type(value).__name__}"
        raise _fault(where, what, "is this the simplified form?")
    return value


def _integer(record: dict[str, Any], name: str, where: str) -> int:
    value = _field(record, name, f"{where}.{name}")
    if isinstance(value, bool) or not isinstance(value, int):
        what = f"expected a whole number, found {value!r:.40}"
        raise _fault(f"{where}.{name}", what, "offsets count words")
    if not -1 <= value <= MOST_WORDS:
        what = f"{str(value)[:20]} is beyond any page"
        raise _fault(f"{where}.{name}", what, "offsets count words, from 0")
    return value


def _span(value: Any, where: str, first: int, last: int, outer: str) -> tuple[int, int]:
    """Words [start, end) of an object with start_token and end_token, inside [first, last)."""
    record = _object(value, where)
    start, end = _integer(record, "start_token", where), _integer(record, "end_token", where)
    if start >= end:
        raise _fault(f"{where}.end_token", f"{end} is not after start {start}", "end offsets are exclusive")
    if start < first or end > last:
        raise _fault(
            where,
            f"words {start} to {end} lie outside {outer}, {first} to {last}",
            'offsets count words cut at single blanks: document_text.split(" ")',
        )
    return start, end


def _candidate(value: Any, where: str, words: int) -> Candidate:
    start, end = _span(value, where, 0, words, "the document")
    top_level = _field(value, "top_level", f"{where}.top_level")
    if not isinstance(top_level, bool):
        raise _fault(
            f"{where}.top_level", f"expected true or false, found {top_level!r:.40}", "see docs/data.md"
        )
    return Candidate(start, end, top_level)


def _annotation(value: Any, where: str, candidates: tuple[Candidate, ...]) -> Annotation:
    record = _object(value, where)
    long_answer = _long_answer(
        _field(record, "long_answer", f"{where}.long_answer"), f"{where}.long_answer", candidates
    )
    shorts = _list(record, "short_answers", f"{where}.short_answers")
    yes_no = _field(record, "yes_no_answer", f"{where}.yes_no_answer")
    if yes_no not in ("YES", "NO", "NONE"):
        raise _fault(f"{where}.yes_no_answer", f"{yes_no!r:.40} is not one of YES, NO, NONE", "correct it")
    if long_answer is None:
        if shorts or yes_no != "NONE":
            raise _fault(
                f"{where}.long_answer", "none, but there is a short or YES/NO answer", "name its candidate"
            )
        return Annotation(None, (), "NONE")
    spans = tuple(
        _span(row, f"{where}.short_answers[{i}]", *long_answer[1:], "the long answer")
        for i, row in enumerate(shorts)
    )
    return Annotation(long_answer, spans, yes_no)


def _long_answer(value: Any, where: str, candidates: tuple[Candidate, ...]) -> LongAnswer | None:
    """Return the chosen candidate, None for index -1; its offsets must be the candidate's own."""
    record = _object(value, where)
    index = _integer(record, "candidate_index", where)
    if index == -1:
        return None
    if not 0 <= index < len(candidates):
        raise _fault(
            f"{where}.candidate_index",
            f"{index} is outside the list of {len(candidates)} candidates",
            "use 0 to one less than their number, or -1 for no answer",
        )
    start, end = _integer(record, "start_token", where), _integer(record, "end_token", where)
    if (start, end) != candidates[index][:2]:
        raise _fault(
            where,
            f"words {start} to {end} are not those of candidate {index}, {candidates[index][:2]}",
            "are the candidates in the order of the file?",
        )
    return LongAnswer(index, start, end)
