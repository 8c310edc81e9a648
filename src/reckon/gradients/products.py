"""Products of the input Hessian with vectors: H v for a scalar S of the model at the embeddings E.

Deck: "∂²Loss / ∂E_i ∂E_j during training". H is never formed: one product costs about two forward passes
(forward-over-reverse differentiation, jvp of the gradient), and many run at once under vmap while the
network itself is evaluated once.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.func import grad, jvp, vjp, vmap
from torch.nn import functional

from reckon.errors import InputError

TARGETS = ("ce", "logit", "argmax")
PLACES = ("word", "embeddings")
PARTS = ("full", "gauss_newton", "curvature")
Logits = Callable[[Tensor], Tensor]  # (tokens, hidden) -> (classes,)
Product = Callable[[Tensor], Tensor]  # (directions, tokens, hidden) -> the same

_TWICE_DIFFERENTIABLE = ("eager", "sdpa")
_PIECEWISE_LINEAR = ("relu", "leaky_relu", "relu6", "relu2", "silu_relu")


@contextlib.contextmanager
def differentiable_twice(model: Any) -> Iterator[None]:
    """Let `model` be differentiated twice by its input: eval mode, no weight gradients, plain attention.

    Leaves the model as it was. Fused attention kernels have no second derivative, so torch's mathematical
    one takes their place. Raises `InputError` for an attention that cannot be replaced here, and for
    activations of ReLU's kind, whose second derivative is zero almost everywhere.
    """
    from torch.nn.attention import SDPBackend, sdpa_kernel

    _refuse_what_has_no_curvature(model)
    training, wanted = model.training, [p for p in model.parameters() if p.requires_grad]
    model.eval().requires_grad_(False)
    try:
        with sdpa_kernel(SDPBackend.MATH):
            yield
    finally:
        model.train(training)
        for parameter in wanted:
            parameter.requires_grad_(True)


def _refuse_what_has_no_curvature(model: Any) -> None:
    config = getattr(model, "config", None)
    attention = getattr(config, "_attn_implementation", None) or "eager"
    if attention not in _TWICE_DIFFERENTIABLE:
        raise InputError(
            f"attention {attention!r} has no second derivative; load the model with "
            'attn_implementation="eager"'
        )
    activation = str(getattr(config, "hidden_act", getattr(config, "activation", "gelu")))
    layers = [type(m).__name__ for m in model.modules() if isinstance(m, nn.ReLU | nn.LeakyReLU | nn.ReLU6)]
    if activation in _PIECEWISE_LINEAR or layers:
        raise InputError(
            f"activation {(layers or [activation])[0]!r}: second derivatives of a piecewise linear function "
            "are zero and say nothing; take a model with GELU"
        )


def point(model: Any, inputs: dict[str, Tensor], at: str) -> Tensor:
    """(tokens, hidden) where the model is differentiated, for the one pair in `inputs`.

    `word`: word embeddings, before position and type are added; `embeddings`: what the embedding layer
    returns, after its norm, which is what the original differentiated.
    """
    if at not in PLACES:
        raise InputError(f"at: {at!r}, not one of {', '.join(PLACES)}")
    rows, tokens = inputs["input_ids"].shape
    if rows != 1:
        raise InputError(f"inputs: {rows} pairs; second derivatives are of one at a time")
    longest = getattr(getattr(model, "config", None), "max_position_embeddings", tokens)
    if tokens > longest:
        raise InputError(f"inputs: {tokens} tokens, the model reads at most {longest}; shorten the sentences")
    with torch.no_grad():
        if at == "word":
            return model.get_input_embeddings()(inputs["input_ids"])[0].detach()
        caught: list[Tensor] = []

        def catch(output: Tensor) -> Tensor:
            caught.append(output)
            return output

        with _after_embeddings(model, catch):
            model(**inputs)
        return caught[0][0].detach()


def logits_at(model: Any, inputs: dict[str, Tensor], at: str) -> Logits:
    """The model as a function of E (tokens, hidden) at the place `at`; returns (classes,)."""
    rest = {name: tensor for name, tensor in inputs.items() if name != "input_ids"}

    def logits(E: Tensor) -> Tensor:
        if at == "word":
            output = model(inputs_embeds=E[None], **rest)
        else:
            with _after_embeddings(model, lambda _: E[None]):
                output = model(**inputs)
        return getattr(output, "logits", output)[0]

    return logits


@contextlib.contextmanager
def _after_embeddings(model: Any, replacement: Callable[[Tensor], Tensor]) -> Iterator[None]:
    """Put `replacement(output)` in place of the output of the embedding layer."""
    layer = getattr(model.base_model, "embeddings", None)
    if layer is None:
        raise InputError("at: this model has no layer `embeddings`; use at: word")
    hook = layer.register_forward_hook(lambda _module, _arguments, output: replacement(output))
    try:
        yield
    finally:
        hook.remove()


def scalar_of(target: str, logits: Tensor, label: int) -> Callable[[Tensor], Tensor]:
    """S as a function of the logits (classes,): `ce` of `label`, its `logit`, or the largest logit.

    Which logit is the largest is decided at `logits`, those at the point of differentiation.
    """
    if target == "ce":
        return lambda z: functional.cross_entropy(z, torch.tensor(label, device=z.device))
    if target not in TARGETS:
        raise InputError(f"target: {target!r}, not one of {', '.join(TARGETS)}")
    place = label if target == "logit" else int(logits.argmax())
    return lambda z: z[place]


def products(logits: Logits, E: Tensor, target: str, label: int, part: str = "full") -> Product:
    """Return v -> H v for many v at once; with `part`, one of the two terms of the cross-entropy's Hessian.

        H = Jᵀ (diag p − p pᵀ) J  +  Σ_c (p_c − y_c) ∇²z_c

    The first, `gauss_newton`, needs the Jacobian J of the logits only; the second is the `curvature` of
    the network. For a single logit the first is zero and the second is H.
    """
    if part not in PARTS:
        raise InputError(f"part: {part!r}, not one of {', '.join(PARTS)}")
    at_point = logits(E).detach()
    scalar = scalar_of(target, at_point, label)
    if part == "gauss_newton":
        return _gauss_newton(logits, E, scalar, at_point)
    if part == "curvature":
        weights = grad(scalar)(at_point)
        return _hessian(lambda x: (weights * logits(x)).sum(), E)
    return _hessian(lambda x: scalar(logits(x)), E)


def _hessian(scalar: Callable[[Tensor], Tensor], E: Tensor) -> Product:
    gradient = grad(scalar)
    return vmap(lambda v: jvp(gradient, (E,), (v,))[1])


def _gauss_newton(logits: Logits, E: Tensor, scalar: Callable[[Tensor], Tensor], z: Tensor) -> Product:
    _, pull = vjp(logits, E)
    J = torch.stack([pull(row)[0] for row in torch.eye(len(z), dtype=z.dtype, device=z.device)])
    M = torch.func.hessian(scalar)(z)
    return lambda V: torch.einsum("ctd,ck,nk->ntd", J, M, torch.einsum("ktd,ntd->nk", J, V))
