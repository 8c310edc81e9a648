"""A token file of hand-made paragraphs, and readers on tiny encoders."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def tokens_of(tmp_path: Path, encoder: Callable[[str], Path]) -> Callable[..., Any]:
    """Contexts with their questions, each (text, answer or None), as an opened token file of a tiny encoder.

    Ids are `0.0`, `0.1` for the questions of the first context. An answer is found where it first stands;
    one that does not stand in the context has no place.
    """
    from reckon.data.squad import Answer, Paragraph, Question
    from reckon.nn.encoders import load_tokenizer
    from reckon.nn.template import template_of
    from reckon.squad.tokens import TokenParagraphs, tokenise, write_tokens

    def question(name: str, text: str, answer: str | None, context: str) -> Question:
        place = None if answer is None or answer not in context else context.index(answer)
        return Question(name, text, () if answer is None else (Answer(answer, place),))

    def opened(*contexts: tuple[str, list[tuple[str, str | None]]], kind: str = "bert") -> TokenParagraphs:
        paragraphs = [
            Paragraph(
                f"article {i}", text, tuple(question(f"{i}.{k}", *row, text) for k, row in enumerate(rows))
            )
            for i, (text, rows) in enumerate(contexts)
        ]
        tokenizer = load_tokenizer(encoder(kind), "drop")
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.arrow"
        rows = tokenise(paragraphs, tokenizer, question_tokens=8)
        assert write_tokens(path, rows, template_of(tokenizer)) == len(paragraphs)
        return TokenParagraphs(path)

    return opened


@pytest.fixture
def some_tokens(tokens_of: Callable[..., Any]) -> Any:
    """Two contexts, six questions: three with an answer, two without, one whose answer stands nowhere."""
    first = [("who is in paris", "dog"), ("who is of france", None), ("is paris of france", "paris")]
    second = [("is one in two", "two"), ("who", None), ("who is it", "nowhere")]
    context = "the dog is in paris, the capital of france. one dog, two dogs."
    return tokens_of((context, first), ("one is in the dog, two is in paris", second))
