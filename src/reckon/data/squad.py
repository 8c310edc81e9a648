"""SQuAD files of version 1.1 and 2.0, as they are: contexts, questions, and answers by their place.

What a training needs and `squad_pages`, which locates answers by their text, does not: offsets. All faults
of a file are named at once, each by its article and question; nothing is mended in silence.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from reckon.data.squad_pages import EVALUATION_TITLES
from reckon.errors import InputError
from reckon.files.reading import read_json, regular
from reckon.files.shapes import require

MOST_WORDS = 1 << 16  # of a context: the longest article of Wikipedia has some 50,000
TRAINING_TITLES = frozenset(
    (
        "1973_oil_crisis",
        "American_Broadcasting_Company",
        "Apollo_program",
        "Beyoncé",
        "Chloroplast",
        "Computational_complexity_theory",
        "Doctor_Who",
        "European_Union_law",
        "Force",
        "French_and_Indian_War",
        "Genghis_Khan",
        "Harvard_University",
        "Huguenot",
        "Immune_system",
        "Imperialism",
        "Islamism",
        "Kenya",
        "Martin_Luther",
        "Newcastle_upon_Tyne",
        "Nikola_Tesla",
        "Normans",
        "Packet_switching",
        "Scottish_Parliament",
        "Steam_engine",
        "Super_Bowl_50",
        "Teacher",
        "United_Methodist_Church",
        "Victoria_and_Albert_Museum",
        "Warsaw",
        "Yuan_dynasty",
    )
)
_MOST_FAULTS = 5  # that one message tells
_SHAPE = {"data": [{"title": str, "paragraphs": [{"context": str, "qas": [{"id": str, "question": str}]}]}]}
_ANSWER = {"text": str, "answer_start": int}
_REMEDY = "is this a SQuAD file? else fetch it again"


@dataclass(frozen=True)
class Answer:
    """An answer: its text, and the character of the context at which it starts; None: it does not."""

    text: str
    start: int | None


@dataclass(frozen=True)
class Question:
    """A question about one context. No `answers` means that it has none there (version 2.0)."""

    question_id: str
    text: str
    answers: tuple[Answer, ...]

    @property
    def placed(self) -> tuple[Answer, ...]:
        """The answers that stand where they are said to: what can be trained on."""
        return tuple(answer for answer in self.answers if answer.start is not None)


@dataclass(frozen=True)
class Paragraph:
    """A context and what is asked about it; `title` is that of its article."""

    title: str
    context: str
    questions: tuple[Question, ...]


def read_paragraphs(paths: Iterable[str | os.PathLike[str]]) -> list[Paragraph]:
    """The paragraphs of SQuAD json(.gz) files in their order; a question without answers is impossible.

    An article that an earlier file has, too, is left out: version 2.0 took most of 1.1 over.

    Raises `InputError` that names the file, and article and question of up to five faults, for anything that
    is not SQuAD or not UTF-8, an id that stands twice, in one file or in two, an empty context or one of
    more than 65,536 words, an empty answer, a negative offset, and an impossible question with an answer.
    """
    paragraphs: list[Paragraph] = []
    seen: dict[str, str] = {}
    titles: set[str] = set()
    for path in paths:
        name = str(regular(path))
        data = read_json(path, remedy="fetch it again")
        require(name, data, _SHAPE, _REMEDY)
        faults: list[str] = []
        articles = [article for article in data["data"] if article["title"] not in titles]
        titles |= {article["title"] for article in articles}
        paragraphs += _paragraphs(name, articles, seen, faults)
        if faults:
            raise InputError(f"{name}: {_told(faults)}; correct them, or fetch it again")
    return paragraphs


def of_split(paragraphs: Iterable[Paragraph], corpus: str, split: str) -> list[Paragraph]:
    """What a corpus trains on or is evaluated on; only `articles`, made of other splits, is one by title.

    `articles` evaluates on the 19 articles that the pages of question answering are evaluated on, too, and
    trains on the other 16 of the development set, the 13 that version 2.0 dropped, and one of the training
    set. Other corpora are split by their files.
    """
    if corpus != "articles":
        return list(paragraphs)
    titles = EVALUATION_TITLES if split == "evaluation" else TRAINING_TITLES
    return [paragraph for paragraph in paragraphs if paragraph.title in titles]


def counts_of(paragraphs: Iterable[Paragraph]) -> Counter[str]:
    """How many articles, paragraphs and questions there are, impossible, and with no answer in its place."""
    counts: Counter[str] = Counter(articles=0, paragraphs=0, questions=0, impossible=0, misplaced=0)
    titles = set()
    for paragraph in paragraphs:
        titles.add(paragraph.title)
        counts["paragraphs"] += 1
        counts["questions"] += len(paragraph.questions)
        counts["impossible"] += sum(not question.answers for question in paragraph.questions)
        counts["misplaced"] += sum(bool(q.answers and not q.placed) for q in paragraph.questions)
    return counts + Counter(articles=len(titles))


def _told(faults: list[str]) -> str:
    more = [f"and {len(faults) - _MOST_FAULTS} more"] if len(faults) > _MOST_FAULTS else []
    return "; ".join(faults[:_MOST_FAULTS] + more)


def _paragraphs(
    name: str, articles: list[Any], seen: dict[str, str], faults: list[str]
) -> Iterator[Paragraph]:
    for article in articles:
        for i, group in enumerate(article["paragraphs"]):
            where = f"article {article['title']!r}, paragraph {i}"
            faults += _faults_of_context(where, group["context"])
            questions = []
            for row in group["qas"]:
                here = f"{where}, question {row['id']!r}"
                if row["id"] in seen:
                    faults.append(f"{here}: the id stands twice, also in {seen[row['id']]}")
                seen[row["id"]] = name
                questions.append(_question(here, row, group["context"], faults))
            yield Paragraph(article["title"], group["context"], tuple(questions))


def _faults_of_context(where: str, context: str) -> Iterator[str]:
    words = len(context.split())
    if not words:
        yield f"{where}: the context is empty"
    if words > MOST_WORDS:
        yield f"{where}: the context has {words:,} words, more than {MOST_WORDS:,}"


def _question(where: str, row: dict[str, Any], context: str, faults: list[str]) -> Question:
    answers = row.get("answers", [])
    try:
        require(where, answers, [_ANSWER], "correct it")
        require(where, row.get("is_impossible", False), bool, "correct it")
    except InputError as fault:
        faults.append(str(fault).removesuffix("; correct it"))
        return Question(row["id"], row["question"], ())
    if row.get("is_impossible") and answers:
        faults.append(f"{where}: it is said to be impossible, and has an answer")
    found = []
    for answer in answers:
        text, start = answer["text"], answer["answer_start"]
        if start < 0:
            faults.append(f"{where}: answer_start is {start}")
        if not text.strip():
            faults.append(f"{where}: an answer is empty")
        found.append(Answer(text, start if start >= 0 and context.startswith(text, start) else None))
    return Question(row["id"], row["question"], tuple(found))
