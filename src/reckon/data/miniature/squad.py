"""A miniature SQuAD 2.0, made of the miniature pages: one context and one question a page, both in words.

A page with a short answer gives its gold paragraph and the answer in it. A page without any answer gives the
paragraph that shares most words with the question, which is mostly the same statement about a rival: so the
question is impossible, and looks as if it were not. Other pages are left out.
"""

import re
from collections.abc import Iterator
from typing import Any

from reckon.data.miniature.pages import split_pages

_TAG = re.compile(r"^<[^>]+>$")


def articles(split: str, **settings: Any) -> dict[str, Any]:
    """The training or the evaluation half as SQuAD 2.0 has it; `settings` are those of `split_pages`."""
    pages = (_article(page) for page in split_pages(split, **settings))
    return {"version": "v2.0", "data": [article for article in pages if article]}


def _article(page: dict[str, Any]) -> dict[str, Any] | None:
    words = page["document_text"].split(" ")
    annotation = page["annotations"][0]
    gold, answers = annotation["long_answer"]["candidate_index"], annotation["short_answers"]
    if not answers and (gold >= 0 or annotation["yes_no_answer"] != "NONE"):
        return None
    question = page["question_text"]
    candidate = page["long_answer_candidates"][gold] if answers else _nearest(page, words, question)
    start, end = candidate["start_token"], candidate["end_token"]
    context = " ".join(_plain(words[start:end]))
    found = []
    if answers:
        before = " ".join([*_plain(words[start : answers[0]["start_token"]]), ""])
        text = " ".join(_plain(words[answers[0]["start_token"] : answers[0]["end_token"]]))
        found = [{"text": text, "answer_start": len(before)}]
    asked = {
        "id": str(page["example_id"]),
        "question": question,
        "answers": found,
        "is_impossible": not found,
    }
    return {"title": page["document_title"], "paragraphs": [{"context": context, "qas": [asked]}]}


def _nearest(page: dict[str, Any], words: list[str], question: str) -> dict[str, Any]:
    asked = set(question.split())
    top = [candidate for candidate in page["long_answer_candidates"] if candidate["top_level"]]

    def shared(candidate: dict[str, Any]) -> int:
        span = words[candidate["start_token"] : candidate["end_token"]]
        return len(asked & {word.lower() for word in span})

    return max(top, key=shared)


def _plain(words: list[str]) -> Iterator[str]:
    return (word for word in words if word and not _TAG.match(word))
