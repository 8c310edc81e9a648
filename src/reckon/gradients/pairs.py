"""Second derivatives between words: which pairs of words a model looks at together.

    python -m reckon.gradients.pairs --model FOLDER --premise "…" --hypothesis "…"

Deck: "What relations are captured?" The size of the block H_ij of ∂²S/∂E_i∂E_j for words i and j.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from reckon.errors import InputError
from reckon.gradients.adaptive import until_separated
from reckon.gradients.estimators import Blocks, Samples, columns, exact, intervals, probes, taylor
from reckon.gradients.products import PARTS, PLACES, TARGETS, differentiable_twice, logits_at, point, products
from reckon.steps.program import run

SCORES = ("frobenius", "meanabs", "taylor")
# What each method can estimate. An exact Taylor term costs one product a word.
METHODS = {
    "exact": SCORES,
    "probes": ("frobenius",),
    "adaptive": ("frobenius",),
    "columns": ("meanabs",),
}

log = logging.getLogger(__name__)


def pair_scores(
    model: Any,
    inputs: dict[str, Any],
    *,
    target: str = "ce",
    label: int = 0,
    at: str = "word",
    score: str = "frobenius",
    method: str = "exact",
    part: str = "full",
    words: Sequence[int] | None = None,
    selected: Sequence[int] | None = None,
    baseline: int | None = None,
    draws: int = 4,
    most_draws: int = 32,
    top: int = 10,
    chunk: int | None = None,
    seed: int = 0,
) -> Blocks:
    """Scores of all pairs of words of one pair of sentences; arrays (words, words), symmetric.

    `model` maps `inputs` (one row, without padding) to logits: a `Classifier`, or any encoder with a
    classification head from transformers. It is left as it was.

    target: S is the cross-entropy of `label` (`ce`), its `logit`, or the largest logit (`argmax`).
    at: the embeddings that S is differentiated by, see `products.point`.
    score: `frobenius` is ||H_ij||_F; `meanabs` is Σ|H_ij| / hidden², the original's; `taylor` is
        (e_i − b_i)ᵀ H_ij (e_j − b_j), signed, with b the embedding of the token `baseline` or 0.
    method: `exact`; `probes`, `draws` random vectors a word; `adaptive`, from `draws` to `most_draws`
        a word until the order of the `top` pairs is separated; `columns`, `draws` random columns a word.
    part: all of H, or one of the two terms of the cross-entropy's, see `products.products`.
    words: number of the word of every token, to merge pieces; none: every token is a word. The score of
        a word of several pieces is that of its whole block.
    selected: only pairs with one of these words, at their cost alone; the others are NaN.
    chunk: directions at once in the exact method; none: `estimators.directions_at_once`, which bounds the
        memory to about that of 1,536 tokens.

    Raises `InputError` for a model that cannot be differentiated twice, for several pairs at once, and for
    a score that the method does not estimate.
    """
    import torch

    if score not in METHODS.get(method, ()):
        known = "; ".join(f"{name}: {', '.join(scores)}" for name, scores in METHODS.items())
        raise InputError(f"score {score!r} by method {method!r} is not available; there are {known}")
    owners = np.arange(inputs["input_ids"].shape[1]) if words is None else np.asarray(words)
    wanted = sorted(set(range(owners.max() + 1) if selected is None else selected))
    with differentiable_twice(model):
        E = point(model, inputs, at)
        product = products(logits_at(model, inputs, at), E, target, label, part)
        if score == "taylor":
            ids = inputs["input_ids"]
            other = inputs | {"input_ids": torch.full_like(ids, baseline)} if baseline is not None else None
            b = torch.zeros_like(E) if other is None else point(model, other, at)
            return _without_error(*taylor(product, E, b, owners, wanted))
        if method == "exact":
            absolute, squared, spent = exact(product, E, owners, wanted, chunk)
            sizes = absolute / E.shape[1] ** 2 if score == "meanabs" else np.sqrt(squared)
            return _without_error(sizes, spent)
        if method == "columns":
            return _by_columns(product, E, owners, wanted, draws, seed)
        return _by_probes(
            product, E, owners, wanted, draws, most_draws if method == "adaptive" else draws, top, seed
        )


def _by_probes(
    product: Any, E: Any, owners: np.ndarray, wanted: list[int], draws: int, most: int, top: int, seed: int
) -> Blocks:
    import torch

    samples, rng = Samples(owners.max() + 1), torch.Generator().manual_seed(seed)

    def draw(counts: dict[int, int]) -> None:
        probes(product, E, owners, counts, samples, rng)

    left = until_separated(draw, samples, wanted, first=draws, most=most, top=top)
    if most > draws:
        log.info("%d comparisons of neighbours in the ranking stay open", left)
    n, mean, error = samples.pooled()
    low, high = (np.sqrt(bound) for bound in intervals(mean, error, n))
    norm = np.sqrt(mean)
    with np.errstate(invalid="ignore", divide="ignore"):
        return Blocks(norm, error / (2 * norm), low, high, samples.products)


def _by_columns(product: Any, E: Any, owners: np.ndarray, wanted: list[int], draws: int, seed: int) -> Blocks:
    samples = Samples(owners.max() + 1)
    columns(product, E, owners, dict.fromkeys(wanted, draws), samples, np.random.default_rng(seed))
    n, mean, error = samples.pooled()
    # Columns are drawn without repetition: of all of them nothing is left to chance.
    total = np.bincount(owners) * E.shape[1]
    left = 1 - n / (total[:, None] + total[None, :] - np.diag(total))
    error = error * np.sqrt(np.clip(left, 0, 1))
    low, high = intervals(mean, error, n)
    scale = E.shape[1] ** 2
    return Blocks(mean / scale, error / scale, low / scale, high / scale, samples.products)


def _without_error(sizes: np.ndarray, spent: int) -> Blocks:
    """Both orders of a pair are known if both words were asked for; their mean is the pair's."""
    both = np.where(np.isnan(sizes), sizes.T, sizes)
    both = (both + np.where(np.isnan(both.T), both, both.T)) / 2
    return Blocks(both, np.where(np.isnan(both), np.nan, 0.0), both, both, spent)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m reckon.gradients.pairs", description=__doc__.split("\n")[0]
    )
    parser.add_argument("--model", type=Path, required=True, help="folder in the form of transformers")
    parser.add_argument("--snapshot", type=Path, help="weights of a training of this project, on that model")
    parser.add_argument("--classifier", default="{}", help="its settings as JSON: layers, features, …")
    parser.add_argument("--premise", required=True)
    parser.add_argument("--hypothesis", required=True)
    parser.add_argument("--label", default="entailment", help="gold label, for the targets ce and logit")
    parser.add_argument("--target", choices=TARGETS, default="ce")
    parser.add_argument("--at", choices=PLACES, default="word")
    parser.add_argument("--score", choices=SCORES, default="frobenius")
    parser.add_argument("--method", choices=tuple(METHODS), default="probes")
    parser.add_argument("--part", choices=PARTS, default="full")
    parser.add_argument("--draws", type=int, default=4, help="random vectors or columns a word")
    parser.add_argument("--most-draws", type=int, default=32, help="a word, for the method adaptive")
    parser.add_argument("--only", nargs="*", help="words; only pairs with one of them")
    parser.add_argument("--top", type=int, default=10)
    parser.add_argument(
        "--seed", type=int, default=0, help="of the probes, and of a head that is not trained"
    )
    return parser.parse_args()


