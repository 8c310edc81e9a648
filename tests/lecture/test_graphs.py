"""Computational graphs: derivatives by hand, against torch and against differences, and their picture."""

import math
from itertools import pairwise

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.lecture.drawing import picture, placed
from reckon.lecture.graphs import GRAPHS, Value, central_differences, logistic_regression, softmax_loss
from reckon.lecture.softmax import loss_gradient

NUMBERS = st.floats(-5, 5)


def adjoints(loss: Value) -> dict[str, float]:
    loss.backward()
    return {value.name: value.gradient for value in loss.graph()}


def test_logistic_regression_by_hand():
    x1, w1, x2, w2 = 1.0, 0.5, -2.0, 0.75
    loss = logistic_regression({"x1": x1, "w1": w1, "x2": x2, "w2": w2})
    p = 1 / (1 + math.exp(1.0))
    assert loss.data == pytest.approx(-math.log(p), abs=1e-15)
    found = adjoints(loss)
    assert found["h1"] == pytest.approx(p - 1, abs=1e-15)
    for name, other in {"x1": w1, "w1": x1, "x2": w2, "w2": x2}.items():
        assert found[name] == pytest.approx((p - 1) * other, abs=1e-15)


@given(NUMBERS, NUMBERS)
def test_the_gradient_of_the_softmax_graph_is_the_formula(t1, t2):
    found = adjoints(softmax_loss({"t1": t1, "t2": t2}))
    assert [found["t1"], found["t2"]] == pytest.approx(list(loss_gradient((t1, t2), 0)), abs=1e-12)


@pytest.mark.parametrize("name", GRAPHS)
def test_the_adjoints_are_those_of_central_differences(name):
    loss, numbers = GRAPHS[name]
    found = adjoints(loss(numbers))
    differences = central_differences(loss, numbers)
    assert differences.keys() == numbers.keys()
    assert {leaf: found[leaf] for leaf in numbers} == pytest.approx(differences, abs=1e-9)


def test_the_deeper_network_is_torchs():
    import torch

    loss, numbers = GRAPHS["deeper network"]
    found = loss(numbers)
    u = {name: torch.tensor(x, dtype=torch.float64, requires_grad=True) for name, x in numbers.items()}
    h = [torch.sigmoid(u["x1"] * u[f"w1{j}"] + u["x2"] * u[f"w2{j}"]) for j in (1, 2)]
    t = torch.stack([h[0] * u[f"v1{k}"] + h[1] * u[f"v2{k}"] for k in (1, 2)])
    other = -torch.log_softmax(t, 0)[0]
    other.backward()
    assert found.data == pytest.approx(other.item(), abs=1e-14)
    ours = adjoints(found)
    for name, leaf in u.items():
        assert ours[name] == pytest.approx(leaf.grad.item(), abs=1e-14)


def test_a_value_used_twice_gets_both_derivatives_and_backward_counts_once():
    x = Value(3.0, "x")
    square = x * x + x
    for _ in range(2):
        assert adjoints(square)["x"] == 2 * 3.0 + 1
    assert [value.name for value in square.graph()] == ["x", "x × x", "x × x + x"]


def test_the_sigmoid_is_finite_where_exponentials_are_not():
    assert Value(-800.0, "x").sigmoid().data == 0.0
    assert Value(800.0, "x").sigmoid().data == 1.0
    with pytest.raises(InputError, match="−log\\(0\\): of no positive number"):
        Value(-800.0, "x").sigmoid().minus_log()
    with pytest.raises(InputError, match="exp\\(710\\) is beyond doubles; subtract the largest score"):
        Value(710.0, "t").exp()


@pytest.mark.parametrize("name", GRAPHS)
def test_operands_stand_left_of_what_they_make_and_no_box_covers_another(name):
    loss, numbers = GRAPHS[name]
    places = placed(loss(numbers))
    for value, (column, _) in places.items():
        assert all(places[operand][0] < column for operand, _ in value.operands)
    for column in {column for column, _ in places.values()}:
        rows = sorted(row for other, row in places.values() if other == column)
        assert all(below - above >= 1 for above, below in pairwise(rows))


def test_the_picture_has_a_box_for_each_value_and_a_circle_for_each_operation():
    loss, numbers = GRAPHS["logistic regression"]
    found = loss(numbers)
    found.backward()
    text = picture({"a < b": found})
    root = fromstring(text)
    tags = [element.tag.rpartition("}")[2] for element in root.iter()]
    values = found.graph()
    assert tags.count("rect") == len(values) == 9
    assert tags.count("circle") == sum(bool(value.operands) for value in values) == 5
    assert tags.count("line") == sum(len(value.operands) + bool(value.operands) for value in values)
    words = {element.text for element in root.iter()}
    assert {"a < b", "h1", "σ", "−log", "1.313", "∂ 1", "-1.5"} <= words
