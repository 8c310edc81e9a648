"""First-order saliency: how much S changes with the embedding at each place, |∂S/∂E_t|.

Deck: "Gradients of annotated essential words during training". Measured on snapshots, in eval mode, on
the word embeddings before position and type are added.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy import stats
from torch import Tensor
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from reckon.gradients.controls import matched_means, random_means
from reckon.gradients.encoded import SPECIAL, Encoded, batch
from reckon.gradients.model import Classifier
from reckon.gradients.published import published_means, type_level_values
from reckon.nn.batches import length_batches

SCALARS = ("ce", "gold", "largest")
NORMS = ("l1", "l2", "gradient_x_input")
PUBLISHED_COLUMNS = ("batch", "variant", "grad_loss", "grad0_loss")
PAIRS_PER_BATCH = 32  # the original's; its batch-averaged variant depends on it
TOKENS_PER_BATCH = 1024  # in which the network sees them


@dataclass(frozen=True)
class Measured:
    """One pair under one snapshot."""

    pair: Encoded
    loss: float
    correct: bool
    values: np.ndarray  # (scalars, norms, tokens)


def saliency(model: Classifier, pairs: list[Encoded]) -> Iterator[Measured]:
    """Yield what the model's gradients say of each pair, in order.

    S is the cross-entropy, the logit of the gold label, or the largest logit; the sizes of ∂S/∂E_t are
    its L1 and L2 norm and Σ|E_t ∂S/∂E_t|. Pairs of like length are batched, which changes nothing: no
    value of one pair depends on another.
    """
    found: dict[int, Measured] = {}
    for rows in length_batches([len(pair.ids) for pair in pairs], TOKENS_PER_BATCH):
        found |= zip(rows.tolist(), _measured(model, [pairs[i] for i in rows]), strict=True)
    yield from (found[i] for i in range(len(pairs)))


def _measured(model: Classifier, part: list[Encoded]) -> Iterator[Measured]:
    inputs = batch(part)
    labels = inputs.pop("labels").to(model.device)
    E, logits = _forward(model, inputs)
    losses = functional.cross_entropy(logits, labels, reduction="none")
    sums = (losses.sum(), logits.gather(1, labels[:, None]).sum(), logits.amax(1).sum())
    found = [_norms(torch.autograd.grad(S, E, retain_graph=True)[0], E.detach()) for S in sums]
    values = torch.stack(found).permute(2, 0, 1, 3).cpu().numpy()
    correct = logits.argmax(1) == labels
    for i, pair in enumerate(part):
        yield Measured(pair, float(losses[i].detach()), bool(correct[i]), values[i, :, :, : len(pair.ids)])


def _forward(model: Classifier, inputs: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Word embeddings as a leaf, and the logits made of them."""
    rest = {name: tensor.to(model.device) for name, tensor in inputs.items()}
    E = model.get_input_embeddings()(rest.pop("input_ids")).detach().requires_grad_()
    return E, model(inputs_embeds=E, **rest)


def _norms(gradient: Tensor, E: Tensor) -> Tensor:
    """Sizes of the gradient, (norms, batch, length)."""
    return torch.stack([gradient.abs().sum(-1), gradient.norm(dim=-1), (gradient * E).abs().sum(-1)])


