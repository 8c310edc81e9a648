"""The original's own mask and its own gradient values, to stand beside ours.

Its mask compares two countings that differ (whitespace words against words of the tokenizer) and its
gradient is of the embedding matrix: a word has one value in the whole batch, wherever it stands.
"""

import numpy as np
import torch
from torch import Tensor


def published_mask(
    pieces: list[str], words: list[int | None], sentences: list[int | None], marked: tuple[str, str]
) -> np.ndarray:
    """(tokens,) the original's mask of annotated tokens, faults included.

    A token counts if the number of its word in its sentence, punctuation counted, is the place of a
    starred whitespace word, and its word, pieces joined, is among the starred ones. So every comma
    shifts what follows, `*football,*` is lost, and so is a capital letter. `pieces` are the tokens'
    texts, `words` and `sentences` their numbers as a fast tokenizer gives them.
    """
    joined: dict[tuple[int | None, int | None], str] = {}
    for piece, word, sentence in zip(pieces, words, sentences, strict=True):
        key = (sentence, word)
        joined[key] = joined.get(key, "") + piece.removeprefix("##")
    stars = [_starred(text) for text in marked]
    found = np.zeros(len(pieces), dtype=bool)
    for token, key in enumerate(zip(sentences, words, strict=True)):
        sentence, word = key
        if sentence is not None:
            found[token] = word in stars[sentence][0] and joined[key] in stars[sentence][1]
    return found


def _starred(marked: str) -> tuple[set[int], set[str]]:
    """Places and texts of the words between stars; of punctuation only a final full stop is cut off."""
    starred = {i: word for i, word in enumerate(marked.split()) if word[0] == word[-1] == "*"}
    return set(starred), {word.strip("*").removesuffix(".") for word in starred.values()}


def type_level_values(gradients: Tensor, ids: Tensor, embeddings: Tensor, *, times_input: bool) -> Tensor:
    """(batch, length) the original's value of each token.

    `gradients` (batch, length, hidden) by position are summed over all occurrences of the same token in
    the batch, which is the gradient of the embedding matrix, and divided by their number n, padding
    included: s = ||G[x] / n(x)||_1, or ||W[x] * G[x] / n(x)||_1 with `times_input`; `embeddings` is W.
    """
    types, place, counts = torch.unique(ids, return_inverse=True, return_counts=True)
    summed = torch.zeros(len(types), gradients.shape[-1], dtype=gradients.dtype)
    summed.index_add_(0, place.flatten(), gradients.flatten(0, 1))
    means = summed / counts[:, None]
    if times_input:
        means = means * embeddings[types]
    return means.abs().sum(-1)[place]


def published_means(values: Tensor, annotated: Tensor, attention: Tensor) -> tuple[float, float]:
    """The original's grad_loss and grad0_loss of a batch: means over annotated and over other tokens.

    All (batch, length). The others are every real token that is not annotated, [CLS] and [SEP] too.
    Without an annotated token grad_loss is 0.
    """
    c, m = annotated.to(values.dtype), attention.to(values.dtype)
    others = (1 - c) * m
    grad_loss = (values * c).sum() / c.sum().clamp(min=1)
    return float(grad_loss), float((values * others).sum() / others.sum().clamp(min=1))
