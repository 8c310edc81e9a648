"""The arms of mixed precision: what each computes in, what it counts, and what the hardware has."""

import logging

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from reckon.errors import InputError
from reckon.nn import precision
from reckon.nn.emulation import rounded_products
from reckon.nn.precision import ARMS, Arithmetic, fastest, is_native, peak_bytes, resolve

NATIVE = {"cpu_bf16": {"avx512_bf16": True}, "cpu_fp16": {"amx_fp16": True}, "cpu_old": {"avx2": True}}


@pytest.fixture
def processor(monkeypatch):
    """Let torch see a processor of certain instructions."""
    return lambda name: monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: NATIVE[name])


@pytest.fixture
def card(monkeypatch):
    """Let torch see a GPU of a certain architecture."""
    return lambda *number: monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: number)


@pytest.mark.parametrize(
    ("name", "native", "auto"),
    [
        ("cpu_bf16", {"fp32", "bf16_mixed", "bf16"}, "bf16_mixed"),
        ("cpu_fp16", {"fp32", "fp16_mixed", "fp16"}, "fp32"),
        ("cpu_old", {"fp32"}, "fp32"),
    ],
)
def test_a_processor_has_an_arm_if_it_says_so(processor, name, native, auto):
    processor(name)
    assert {arm for arm in ARMS if is_native(arm, "cpu")} == native
    assert fastest("cpu") == auto


@pytest.mark.parametrize(
    ("architecture", "native", "auto"),
    [
        ((6, 1), {"fp32"}, "fp32"),  # the deck's GTX 1080 Ti
        ((7, 0), {"fp32", "fp16_mixed", "fp16"}, "fp16_mixed"),
        ((9, 0), set(ARMS), "bf16_mixed"),
    ],
)
def test_a_card_has_an_arm_from_an_architecture_on(card, architecture, native, auto):
    card(*architecture)
    assert {arm for arm in ARMS if is_native(arm, "cuda")} == native
    assert fastest("cuda") == auto


def test_what_is_not_native_is_said(processor, caplog):
    processor("cpu_old")
    with caplog.at_level(logging.WARNING):
        assert not Arithmetic("bf16_mixed", "cpu").native
        assert "not native here" in caplog.text
        caplog.clear()
        Arithmetic("fp32", "cpu")
    assert caplog.text == ""


@pytest.mark.parametrize("name", ARMS)
def test_weights_gradients_and_products_have_the_types_of_the_table(name):
    arm, arithmetic, model = ARMS[name], Arithmetic(name, "cpu"), nn.Linear(4, 3)
    arithmetic.cast(model)
    x = torch.ones(2, 4, dtype=getattr(torch, arm.weights))
    with arithmetic.products():
        with arithmetic.autocast():
            out = model(x)
        arithmetic.backward(out.float().sum())
    assert out.dtype == getattr(torch, arm.products)
    assert {p.dtype for p in model.parameters()} == {getattr(torch, arm.weights)}
    assert {p.grad.dtype for p in model.parameters()} == {getattr(torch, arm.weights)}


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_an_emulated_product_is_the_exact_one_rounded(kind):
    """Against fp64 products of the same operands: half a unit of the last place, and fp32's own error."""
    torch.manual_seed(0)
    a, b = torch.randn(7, 64).to(kind), torch.randn(64, 5).to(kind)
    with rounded_products(kind):
        found = a @ b
    exact = a.double() @ b.double()
    half_unit = torch.finfo(kind).eps / 2 * exact.abs()
    assert found.dtype == kind
    assert ((found.double() - exact).abs() <= half_unit * 1.001 + 1e-5).all()


@pytest.mark.parametrize("inference", [True, False])
@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_products_are_emulated_with_and_without_gradients(kind, inference):
    """Without them operations reach the emulation whole: to the bit what fp32 gives, rounded."""
    torch.manual_seed(0)
    layer, x = nn.Linear(64, 32), torch.randn(2, 5, 64).to(kind)
    q, k, v = (torch.randn(1, 2, 6, 8).to(kind) for _ in range(3))
    layer.to(kind)
    with torch.inference_mode(inference), rounded_products(kind):
        found = [layer(x), x @ x.mT, functional.scaled_dot_product_attention(q, k, v)]
    wide = layer.float()
    with torch.inference_mode(inference):
        y = x.float()
        attended = functional.scaled_dot_product_attention(q.float(), k.float(), v.float())
        expected = [part.to(kind) for part in (wide(y), y @ y.mT, attended)]
    assert all(torch.equal(*pair) for pair in zip(found, expected, strict=True))


