"""Real Natural Questions on assembled pages: the gold paragraph among paragraphs of other questions.

The source (2,655 questions with title, gold paragraph and short answers) has no pages, so they are
assembled: around the gold paragraph stand paragraphs of the same title, its nearest neighbours by TF-IDF
(on the subject, some of them hard) and random ones (easy). From null pages the gold paragraph is left
out while its neighbours stay. Whatever is computed on them says "assembled".
"""

import hashlib
import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reckon.data.assembly import Paragraph, locate, page_record, sample_share
from reckon.errors import InputError
from reckon.files.reading import read_jsonl
from reckon.files.shapes import require


@dataclass(frozen=True)
class Record:
    """A question with the paragraph that answers it; `answers` are all known answer texts."""

    example_id: str
    question: str
    paragraph: Paragraph
    short_answers: tuple[str, ...]  # those that stand in the paragraph
    answers: tuple[str, ...]


def read_records(path: str | os.PathLike[str]) -> list[Record]:
    """Read jsonl(.gz) with question, title, long_answer, short_answers and answers.

    The official file holds title, long_answer and short_answers in a field `nq_annotated_gold`.
    Records have no id of their own: it is "nq-" and 16 hexadecimal digits of the question's SHA-256.
    Raises `InputError` with file and line for a missing or empty field and for a repeated question.
    """
    records: dict[str, Record] = {}
    for number, row in read_jsonl(path):
        inner = row.get("nq_annotated_gold")
        record = _record(row | inner if isinstance(inner, dict) else row, f"{path}:{number}")
        if record.example_id in records:
            raise InputError(f"{path}:{number}: question: asked on an earlier line; keep one of the two")
        records[record.example_id] = record
    return list(records.values())


def split_of(title: str) -> str:
    """Return "training" or "evaluation" by the lowest bit of the first byte of the title's SHA-256."""
    return "evaluation" if hashlib.sha256(title.encode()).digest()[0] & 1 else "training"


def pages(
    records: Sequence[Record],
    split: str,
    *,
    candidates: int,
    near: int,
    null_share: float,
    questions: int | None,
    seed: int,
) -> Iterator[dict[str, Any]]:
    """Yield one assembled page a question of the split, as records of the NQ schema.

    Each page has `candidates` paragraphs, all from records of the same split (`split_of` the title), in
    random order: the gold one (not on null pages, a share `null_share` in [0, 1]), `near` of the same
    title or else nearest to the gold one, the rest random. None of the others states an answer to the
    question. At most `questions` answerable questions are drawn, and the same share of the null ones;
    None takes all. Raises `InputError` if there are too few paragraphs.
    """
    chosen = [record for record in records if split_of(record.paragraph.title) == split]
    pool = list({record.paragraph.text: record.paragraph for record in chosen}.values())
    rng = random.Random(f"null pages {split} {seed}")
    null = set(rng.sample(range(len(chosen)), round(null_share * len(chosen))))
    answerable = [i for i in range(len(chosen)) if i not in null]
    order = _neighbours(pool)
    place = {paragraph.text: k for k, paragraph in enumerate(pool)}
    for i in sorted(sample_share(rng, answerable, sorted(null), questions)):
        record = chosen[i]
        rng = random.Random(f"page {seed} {record.example_id}")
        nearest = [pool[k] for k in order[place[record.paragraph.text]]]
        count = candidates - (i not in null)
        paragraphs = _others(rng, record, nearest, count, min(near, count))
        if i not in null:
            paragraphs.append(record.paragraph)
        rng.shuffle(paragraphs)
        gold = None if i in null else paragraphs.index(record.paragraph)
        spans = locate(record.paragraph, record.short_answers, record.question)
        yield page_record(record.example_id, record.paragraph.title, record.question, paragraphs, gold, spans)


def _neighbours(pool: list[Paragraph]) -> list[list[int]]:
    """Return for each paragraph all others, the nearest by TF-IDF first."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(stop_words="english", sublinear_tf=True).fit_transform(
        [paragraph.text for paragraph in pool]
    )
    # Rounded, so that near-ties fall the same way on every machine: then the order of the file decides.
    similarity = (vectors @ vectors.T).toarray().round(9)
    return [[int(k) for k in (-row).argsort(kind="stable") if k != i] for i, row in enumerate(similarity)]


def _others(
    rng: random.Random, record: Record, nearest: list[Paragraph], count: int, near: int
) -> list[Paragraph]:
    """Return `near` paragraphs of the same title or nearest to the gold one, then random ones."""
    allowed = [paragraph for paragraph in nearest if not paragraph.states(record.answers)]
    if len(allowed) < count:
        raise InputError(f"{len(allowed)} paragraphs fit beside a question, {count} asked for; ask for fewer")
    allowed.sort(key=lambda paragraph: paragraph.title != record.paragraph.title)
    return allowed[:near] + rng.sample(allowed[near:], count - near)


def _record(row: dict[str, Any], where: str) -> Record:
    question, title, text = (_text(row, name, where) for name in ("question", "title", "long_answer"))
    short, answers = (_texts(row, name, where) for name in ("short_answers", "answers"))
    paragraph = Paragraph(text, title)
    stated = tuple(answer for answer in short if paragraph.find(answer))
    if not stated:
        raise InputError(f"{where}: short_answers: none stands in the paragraph; fetch the file again")
    name = "nq-" + hashlib.sha256(question.encode()).hexdigest()[:16]
    return Record(name, question, paragraph, stated, tuple(dict.fromkeys((*short, *answers))))


def _text(row: dict[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{where}: {name}: missing or not a text; is this the file of gold paragraphs?")
    require(f"{where}: {name}", value, str, "fetch it again")  # half a surrogate pair cannot be written
    return " ".join(value.split())


def _texts(row: dict[str, Any], name: str, where: str) -> list[str]:
    value = row.get(name)
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise InputError(f"{where}: {name}: missing or not a list of texts; is this the right file?")
    require(f"{where}: {name}", value, [str], "fetch it again")
    return [" ".join(text.split()) for text in value]