def published_saliency(model: Classifier, pairs: list[Encoded]) -> list[dict[str, object]]:
    """The original's two means by batch of 32 pairs and variant, with its mask.

    As there: S is the sum of the largest logits, both sentences have type 0, a token has one value
    wherever it stands in the batch, and [CLS] and [SEP] are among the others. S is a sum over pairs, so that
    the network may see them in other batches than those that the values are averaged over.
    """
    rows: list[dict[str, object]] = []
    W = model.get_input_embeddings().weight.detach().cpu()
    gradients = _untyped_gradients(model, pairs)
    for start in range(0, len(pairs), PAIRS_PER_BATCH):
        part = pairs[start : start + PAIRS_PER_BATCH]
        inputs = batch(part)
        gradient = pad_sequence(gradients[start : start + PAIRS_PER_BATCH], batch_first=True)
        mask = torch.zeros_like(inputs["input_ids"])
        for i, pair in enumerate(part):
            mask[i, : len(pair.ids)] = torch.tensor(pair.masks["published"])
        for variant in ("gradient", "gradient_x_input"):
            values = type_level_values(gradient, inputs["input_ids"], W, times_input=variant != "gradient")
            annotated, others = published_means(values, mask, inputs["attention_mask"])
            row = (start // PAIRS_PER_BATCH, variant, annotated, others)
            rows.append(dict(zip(PUBLISHED_COLUMNS, row, strict=True)))
    return rows


def _untyped_gradients(model: Classifier, pairs: list[Encoded]) -> list[Tensor]:
    """∂S/∂E (tokens, hidden) of each pair for the sum of the largest logits, every token of type 0."""
    found: dict[int, Tensor] = {}
    for rows in length_batches([len(pair.ids) for pair in pairs], TOKENS_PER_BATCH):
        inputs = batch([pairs[i] for i in rows])
        del inputs["labels"]
        E, logits = _forward(model, inputs | {"token_type_ids": torch.zeros_like(inputs["input_ids"])})
        gradient = torch.autograd.grad(logits.amax(1).sum(), E)[0].cpu()
        found |= {i: one[: len(pairs[i].ids)] for i, one in zip(rows.tolist(), gradient, strict=True)}
    return [found[i] for i in range(len(pairs))]


def summaries(measured: list[Measured], rule: str, classes: dict[int, int]) -> list[dict[str, object]]:
    """One row a pair, scalar and norm: means over essential and other tokens, controls, ranking.

    Special tokens are left out; `all` is every other token. `random` and `matched` are the null controls
    of `controls`; `auc` and `ap` say how well the sizes rank the tokens by the annotators' mask. Pairs in
    which no token, or every token, is essential are left out.
    """
    usable = [one for one in measured if 0 < _mask(one.pair, rule).sum() < len(_mask(one.pair, rule))]
    masks = [_mask(one.pair, rule) for one in usable]
    sentences = [np.array(one.pair.sentences)[_inside(one.pair)] for one in usable]
    kinds = [np.array([classes.get(i, 0) for i in one.pair.ids])[_inside(one.pair)] for one in usable]
    rows: list[dict[str, object]] = []
    for s, scalar in enumerate(SCALARS):
        for k, norm in enumerate(NORMS):
            values = [one.values[s, k][_inside(one.pair)].astype(float) for one in usable]
            matched = matched_means(values, masks, sentences, kinds)
            for one, v, m, sentence, control in zip(usable, values, masks, sentences, matched, strict=True):
                means = {"essential": v[m].mean(), "other": v[~m].mean(), "all": v.mean()}
                controls = {"random": random_means(v, m, sentence), "matched": control}
                ranking = {"auc": auc(v, m), "ap": average_precision(v, m)}
                key = {"pair": one.pair.pair_id, "scalar": scalar, "norm": norm}
                rows.append(key | means | controls | ranking)
    return rows


def _inside(pair: Encoded) -> np.ndarray:
    return np.array(pair.sentences) != SPECIAL


def _mask(pair: Encoded, rule: str) -> np.ndarray:
    return np.array(pair.masks[rule], dtype=bool)[_inside(pair)]


def auc(values: np.ndarray, mask: np.ndarray) -> float:
    """Chance that an essential token has a larger value than another; a tie counts half."""
    ranks = stats.rankdata(values)
    hits = int(mask.sum())
    return float((ranks[mask].sum() - hits * (hits + 1) / 2) / (hits * (len(mask) - hits)))


def average_precision(values: np.ndarray, mask: np.ndarray) -> float:
    """Mean precision at each essential token, going down from the largest value."""
    hits = mask[np.argsort(-values, kind="stable")]
    return float((np.cumsum(hits) / np.arange(1, len(hits) + 1))[hits].mean())
