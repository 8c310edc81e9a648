"""Products with the Hessian: against finite differences, the parts of the cross-entropy, faults."""

import pytest
import torch

from reckon.errors import InputError
from reckon.gradients.products import differentiable_twice, logits_at, point, products, scalar_of


def hessian_by_differences(scalar, E, h=1e-4):
    """(n, n) central differences of the gradient, of fourth order, in double precision."""

    def gradient(x):
        x = x.clone().requires_grad_()
        return torch.autograd.grad(scalar(x), x)[0].flatten()

    rows = []
    for k in range(E.numel()):
        e = torch.zeros(E.numel(), dtype=E.dtype)
        e[k] = h
        e = e.view_as(E)
        near, far = (gradient(E + s * e) - gradient(E - s * e) for s in (1, 2))
        rows.append((8 * near - far) / (12 * h))
    return torch.stack(rows)


def hessian_by_products(product, E):
    unit = torch.eye(E.numel(), dtype=E.dtype).view(-1, *E.shape)
    return product(unit).flatten(1)


@pytest.mark.parametrize("at", ["word", "embeddings"])
@pytest.mark.parametrize("target", ["ce", "logit", "argmax"])
def test_products_are_those_of_central_differences(classifier, inputs, at, target):
    with differentiable_twice(classifier):
        E, logits = point(classifier, inputs, at), logits_at(classifier, inputs, at)
        H = hessian_by_products(products(logits, E, target, 1), E)
        scalar = scalar_of(target, logits(E).detach(), 1)
        expected = hessian_by_differences(lambda x: scalar(logits(x)), E)
    assert (H - expected).norm() <= 1e-6 * expected.norm()
    assert (H - H.T).norm() <= 1e-12 * H.norm()


def test_sdpa_gives_what_eager_attention_gives(classifier, inputs):
    found = []
    for attention in ("eager", "sdpa"):
        classifier.encoder.set_attn_implementation(attention)
        with differentiable_twice(classifier):
            E = point(classifier, inputs, "word")
            found.append(
                products(logits_at(classifier, inputs, "word"), E, "ce", 0)(torch.ones_like(E)[None])
            )
    torch.testing.assert_close(*found)


def test_the_two_parts_of_the_cross_entropy_add_up(classifier, inputs):
    with differentiable_twice(classifier):
        E, logits = point(classifier, inputs, "word"), logits_at(classifier, inputs, "word")
        V = torch.randn(3, *E.shape, dtype=E.dtype, generator=torch.Generator().manual_seed(1))
        whole, first, second = (
            products(logits, E, "ce", 2, part)(V) for part in ("full", "gauss_newton", "curvature")
        )
    torch.testing.assert_close(first + second, whole)
    assert min(first.norm(), second.norm()) > 1e-3 * whole.norm()


def test_the_gauss_newton_part_has_the_rank_of_two_free_probabilities(classifier, inputs):
    with differentiable_twice(classifier):
        E = point(classifier, inputs, "word")
        H = hessian_by_products(
            products(logits_at(classifier, inputs, "word"), E, "ce", 2, "gauss_newton"), E
        )
    values = torch.linalg.eigvalsh(H).flip(0)
    assert values[1] > 1e6 * values[2].abs()


def test_a_single_logit_has_curvature_only(classifier, inputs):
    with differentiable_twice(classifier):
        E, logits = point(classifier, inputs, "word"), logits_at(classifier, inputs, "word")
        V = torch.ones_like(E)[None]
        assert products(logits, E, "logit", 1, "gauss_newton")(V).abs().max() == 0
        torch.testing.assert_close(
            products(logits, E, "logit", 1, "curvature")(V), products(logits, E, "logit", 1)(V)
        )


def test_the_model_is_left_as_it_was(classifier, inputs):
    classifier.train()
    classifier.head.weight.requires_grad_(False)
    wanted = [p.requires_grad for p in classifier.parameters()]

    def fail():
        with differentiable_twice(classifier):
            assert not classifier.training
            raise RuntimeError("inside")

    with pytest.raises(RuntimeError, match="inside"):
        fail()
    assert classifier.training
    assert [p.requires_grad for p in classifier.parameters()] == wanted


def test_fused_attention_is_refused(classifier):
    classifier.config._attn_implementation = "flash_attention_2"
    with pytest.raises(InputError, match=r"flash_attention_2.*no second derivative.*eager"):
        differentiable_twice(classifier).__enter__()


def test_relu_is_refused(classifier):
    classifier.config.hidden_act = "relu"
    with pytest.raises(InputError, match=r"'relu'.*piecewise linear.*GELU"):
        differentiable_twice(classifier).__enter__()


def test_unknown_names_and_several_pairs_are_refused(classifier, inputs):
    two = {name: tensor.repeat(2, 1) for name, tensor in inputs.items()}
    E = point(classifier, inputs, "word")
    with pytest.raises(InputError, match="2 pairs"):
        point(classifier, two, "word")
    long = {"input_ids": torch.zeros(1, 70, dtype=torch.long)}
    with pytest.raises(InputError, match="70 tokens, the model reads at most 64"):
        point(classifier, long, "word")
    with pytest.raises(InputError, match="at: 'words', not one of word, embeddings"):
        point(classifier, inputs, "words")
    with pytest.raises(InputError, match="target: 'loss'"):
        products(logits_at(classifier, inputs, "word"), E, "loss", 0)
    with pytest.raises(InputError, match="part: 'half'"):
        products(logits_at(classifier, inputs, "word"), E, "ce", 0, "half")
