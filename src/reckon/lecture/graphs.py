"""Computational graphs: numbers that remember how they were made, and the derivatives that follow from it.

Lecture, "Computational Graphs", "How to minimize?" and "“Deeper” Neural Network". A value v made from
operands u_1, u_2 keeps the slopes ∂v/∂u_i at hand. Reverse mode goes from the loss L back to the leaves, each
value after all that were made from it, and adds up the chain rule: ∂L/∂u_i += ∂L/∂v · ∂v/∂u_i.
"""

import math
from collections.abc import Callable, Mapping, Sequence

from reckon.errors import InputError

Numbers = Mapping[str, float]


class Value:
    """A number of a graph. `gradient` is ∂L/∂(it) once `backward` was called on L."""

    def __init__(
        self, data: float, name: str, operation: str = "", operands: Sequence[tuple["Value", float]] = ()
    ) -> None:
        self.data, self.gradient = float(data), 0.0
        self.name, self.operation = name, operation
        self.operands = tuple(operands)  # each with ∂self/∂operand

    def named(self, name: str) -> "Value":
        """The same value under its name on the slide."""
        self.name = name
        return self

    def __add__(self, other: "Value") -> "Value":
        return self._with("+", other, self.data + other.data, (1.0, 1.0))

    def __mul__(self, other: "Value") -> "Value":
        return self._with("×", other, self.data * other.data, (other.data, self.data))

    def __truediv__(self, other: "Value") -> "Value":
        ratio = self.data / other.data
        return self._with("÷", other, ratio, (1 / other.data, -ratio / other.data))

    def sigmoid(self) -> "Value":
        """The logistic function σ(x) = 1 / (1 + exp(−x)), σ' = σ (1 − σ)."""
        small = math.exp(-abs(self.data))
        p = (1.0 if self.data >= 0 else small) / (1 + small)
        return self._of("σ", p, p * (1 - p))

    def exp(self) -> "Value":
        """The exponential, its own slope; raises `InputError` where it leaves the range of doubles."""
        try:
            e = math.exp(self.data)
        except OverflowError:
            raise InputError(
                f"exp({self.data:g}) is beyond doubles; subtract the largest score first"
            ) from None
        return self._of("exp", e, e)

    def minus_log(self) -> "Value":
        """The loss of a probability, slope −1/x; raises `InputError` unless x > 0."""
        if self.data <= 0:
            raise InputError(f"−log({self.data:g}): of no positive number; is a probability rounded to 0?")
        return self._of("−log", -math.log(self.data), -1 / self.data)

    def _of(self, operation: str, data: float, slope: float) -> "Value":
        return Value(data, f"{operation} {self.name}", operation, [(self, slope)])

    def _with(self, operation: str, other: "Value", data: float, slopes: tuple[float, float]) -> "Value":
        operands = list(zip((self, other), slopes, strict=True))
        return Value(data, f"{self.name} {operation} {other.name}", operation, operands)

    def graph(self) -> list["Value"]:
        """All values that this one rests on, operands before what is made from them, itself last."""
        order: dict[Value, None] = {}

        def visit(value: Value) -> None:
            if value not in order:
                for operand, _ in value.operands:
                    visit(operand)
                order[value] = None

        visit(self)
        return list(order)

    def backward(self) -> None:
        """Set the gradient of every value of the graph, this one being the loss."""
        order = self.graph()
        for value in order:
            value.gradient = 0.0
        self.gradient = 1.0
        for value in reversed(order):
            for operand, slope in value.operands:
                operand.gradient += value.gradient * slope


def logistic_regression(given: Numbers) -> Value:
    """The loss of the first slide for y = 1: −log p₁, p₁ = σ(h₁), h₁ = x₁ w₁ + x₂ w₂."""
    u = {name: Value(number, name) for name, number in given.items()}
    h = (u["x1"] * u["w1"] + u["x2"] * u["w2"]).named("h1")
    return h.sigmoid().named("p1").minus_log().named("loss")


def softmax_loss(given: Numbers) -> Value:
    """−m₁ of the slide, as it is written: m₁ = log( exp(t₁) / (exp(t₁) + exp(t₂)) )."""
    return _softmax_loss(*(Value(given[name], name) for name in ("t1", "t2")))


def deeper(given: Numbers) -> Value:
    """The "deeper" network, our reading of a lost picture: two hidden units, two scores, the softmax loss.

    h_j = σ(x₁ w_1j + x₂ w_2j), t_k = h₁ v_1k + h₂ v_2k, loss = −m₁.
    """
    u = {name: Value(number, name) for name, number in given.items()}
    h1, h2 = (
        (u["x1"] * u[f"w1{j}"] + u["x2"] * u[f"w2{j}"]).named(f"a{j}").sigmoid().named(f"h{j}")
        for j in (1, 2)
    )
    return _softmax_loss(*((h1 * u[f"v1{k}"] + h2 * u[f"v2{k}"]).named(f"t{k}") for k in (1, 2)))


def _softmax_loss(t1: Value, t2: Value) -> Value:
    e1, e2 = t1.exp(), t2.exp()
    return (e1 / (e1 + e2).named("sum")).named("p1").minus_log().named("loss")


def central_differences(
    loss: Callable[[Numbers], Value], given: Numbers, step: float = 1e-6
) -> dict[str, float]:
    """∂L/∂u of every leaf u without reverse mode: (L(u + step) − L(u − step)) / (2 step), error O(step²)."""

    def at(name: str, number: float) -> float:
        return loss({**given, name: number}).data

    return {n: (at(n, u + step) - at(n, u - step)) / (2 * step) for n, u in given.items()}


# The slides give letters, not numbers; these are ours.
GRAPHS: Mapping[str, tuple[Callable[[Numbers], Value], Numbers]] = {
    "logistic regression": (logistic_regression, {"x1": 1.0, "w1": 0.5, "x2": -2.0, "w2": 0.75}),
    "softmax": (softmax_loss, {"t1": 1.0, "t2": 2.0}),
    "deeper network": (
        deeper,
        {"x1": 1.0, "x2": -2.0, "w11": 0.5, "w21": 0.75, "w12": -1.0, "w22": 0.25}
        | {"v11": 1.5, "v21": -0.5, "v12": 0.5, "v22": 1.0},
    ),
}
