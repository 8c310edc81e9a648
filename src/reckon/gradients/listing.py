"""Pairs of words as the deck lists them: unordered, best first, each word with its place."""

import csv
from collections.abc import Sequence
from typing import Any, TextIO

import numpy as np

from reckon.gradients.encoded import SPECIAL, Encoded
from reckon.gradients.estimators import Blocks

COLUMNS = ("rank", "word", "most_relevant", "score", "error", "low", "high", "share")


def word_numbers(pair: Encoded) -> np.ndarray:
    """(tokens,) the number of every token's word in reading order; [CLS] and each [SEP] is a word."""
    keys = [f"special {t}" if word == SPECIAL else word for t, word in enumerate(pair.words)]
    numbers = {key: n for n, key in enumerate(dict.fromkeys(keys))}
    return np.array([numbers[key] for key in keys])


def word_labels(pair: Encoded, specials: Sequence[str]) -> tuple[list[str], np.ndarray]:
    """The words in that order with their sentence: 0 premise, 1 hypothesis, SPECIAL otherwise.

    `specials` are the texts of the special tokens, in order.
    """
    first = np.unique(word_numbers(pair), return_index=True)[1]
    names, rest = [], iter(specials)
    for t in first:
        names.append(next(rest) if pair.words[t] == SPECIAL else pair.texts[pair.words[t]])
    return names, np.array([pair.sentences[t] for t in first])


def ranked(names: Sequence[str], blocks: Blocks, top: int | None = None) -> list[dict[str, Any]]:
    """Rows of COLUMNS for the pairs i < j, largest size first; `share` is that of all off-diagonal sizes.

    Words are written `word@place`, the place counted from 0 at [CLS], so that repeated words differ.
    Signed scores are ranked by size.
    """
    i, j = np.triu_indices(len(names), 1)
    known = ~np.isnan(blocks.score[i, j])
    i, j = i[known], j[known]
    sizes = np.abs(blocks.score[i, j])
    order = np.argsort(-sizes, kind="stable")[:top]
    total = sizes.sum() or 1.0
    return [
        {
            "rank": rank,
            "word": f"{names[i[k]]}@{i[k]}",
            "most_relevant": f"{names[j[k]]}@{j[k]}",
            "score": float(blocks.score[i[k], j[k]]),
            "error": float(blocks.error[i[k], j[k]]),
            "low": float(blocks.low[i[k], j[k]]),
            "high": float(blocks.high[i[k], j[k]]),
            "share": float(sizes[k] / total),
        }
        for rank, k in enumerate(order, 1)
    ]


def write_listing(out: TextIO, rows: Sequence[dict[str, Any]]) -> None:
    """Write the rows as csv, six significant digits."""
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({k: f"{v:.6g}" if isinstance(v, float) else v for k, v in row.items()})
