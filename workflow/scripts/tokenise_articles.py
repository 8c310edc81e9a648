import logging
from typing import Literal

from reckon.data.squad import counts_of, of_split, read_paragraphs
from reckon.nn.encoders import load_tokenizer
from reckon.nn.template import template_of
from reckon.squad.tokens import tokenise, write_tokens
from reckon.steps.program import Positive, Read, ReadFolder, Write, step


def tokenise_articles(
    *,
    source: list[Read],
    encoder: ReadFolder,
    corpus: Literal["miniature", "articles", "squad2"],
    split: Literal["training", "evaluation"],
    question_tokens: Positive,
    out: Write,
) -> None:
    """Tokenise contexts and questions once; every later step slices the token file."""
    paragraphs = of_split(read_paragraphs(source), corpus, split)
    logging.info(", ".join(f"{count} {what}" for what, count in counts_of(paragraphs).items()))
    tokenizer = load_tokenizer(encoder, "drop")
    rows = tokenise(paragraphs, tokenizer, question_tokens=question_tokens)
    write_tokens(out, rows, template_of(tokenizer))


if __name__ == "__main__":
    step(tokenise_articles)
