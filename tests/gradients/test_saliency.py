"""First-order saliency: against differences, batching, the original's variant against its definition."""

import numpy as np
import pytest
import torch
from sklearn.metrics import average_precision_score, roc_auc_score
from torch.nn import functional

from reckon.gradients.encoded import Encoded, batch, encode
from reckon.gradients.published import published_means, type_level_values
from reckon.gradients.saliency import (
    NORMS,
    SCALARS,
    auc,
    average_precision,
    published_saliency,
    saliency,
    summaries,
)

SENTENCES = (
    ("the dog is in paris", "who is one cat"),
    ("no", "the capital of france, no"),
    ("two dog", "one dog"),
)


@pytest.fixture
def pairs(tokenizer) -> list[Encoded]:
    found = []
    for number, sentences in enumerate(SENTENCES):
        pair, _ = encode(tokenizer, *sentences)
        mask = [int(word >= 0 and word % 2 == 0) for word in pair.words]
        masks = {"union": mask, "published": mask}
        found.append(Encoded(str(number), number, *(getattr(pair, n) for n in ("ids", "types", "words")),
                             pair.sentences, pair.texts, masks))  # fmt: skip
    return found


def scalar_at(model, pair, E, scalar):
    inputs = batch([pair])
    logits = model(inputs_embeds=E[None], **{n: inputs[n] for n in ("attention_mask", "token_type_ids")})
    losses = {
        "ce": functional.cross_entropy(logits, inputs["labels"]),
        "gold": logits[0, pair.label],
        "largest": logits.max(),
    }
    return losses[scalar]


def test_values_are_those_of_central_differences(classifier, pairs):
    """The directional derivative along E at each place, summed with its sign, by differences of S."""
    measured = next(saliency(classifier, pairs))
    pair = pairs[0]
    E = classifier.get_input_embeddings()(torch.tensor(pair.ids)).detach()
    for s, scalar in enumerate(SCALARS):
        gradient = torch.zeros_like(E)
        for t in range(3):
            for q in range(E.shape[1]):
                step = torch.zeros_like(E)
                step[t, q] = 1e-5
                with torch.no_grad():
                    up, down = (scalar_at(classifier, pair, E + sign * step, scalar) for sign in (1, -1))
                gradient[t, q] = (up - down) / 2e-5
        for k, expected in enumerate(
            (gradient.abs().sum(1), gradient.norm(dim=1), (gradient * E).abs().sum(1))
        ):
            np.testing.assert_allclose(measured.values[s, k, :3], expected[:3], rtol=1e-5, err_msg=NORMS[k])


def test_a_batch_gives_what_single_pairs_give(classifier, pairs):
    together = list(saliency(classifier, pairs))
    for pair, one in zip(pairs, together, strict=True):
        (alone,) = saliency(classifier, [pair])
        assert one.values.shape == (len(SCALARS), len(NORMS), len(pair.ids))
        np.testing.assert_allclose(one.values, alone.values, rtol=1e-6)
        assert (one.loss, one.correct) == (pytest.approx(alone.loss), alone.correct)


def test_measuring_draws_no_random_number_and_changes_no_weight(classifier, pairs):
    before = [tensor.clone() for tensor in classifier.state_dict().values()]
    state = torch.get_rng_state()
    list(saliency(classifier, pairs))
    published_saliency(classifier, pairs)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(a, b) for a, b in zip(before, classifier.state_dict().values(), strict=True))
    assert all(p.grad is None for p in classifier.parameters())


def test_the_published_value_is_the_gradient_of_the_embedding_matrix(classifier, pairs):
    """S of the whole batch differentiated by W itself, as the original did."""
    inputs = batch(pairs)
    ids, mask = inputs["input_ids"], inputs["attention_mask"]
    W = classifier.get_input_embeddings().weight
    logits = classifier(input_ids=ids, attention_mask=mask, token_type_ids=torch.zeros_like(ids))
    G = torch.autograd.grad(logits.amax(1).sum(), W)[0]
    counts = torch.bincount(ids.flatten(), minlength=len(W))[ids][..., None]
    annotated = torch.zeros_like(ids)
    for i, pair in enumerate(pairs):
        annotated[i, : len(pair.ids)] = torch.tensor(pair.masks["published"])
    expected = {
        "gradient": (G[ids] / counts).abs().sum(-1),
        "gradient_x_input": (W[ids] * G[ids] / counts).abs().sum(-1).detach(),
    }
    for row in published_saliency(classifier, pairs):
        means = published_means(expected[row["variant"]], annotated, mask)
        assert (row["grad_loss"], row["grad0_loss"]) == pytest.approx(means, rel=1e-6)


def test_a_word_has_one_published_value_wherever_it_stands():
    ids = torch.tensor([[5, 6, 5], [5, 0, 0]])
    gradients = torch.arange(12.0).view(2, 3, 2)
    values = type_level_values(gradients, ids, torch.ones(7, 2), times_input=False)
    expected = (0 + 4 + 6) / 3 + (1 + 5 + 7) / 3
    assert [float(values[place]) for place in ((0, 0), (0, 2), (1, 0))] == pytest.approx([expected] * 3)
    assert published_means(values, torch.zeros(2, 3), (ids > 0).long())[0] == 0


def test_ranking_measures_are_those_of_scikit_learn():
    rng = np.random.default_rng(0)
    for size in (3, 10, 40):
        values, mask = rng.normal(size=size).round(3), rng.random(size) < 0.4
        mask[:2] = True, False
        assert auc(values, mask) == pytest.approx(roc_auc_score(mask, values))
        assert average_precision(values, mask) == pytest.approx(average_precision_score(mask, values))
    assert auc(np.ones(4), np.array([True, False, False, True])) == 0.5


def test_summaries_hold_the_means_of_the_tokens(classifier, pairs):
    measured = list(saliency(classifier, pairs))
    rows = summaries(measured, "union", {})
    assert len(rows) == len(pairs) * len(SCALARS) * len(NORMS)
    first = next(row for row in rows if (row["pair"], row["scalar"], row["norm"]) == ("0", "ce", "l2"))
    values = measured[0].values[0, 1]
    inside = np.array(pairs[0].sentences) >= 0
    mask = np.array(pairs[0].masks["union"], dtype=bool)
    assert first["essential"] == pytest.approx(values[mask].mean())
    assert first["other"] == pytest.approx(values[inside & ~mask].mean())
    assert first["all"] == pytest.approx(values[inside].mean())
    nothing = Encoded(**vars(pairs[0]) | {"masks": {"union": [0] * len(mask)}})
    left = summaries(list(saliency(classifier, [nothing, pairs[1]])), "union", {})
    assert {row["pair"] for row in left} == {"1"}