def main() -> None:
    """Load, score, list the best pairs as csv."""
    args = _arguments()

    from reckon.gradients.encoded import batch, encode
    from reckon.gradients.listing import ranked, word_labels, word_numbers, write_listing
    from reckon.gradients.model import label_number, load_any
    from reckon.nn.encoders import load_tokenizer

    if args.draws < 2 and args.method != "exact" and args.score != "taylor":
        raise InputError(f"--draws {args.draws}: two at least, since one tells nothing of the error")
    for name in ("premise", "hypothesis"):
        if not getattr(args, name).strip():
            raise InputError(f"--{name}: an empty sentence; give one")
    model = load_any(args.model, args.snapshot, args.classifier, seed=args.seed)
    tokenizer = load_tokenizer(args.model, "drop")
    pair, _ = encode(tokenizer, args.premise, args.hypothesis)
    inputs = batch([pair])
    del inputs["labels"]
    specials = [
        tokenizer.convert_ids_to_tokens(i) for i, w in zip(pair.ids, pair.words, strict=True) if w < 0
    ]
    names, _ = word_labels(pair, specials)
    unknown = sorted(set(args.only or ()) - set(names))
    if unknown:
        raise InputError(f"--only {unknown[0]}: not a word of the two sentences; there are {' '.join(names)}")
    blocks = pair_scores(
        model,
        inputs,
        target=args.target,
        label=label_number(model, args.label),
        at=args.at,
        score=args.score,
        method="exact" if args.score == "taylor" else args.method,
        part=args.part,
        words=word_numbers(pair).tolist(),
        selected=[n for n, name in enumerate(names) if name in args.only] if args.only else None,
        draws=args.draws,
        most_draws=args.most_draws,
        top=args.top,
        seed=args.seed,
    )
    write_listing(sys.stdout, ranked(names, blocks, args.top))


if __name__ == "__main__":
    run(main)
