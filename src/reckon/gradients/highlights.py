"""Which tokens are essential: an annotator's words, aligned with the pieces of a tokenizer.

Deck: "essential words are highlighted by annotators". Highlights count what stands between blanks; a
tokenizer cuts otherwise. The characters are what both have in common.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from reckon.data.esnli import Pair, words
from reckon.errors import InputError

RULES = ("union", "majority", "first")
Mask = np.ndarray  # bool


def essential_words(pair: Pair, rule: str) -> tuple[Mask, Mask]:
    """Masks over the words of premise and hypothesis.

    `union`: marked by any annotator; `majority`: by more than half of those who annotated this pair;
    `first`: by the first of them. Raises `InputError` for a place outside the sentence, and for a pair
    that nobody annotated.
    """
    if not pair.highlights:
        raise InputError(f"pair {pair.pair_id}: no annotator's highlights; leave it out")
    chosen = pair.highlights[:1] if rule == "first" else pair.highlights
    votes = [
        _votes([getattr(one, name) for one in chosen], len(words(text)), f"pair {pair.pair_id}: {name}")
        for name, text in (("premise", pair.premise), ("hypothesis", pair.hypothesis))
    ]
    needed = len(chosen) / 2 if rule == "majority" else 0
    return votes[0] > needed, votes[1] > needed


def is_annotated(pair: Pair) -> bool:
    """Whether any annotator marked any word."""
    return any(one.premise or one.hypothesis for one in pair.highlights)


def _votes(marked: Sequence[frozenset[int]], count: int, where: str) -> np.ndarray:
    votes = np.zeros(count, dtype=int)
    for places in marked:
        outside = sorted(place for place in places if not 0 <= place < count)
        if outside:
            raise InputError(f"{where}: word {outside[0]} is highlighted, the sentence has {count} words")
        votes[sorted(places)] += 1
    return votes


def token_mask(encoding: Any, premise: str, hypothesis: str, masks: tuple[Mask, Mask]) -> Mask:
    """(tokens,) whether each token of an encoded pair belongs to an essential word.

    `encoding` is what a fast tokenizer returns for (premise, hypothesis) with its offsets. Special
    tokens and pieces without a letter or digit are never essential: of `football,` only the word is.
    """
    texts = (premise, hypothesis)
    owners = [_words_of_characters(text) for text in texts]
    found = np.zeros(len(encoding["input_ids"]), dtype=bool)
    for token, sentence in enumerate(encoding.sequence_ids()):
        if sentence is None:
            continue
        start, end = encoding["offset_mapping"][token]
        if any(character.isalnum() for character in texts[sentence][start:end]):
            # By its last character: some tokenizers count the blank before a word as its own.
            found[token] = masks[sentence][owners[sentence][end - 1]]
    return found


def _words_of_characters(text: str) -> np.ndarray:
    """(characters,) which word each character belongs to; a blank counts to the word before it."""
    return np.cumsum([0, *(character == " " for character in text)])[:-1]
