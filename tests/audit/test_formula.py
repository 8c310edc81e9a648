"""Formulas are arithmetic of figures and nothing more."""

from fractions import Fraction

import pytest

from reckon.audit.formula import LONGEST, evaluate
from reckon.audit.interval import Interval, printed
from reckon.errors import InputError

FIGURES = {"h": "2^{-3}", "#dofs": "480", "log | a/b": "0.5", "C (%)": "10"}


def value(formula):
    return evaluate(formula, lambda name: printed(FIGURES[name]))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("8 / [h]**2 - 4 / [h]", 480),
        ("2 + 3 * 4", 14),
        ("(2 + 3) * 4", 20),
        ("-2 ** 2", -4),
        ("2 ** -2", Fraction(1, 4)),
        ("0.1 + 0.2", Fraction(3, 10)),
        ("1 / 3 * 3", 1),
    ],
)
def test_exact_figures_give_exact_values(formula, expected):
    assert value(formula) == Interval.exact(Fraction(expected))


def test_rounded_figures_give_an_interval():
    assert value("2 * [log | a/b]") == Interval(Fraction("0.9"), Fraction("1.1"))
    assert value("[C (%)] - [C (%)]") == Interval(Fraction(-1), Fraction(1))  # two readings of one print


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os')",
        "h",
        "figure0",
        "[h].real",
        "abs(1)",
        "1 if 2 else 3",
        "1 < 2",
        "'a' * 9",
        "True + 1",
        "1j",
        "1 // 2",
        "1 % 2",
        "lambda: 1",
        "(1).bit_length()",
        "[h",
        "",
        "1 +",
        "2 ** 0.5",
        "9 ** 9 ** 9",
        "2 ** 65",
        "1 / 0",
        "1 / ([#dofs] - 480)",
        "+" * 200 + "1",
        "1" + "+1" * LONGEST,
        "(" * 200,
        "1\x00",
    ],
)
def test_everything_else_is_refused(formula):
    with pytest.raises(InputError):
        value(formula)
