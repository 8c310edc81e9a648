"""What the pairs of a sentence pair are made of: shares of special tokens, and of words across the sentences.

Deck: "Model learning relations between essential words?" A share is a part of the sum of all
off-diagonal scores, so that scores of different steps can be compared.
"""

import logging
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from reckon.gradients.deck import HYPOTHESIS, LABEL, PREMISE
from reckon.gradients.encoded import SPECIAL, Encoded, batch, encode
from reckon.gradients.estimators import Blocks
from reckon.gradients.listing import word_labels, word_numbers
from reckon.gradients.model import (
    Classifier,
    forget_pretraining,
    load_snapshot,
    new_classifier,
    renew_head,
)
from reckon.gradients.pairs import pair_scores
from reckon.gradients.results import TRAINED

log = logging.getLogger(__name__)

_ANOTHER = 1000  # added to a seed for weights that have nothing to do with the training's


def scored(model: Any, pair: Encoded, settings: Mapping[str, Any], *, seed: int) -> Blocks:
    """Scores of all pairs of words of one pair; `settings` are target, at, score, method and draws."""
    inputs = {name: tensor.to(model.device) for name, tensor in batch([pair]).items() if name != "labels"}
    words = word_numbers(pair).tolist()
    return pair_scores(model, inputs, label=max(pair.label, 0), words=words, seed=seed, **settings)


def shares(pair: Encoded, score: np.ndarray, rule: str, function_words: frozenset[str]) -> dict[str, float]:
    """Shares of the scores (words, words) that fall on pairs of certain kinds, and on how many pairs.

    `special`: with [CLS] or [SEP]; `cross_content`: one content word of the premise and one of the
    hypothesis; `cross_essential`: the same with essential words. Content words are neither special, nor
    signs, nor among `function_words`. `*_pairs` is the share of all pairs that are of the kind: what
    equal scores would give.
    """
    words = word_numbers(pair)
    first = np.unique(words, return_index=True)[1]
    sentence = np.array(pair.sentences)[first]
    essential = np.zeros(len(first), dtype=bool)
    np.logical_or.at(essential, words, np.array(pair.masks[rule], dtype=bool))
    content = np.array([_is_content(pair, token, function_words) for token in first])
    i, j = np.triu_indices(len(first), 1)
    cross = (sentence[i] == 0) & (sentence[j] == 1)
    kinds = {
        "special": (sentence[i] == SPECIAL) | (sentence[j] == SPECIAL),
        "cross_content": cross & content[i] & content[j],
        "cross_essential": cross & essential[i] & essential[j],
    }
    sizes = np.abs(score[i, j])
    total = sizes.sum() or 1.0
    found = {name: float(sizes[kind].sum() / total) for name, kind in kinds.items()}
    return found | {f"{name}_pairs": float(kind.mean()) for name, kind in kinds.items()}


def _is_content(pair: Encoded, token: int, function_words: frozenset[str]) -> bool:
    if pair.words[token] == SPECIAL:
        return False
    text = pair.texts[pair.words[token]].lower()
    return text not in function_words and any(character.isalpha() for character in text)


def states(
    encoder: Path,
    settings: Mapping[str, Any],
    snapshots: Mapping[float, Path],
    *,
    controls: bool,
    seed: int,
) -> Iterator[tuple[str, float, Classifier]]:
    """Yield (state, epoch, model): the snapshots (by epoch) of one training, then what could pass for it.

    `random_head` is the last snapshot under a head that nothing trained; `untrained_encoder` has no
    pretraining either. One and the same model is changed from state to state: use it before the next.
    """
    model = new_classifier(encoder, settings, seed=seed)
    for epoch, path in sorted(snapshots.items()):
        yield TRAINED, epoch, load_snapshot(path, model)
    if controls:
        renew_head(model, seed=seed + _ANOTHER)
        yield "random_head", max(snapshots), model
        forget_pretraining(model, seed=seed + _ANOTHER)
        yield "untrained_encoder", 0.0, model.eval()


def share_rows(
    model: Classifier,
    pairs: Sequence[Encoded],
    scoring: Mapping[str, Any],
    *,
    rule: str,
    words: frozenset[str],
    seed: int,
) -> Iterator[dict[str, Any]]:
    """Yield the shares of each pair, and the Hessian-vector products they cost."""
    for pair in pairs:
        blocks = scored(model, pair, scoring, seed=seed)
        yield {"pair": pair.pair_id} | shares(pair, blocks.score, rule, words) | {"products": blocks.products}


def deck_rows(
    model: Classifier, tokenizer: Any, scoring: Mapping[str, Any], *, seed: int
) -> list[dict[str, Any]]:
    """Scores of all pairs of the deck's sentence."""
    pair = replace(encode(tokenizer, PREMISE, HYPOTHESIS)[0], label=LABEL)
    specials = tokenizer.convert_ids_to_tokens(
        [i for i, w in zip(pair.ids, pair.words, strict=True) if w == SPECIAL]
    )
    return matrix_rows(word_labels(pair, specials)[0], scored(model, pair, scoring, seed=seed))


def scored_states(
    modelled: Iterable[tuple[str, float, Classifier]],
    pairs: Sequence[Encoded],
    tokenizer: Any,
    *,
    essential: str,
    scoring: Mapping[str, Any],
    deck_scoring: Mapping[str, Any],
    seed: int,
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Shares of each pair in each of the `states`, and the scores of the deck's sentence; logs the rates.

    `essential` is the rule of the mask, `scoring` that of the pairs, `deck_scoring` of the deck's sentence.
    """
    words, shares_of_all, deck = function_words(), [], []
    for state, epoch, model in modelled:
        start, key = time.monotonic(), {"state": state, "epoch": epoch}
        rows = list(share_rows(model, pairs, scoring, rule=essential, words=words, seed=seed))
        products = sum(row["products"] for row in rows)
        rate = products / (time.monotonic() - start)
        log.info("%s, epoch %g: %d Hessian-vector products, %.1f a second", state, epoch, products, rate)
        shares_of_all += [key | row for row in rows]
        deck += [key | row for row in deck_rows(model, tokenizer, deck_scoring, seed=seed)]
    return shares_of_all, deck


def function_words() -> frozenset[str]:
    """The English stop words of scikit-learn."""
    from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

    return ENGLISH_STOP_WORDS


def matrix_rows(names: Sequence[str], blocks: Blocks) -> list[dict[str, Any]]:
    """Every pair i < j of one sentence pair, by place: for tables and heat maps."""
    i, j = np.triu_indices(len(names), 1)
    return [
        {
            "i": a,
            "j": b,
            "word": names[a],
            "other": names[b],
            "score": float(blocks.score[a, b]),
            "error": float(blocks.error[a, b]),
        }
        for a, b in zip(i.tolist(), j.tolist(), strict=True)
    ]