def attention(kind: torch.dtype, dtype: torch.dtype, *, emulated: bool):
    torch.manual_seed(0)
    q, k, v = (torch.randn(2, 2, 6, 8).to(kind).to(dtype).requires_grad_(True) for _ in range(3))
    with rounded_products(kind) if emulated else torch.enable_grad():
        functional.scaled_dot_product_attention(q, k, v).float().pow(2).sum().backward()
    return [tensor.grad for tensor in (q, k, v)]


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_attention_and_its_gradient_are_emulated_too(kind):
    exact, found = attention(kind, torch.float64, emulated=False), attention(kind, kind, emulated=True)
    for gradient, expected in zip(found, exact, strict=True):
        assert gradient.dtype == kind
        torch.testing.assert_close(gradient.double(), expected, rtol=0.05, atol=0.05)


def test_emulation_reaches_the_backward_pass_and_leaves_other_types_alone(monkeypatch):
    """The products of fp32 keep their bits."""
    a = torch.randn(5, 6, requires_grad=True)
    plain = torch.autograd.grad((a @ a.T).sum(), a)[0]
    with rounded_products(torch.float16):
        assert torch.equal(torch.autograd.grad((a @ a.T).sum(), a)[0], plain)
    half = torch.full((2, 2), 2.0**-13, dtype=torch.float16, requires_grad=True)
    with rounded_products(torch.float16):
        (half @ half).sum().backward()  # 2⁻²⁶ is below half the least number, the gradient 2⁻¹² is not
    assert half.grad.tolist() == [[2.0**-11] * 2] * 2


def test_a_gradient_that_underflows_is_counted_and_a_row_that_is_not_used_is_not():
    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words, self.head = nn.Embedding(10, 4), nn.Linear(4, 2, bias=False)

        def forward(self, ids):
            return self.head(self.words(ids))

    def share(name, size):
        torch.manual_seed(0)
        model, arithmetic = Net(), Arithmetic(name, "cpu")
        arithmetic.cast(model)
        (model(torch.tensor([1, 2])).float().sum() * size).backward()
        arithmetic.count_zeros(model, 0)
        arithmetic.count_zeros(model, 1)  # between two counts
        assert arithmetic.entries == 8
        return arithmetic.record()["zero_gradients"]

    assert share("fp32", 1e-9) == 0
    assert share("fp16", 1.0) == 0
    assert share("fp16", 1e-9) == 1
    assert share("bf16", 1e-9) == 0


def test_nothing_counted_is_no_share_and_no_scale_is_one():
    assert Arithmetic("fp32", "cpu").record() == {
        "precision": "fp32",
        "skipped_steps": 0,
        "loss_scale": 1.0,
        "zero_gradients": None,
        "first_nonfinite_step": None,
    }


@pytest.mark.parametrize(("value", "broken"), [(1.0, False), (float("nan"), True), (float("inf"), True)])
def test_only_weights_of_16_bits_are_allowed_to_break(value, broken):
    model = nn.Linear(2, 2)
    with torch.no_grad():
        model.weight[0, 0] = value
    pure, mixed = Arithmetic("fp16", "cpu"), Arithmetic("fp16_mixed", "cpu")
    assert pure.is_broken(model, 0.0, 0.0, 7) == broken
    assert pure.first_nonfinite == (7 if broken else None)
    assert not mixed.is_broken(model, 0.0, 0.0, 7)
    assert [Arithmetic(name, "cpu").must_be_finite for name in ARMS] == [True, True, False, False, False]


def test_the_code_for_a_gpu_runs_on_a_processor(card, monkeypatch):
    """Every line of the CUDA path; torch turns its own calls off, with a warning, where there is no GPU."""
    card(9, 0)
    monkeypatch.setattr(torch.cuda, "max_memory_allocated", lambda: 12345)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    arithmetic, model = Arithmetic("fp16_mixed", "cuda"), nn.Linear(4, 3)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.1)
    before = model.weight.detach().clone()
    monkeypatch.setattr(precision, "rounded_products", None)  # never on a GPU
    assert arithmetic.native
    assert arithmetic.scaler is not None
    with arithmetic.products():
        with arithmetic.autocast():
            value = model(torch.ones(2, 4)).float().sum()
        arithmetic.backward(value)
    assert model.bias.grad.tolist() == [2 * 65536.0] * 3
    assert arithmetic.clip(optimizer, model.parameters(), 1.0) == pytest.approx(np.sqrt(15 * 4))
    arithmetic.step(optimizer)
    assert not torch.equal(model.weight, before)
    assert arithmetic.record()["loss_scale"] == 65536
    assert peak_bytes("cuda") == 12345


def test_the_peak_of_a_processor_is_that_of_the_process():
    assert 1 << 26 < peak_bytes("cpu") < 1 << 36


def test_a_gpu_that_is_not_there_is_an_error(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert resolve("auto") == resolve("cpu") == "cpu"
    with pytest.raises(InputError, match="torch sees no GPU"):
        resolve("cuda")
