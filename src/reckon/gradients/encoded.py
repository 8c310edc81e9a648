"""Pairs as tokens: what training, saliency and word pairs read, one line of jsonl a pair."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from reckon.data.esnli import LABELS, Pair
from reckon.errors import InputError
from reckon.files.reading import read_jsonl
from reckon.files.shapes import require
from reckon.files.writing import write_jsonl
from reckon.gradients.highlights import RULES, essential_words, is_annotated, token_mask
from reckon.nn.batches import padded

SPECIAL = -1  # the word number of [CLS] and [SEP]
_AS_TEXT = {"split_special_tokens": True, "return_offsets_mapping": True, "return_token_type_ids": True}
_REMEDY = "prepare it again"
_SHAPE = {
    "pair_id": str,
    "label": int,
    "texts": [str],
    "masks": {...: [int]},
    **{name: [int] for name in ("ids", "types", "words", "sentences")},
}


@dataclass(frozen=True)
class Encoded:
    """One pair: lists over its tokens, but for `texts`, which are its words by number.

    `words` numbers the words of the tokenizer (punctuation apart), hypothesis after premise; `sentences`
    is 0 in the premise, 1 in the hypothesis, SPECIAL elsewhere. `masks` hold 0 or 1 by rule.
    """

    pair_id: str
    label: int
    ids: list[int]
    types: list[int]
    words: list[int]
    sentences: list[int]
    texts: list[str]
    masks: dict[str, list[int]]


def encode(tokenizer: Any, premise: str, hypothesis: str) -> tuple[Encoded, Any]:
    """Two sentences as tokens, without label and masks; and the tokenizer's own encoding.

    A sentence that spells a special token, such as [SEP], is text.
    """
    encoding = tokenizer(premise, hypothesis, **_AS_TEXT)
    places = list(zip(encoding.sequence_ids(), encoding.word_ids(), strict=True))
    numbers: dict[Any, int] = {}
    texts: list[str] = []
    for (sentence, word), (start, end) in zip(places, encoding["offset_mapping"], strict=True):
        if sentence is None:
            continue
        text = (premise, hypothesis)[sentence]
        if (sentence, word) not in numbers:
            numbers[sentence, word] = len(texts)
            texts.append("")
        texts[numbers[sentence, word]] += text[start:end].strip()
    words = [SPECIAL if place[0] is None else numbers[place] for place in places]
    sentences = [SPECIAL if sentence is None else sentence for sentence, _ in places]
    ids, types = encoding["input_ids"], encoding["token_type_ids"]
    return Encoded("", SPECIAL, ids, types, words, sentences, texts, {}), encoding


def encode_pairs(
    pairs: Iterable[Pair], tokenizer: Any, *, max_tokens: int, need_highlights: bool, counts: Counter[str]
) -> Iterator[Encoded]:
    """Yield the pairs as tokens with their masks; what is left out is counted in `counts`.

    Left out are pairs longer than `max_tokens` (`too_long`: cutting would lose highlighted words), pairs
    of which a sentence has no token (`empty_sentence`) and, with `need_highlights`, pairs in which nobody
    marked a word (`not_annotated`). `kept` counts the rest.
    """
    from reckon.gradients.published import published_mask

    for pair in pairs:
        tokens, encoding = encode(tokenizer, pair.premise, pair.hypothesis)
        if len(tokens.ids) > max_tokens:
            counts["too_long"] += 1
            continue
        if not {0, 1} <= set(tokens.sentences):
            counts["empty_sentence"] += 1
            continue
        if need_highlights and not is_annotated(pair):
            counts["not_annotated"] += 1
            continue
        masks = {
            rule: token_mask(encoding, pair.premise, pair.hypothesis, essential_words(pair, rule))
            for rule in (RULES if pair.highlights else ())
        }
        pieces = tokenizer.convert_ids_to_tokens(tokens.ids)
        masks["published"] = published_mask(pieces, encoding.word_ids(), encoding.sequence_ids(), pair.marked)
        counts["kept"] += 1
        as_lists = {rule: mask.astype(int).tolist() for rule, mask in masks.items()}
        yield Encoded(**asdict(tokens) | {"pair_id": pair.pair_id, "label": pair.label, "masks": as_lists})


def write_encoded(path: str | os.PathLike[str], pairs: Iterable[Encoded]) -> int:
    """Write the pairs as jsonl, atomically; return their number."""
    return write_jsonl(path, map(asdict, pairs))


def read_encoded(path: str | os.PathLike[str]) -> list[Encoded]:
    """Read what `write_encoded` wrote; raises `InputError` if a line is something else, or there is none."""
    pairs = []
    for number, row in read_jsonl(path):
        pairs.append(_encoded(f"{path}:{number}: not a prepared pair", row))
    if not pairs:
        raise InputError(f"{path}: no pair; see the counts beside it for what was left out")
    return pairs


def _encoded(where: str, row: dict[str, Any]) -> Encoded:
    require(where, row, _SHAPE, _REMEDY)
    if unknown := sorted(row.keys() - _SHAPE.keys()):
        raise InputError(f"{where}: unknown field {unknown[0]!r}; {_REMEDY}")
    pair = Encoded(**row)
    by_token = (pair.ids, pair.types, pair.words, pair.sentences, *pair.masks.values())
    if len(set(map(len, by_token))) > 1 or not pair.ids:
        raise InputError(f"{where}: lists of different lengths, or empty; {_REMEDY}")
    if not SPECIAL <= min(pair.words) <= max(pair.words) < len(pair.texts):
        raise InputError(f"{where}: words: the number of no word; {_REMEDY}")
    if min(pair.ids) < 0 or not 0 <= pair.label < len(LABELS):
        raise InputError(f"{where}: a token or a label below 0, or no label; {_REMEDY}")
    return pair


def batch(pairs: list[Encoded]) -> dict[str, Any]:
    """Inputs of a classifier, padded to the longest: tensors (pairs, length) of int64, and `labels`."""
    import torch

    rows = {
        "input_ids": padded([np.array(pair.ids) for pair in pairs]),
        "attention_mask": padded([np.ones(len(pair.ids), dtype=np.int64) for pair in pairs]),
        "token_type_ids": padded([np.array(pair.types) for pair in pairs]),
        "labels": np.array([pair.label for pair in pairs]),
    }
    return {name: torch.from_numpy(row) for name, row in rows.items()}


def chosen(pairs: list[Encoded], count: int, seed: int) -> list[Encoded]:
    """A seeded choice of at most `count` pairs, in their order in the file."""
    order = np.random.default_rng([seed, len(pairs)]).permutation(len(pairs))[:count]
    return [pairs[i] for i in sorted(order)]
