import logging
from typing import Literal

from reckon.nn.encoders import load_tokenizer
from reckon.nn.template import template_of
from reckon.qa.features import tokenise, write_tokens
from reckon.qa.pages import read_pages
from reckon.steps.program import Positive, Read, ReadFolder, Write, step


def tokenise_pages(
    *,
    pages: Read,
    encoder: ReadFolder,
    markup: Literal["drop", "tokens"],
    question_tokens: Positive,
    out: Write,
) -> None:
    """Tokenise pages once; every later step slices the token file."""
    tokenizer = load_tokenizer(encoder, markup)
    rows = tokenise(read_pages(pages), tokenizer, markup=markup, question_tokens=question_tokens)
    logging.info("%d pages tokenised", write_tokens(out, rows, template_of(tokenizer)))


if __name__ == "__main__":
    step(tokenise_pages)
