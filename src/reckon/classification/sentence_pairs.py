"""Pairs of a text and a label's name, for a classifier of pairs that is to choose among the first few labels.

Which labels a text is paired with is said by a classifier that has not seen it. One that has puts the true
label first nearly always, so that pairs built from it teach to trust the first: a leak.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.classification.labelled import NEVER, LabelledText
from reckon.errors import InputError


class Pair(NamedTuple):
    """A text with a label's name; `target` is 1 for the true label, else 0. Pairs of one text share `id`."""

    id: str
    text: str
    name: str
    target: int


def candidates(log_p: ArrayLike, top: int) -> NDArray[np.int64]:
    """The `top` most probable classes of each text, best first, equal ones by their order."""
    return np.argsort(-np.asarray(log_p, float), axis=1, kind="stable")[:, :top]


def training_pairs(
    texts: Sequence[LabelledText],
    held_out: ArrayLike,
    log_p: ArrayLike,
    names: Mapping[str, str],
    *,
    top: int = 5,
) -> Iterator[Pair]:
    """`top` pairs a text: its true label, and the most probable wrong ones by log_p[text, class], best first.

    `names` are those of all labels of training; `held_out[text]` is the fold that the classifier was not
    trained on. Where the true label is not among the first `top`, it takes the place of the last.
    Raises `InputError` if a text was seen by its classifier.
    """
    refuse_leaks(texts, held_out)
    labels = sorted(names)
    for one, best in zip(texts, candidates(log_p, top), strict=True):
        chosen = [labels[place] for place in best]
        if one.label not in chosen:
            chosen[-1] = one.label
        yield from (Pair(one.id, one.text, names[label], int(label == one.label)) for label in chosen)


def refuse_leaks(texts: Sequence[LabelledText], held_out: ArrayLike) -> None:
    """Raise `InputError` for a text whose classifier has seen it: itself, or an equal one of another fold."""
    fold_of: dict[str, int] = {}
    for one, fold in zip(texts, np.asarray(held_out).tolist(), strict=True):
        if fold == NEVER or fold != one.fold:
            raise InputError(
                f"text {one.id!r:.40}: judged by a model that was trained on it; predict out of fold"
            )
        if fold_of.setdefault(one.text, fold) != fold:
            raise InputError(
                f"text {one.id!r:.40}: it stands in two folds; take out duplicates before folding"
            )
