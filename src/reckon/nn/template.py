"""What a tokenizer puts around a pair of texts, so that pairs are put together from parts tokenised once."""

import json
from dataclasses import dataclass
from typing import Any

from reckon.files.reading import parse_json
from reckon.files.shapes import require


@dataclass(frozen=True)
class Template:
    """What a tokenizer puts around a pair of texts: `prefix question middle passage suffix`."""

    prefix: tuple[int, ...]
    middle: tuple[int, ...]
    suffix: tuple[int, ...]
    passage_type: int  # token type of the passage and the suffix: 1 for BERT, 0 for encoders without types

    @property
    def special(self) -> int:
        """Number of tokens that are not text."""
        return len(self.prefix) + len(self.middle) + len(self.suffix)

    def to_json(self) -> str:
        """As kept beside the tokens."""
        return json.dumps([list(self.prefix), list(self.middle), list(self.suffix), self.passage_type])


def template_of(tokenizer: Any) -> Template:
    """Read the template off the tokenizer (a fast one) by encoding a pair of texts.

    The types are asked for: ALBERT's tokenizer leaves them out by itself, though its encoder has them.
    """
    pair = tokenizer("one", "two", return_token_type_ids=True)
    ids, owners = list(pair["input_ids"]), pair.sequence_ids()
    question = [i for i, owner in enumerate(owners) if owner == 0]
    passage = [i for i, owner in enumerate(owners) if owner == 1]
    return Template(
        prefix=tuple(ids[: question[0]]),
        middle=tuple(ids[question[-1] + 1 : passage[0]]),
        suffix=tuple(ids[passage[-1] + 1 :]),
        passage_type=pair["token_type_ids"][passage[0]],
    )


def read_template(text: bytes) -> Template:
    """What `to_json` gave; raises ValueError or `InputError` for anything else."""
    prefix, middle, suffix, passage_type = parse_json(text.decode())
    for part in (prefix, middle, suffix, [passage_type]):
        require("template", part, [int], "tokenise again")
    return Template(tuple(prefix), tuple(middle), tuple(suffix), passage_type)
