"""SQuAD 2.0 articles as pages: the whole article is the page, every paragraph a candidate.

`squad_pages` are the articles as they are (12-80 paragraphs on one subject); `wide_pages` hold about 90
paragraphs of other articles as well, for NQ's ratio of easy to hard candidates. An impossible question
is a page without an answer.

The mirror's files and the official ones (dev-v2.0.json; dev-v1.1.json for the articles that 2.0 dropped)
give the same pages: the split is by title, articles stand in the order of their titles, white space is
normalised, and answers are located by `assembly.locate`, not by offsets, which the mirror had to guess
for 375 questions. Where exact offsets exist the rule agrees with them for 96 % of the questions.
"""

import os
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reckon.data.assembly import Paragraph, locate, page_record, sample_share
from reckon.errors import InputError
from reckon.files.reading import read_json, regular
from reckon.files.shapes import require

# 19 of the 35 articles of the official development set; every other article is for training.
EVALUATION_TITLES = frozenset(
    (
        "Amazon_rainforest",
        "Black_Death",
        "Civil_disobedience",
        "Construction",
        "Ctenophora",
        "Economic_inequality",
        "Fresno,_California",
        "Geology",
        "Intergovernmental_Panel_on_Climate_Change",
        "Jacksonville,_Florida",
        "Oxygen",
        "Pharmacy",
        "Prime_number",
        "Private_school",
        "Rhine",
        "Sky_(United_Kingdom)",
        "Southern_California",
        "University_of_Chicago",
        "Victoria_(Australia)",
    )
)


@dataclass(frozen=True)
class Question:
    """A question about one paragraph; no answers means that it is impossible."""

    example_id: str
    text: str
    answers: tuple[str, ...]


@dataclass(frozen=True)
class Article:
    """An article: its title as in the file, its paragraphs in order and the questions of each."""

    title: str
    paragraphs: tuple[Paragraph, ...]
    questions: tuple[tuple[Question, ...], ...]


def read_articles(sources: Iterable[str | os.PathLike[str]]) -> list[Article]:
    """Read SQuAD json(.gz) files, 1.1 or 2.0; articles by title, of equal titles the first file's.

    Raises `InputError` that names the file and the place in it for anything that is not SQuAD.
    """
    articles: dict[str, Article] = {}
    for path in sources:
        for article in _read(path):
            articles.setdefault(article.title, article)
    return [articles[title] for title in sorted(articles)]


def pages(
    articles: Sequence[Article],
    split: str,
    *,
    added: int,
    questions: int | None,
    drop_plausible: bool,
    seed: int,
) -> Iterator[dict[str, Any]]:
    """Yield one page a question of the split, "training" or "evaluation", as records of the NQ schema.

    `added` paragraphs of other articles of the same split, none of which states an answer to the question,
    are strewn among the article's own, anew for every question (0: `squad_pages`). At most `questions`
    answerable questions are drawn, and the same share of the impossible ones; None takes all.
    `drop_plausible` leaves out the paragraph that an impossible question was written for, which
    holds a plausible but wrong answer, so that the page is without any. Raises `InputError` if there are
    too few paragraphs.
    """
    chosen = [
        article for article in articles if (article.title in EVALUATION_TITLES) == (split == "evaluation")
    ]
    pool = [paragraph for article in chosen for paragraph in article.paragraphs]
    asked = [
        (article, i, question)
        for article in chosen
        for i, group in enumerate(article.questions)
        for question in group
    ]
    rng = random.Random(f"questions {seed}")
    kept = sample_share(
        rng, [row for row in asked if row[2].answers], [row for row in asked if not row[2].answers], questions
    )
    wanted = {question.example_id for _, _, question in kept}
    for article, i, question in asked:
        if question.example_id in wanted:
            rng = random.Random(f"page {seed} {question.example_id}")
            others = _others(rng, pool, article, question, added)
            yield _page(rng, article, i, question, others, drop_plausible)


def _others(
    rng: random.Random, pool: list[Paragraph], article: Article, question: Question, added: int
) -> list[Paragraph]:
    """Return `added` paragraphs of other articles that state no answer to the question."""
    if not added:
        return []
    others: list[Paragraph] = []
    for paragraph in rng.sample(pool, len(pool)):
        if paragraph.title != article.title and not paragraph.states(question.answers):
            others.append(paragraph)
            if len(others) == added:
                return others
    raise InputError(
        f"{len(others)} paragraphs of other articles for {article.title}, {added} asked for;"
        " give more source files or a smaller --added-paragraphs"
    )


def _page(
    rng: random.Random,
    article: Article,
    i: int,
    question: Question,
    others: list[Paragraph],
    drop_plausible: bool,
) -> dict[str, Any]:
    own = list(range(len(article.paragraphs)))
    if drop_plausible and not question.answers and len(own) > 1:
        own.remove(i)
    places = set(rng.sample(range(len(own) + len(others)), len(own)))
    mine, theirs = iter(own), iter(others)
    gold, paragraphs = None, []
    for place in range(len(own) + len(others)):
        if place in places:
            index = next(mine)
            if index == i and question.answers:
                gold = place
            paragraphs.append(article.paragraphs[index])
        else:
            paragraphs.append(next(theirs))
    spans = locate(article.paragraphs[i], question.answers, question.text)
    if question.answers and not spans:
        raise InputError(f"question {question.example_id}: no answer stands in its paragraph; fetch again")
    title = article.title.replace("_", " ")
    return page_record(question.example_id, title, question.text, paragraphs, gold, spans)


def _read(path: str | os.PathLike[str]) -> Iterator[Article]:
    path = regular(path)
    try:
        data = read_json(path)
    except InputError as fault:
        raise InputError(f"{path}: not complete JSON ({fault}); fetch it again") from fault
    for i, article in enumerate(_at(data, "data", list, str(path))):
        where = f"{path}: data[{i}]"
        title = _text(article, "title", where)
        groups = _at(article, "paragraphs", list, where)
        paragraphs = tuple(
            Paragraph(_text(group, "context", f"{where}.paragraphs[{k}]"), title)
            for k, group in enumerate(groups)
        )
        questions = tuple(_questions(group, f"{where}.paragraphs[{k}]") for k, group in enumerate(groups))
        yield Article(title, paragraphs, questions)


def _questions(group: dict[str, Any], where: str) -> tuple[Question, ...]:
    """Questions of a paragraph by id, since copies of the data differ in their order."""
    found = []
    for k, row in enumerate(_at(group, "qas", list, where)):
        place = f"{where}.qas[{k}]"
        answers = tuple(_text(answer, "text", place) for answer in _at(row, "answers", list, place))
        impossible = bool(row.get("is_impossible", False)) or not answers
        found.append(
            Question(_text(row, "id", place), _text(row, "question", place), () if impossible else answers)
        )
    return tuple(sorted(found, key=lambda question: question.example_id))


def _at(record: Any, name: str, kind: type, where: str) -> Any:
    value = record.get(name) if isinstance(record, dict) else None
    if not isinstance(value, kind):
        raise InputError(f"{where}.{name}: missing or not a {kind.__name__}; is this a SQuAD file?")
    return value


def _text(record: Any, name: str, where: str) -> str:
    text = _at(record, name, str, where)
    require(f"{where}.{name}", text, str, "fetch it again")  # half a surrogate pair cannot be written
    return " ".join(text.split())
