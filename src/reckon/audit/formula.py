"""Formulas of checks.csv, such as `8/[h]**2 - 4/[h]`: parsed, never run as code.

`[...]` refers to a figure; the rest is numbers, brackets and + - * / **. Values are intervals, so that
the result holds every number that the printed digits allow.
"""

import ast
import math
import operator
import re
from collections.abc import Callable
from fractions import Fraction

from reckon.audit.interval import Interval
from reckon.errors import InputError

LONGEST = 300
_OPERATORS: dict[type[ast.operator], Callable[[Interval, Interval], Interval]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
_REFERENCE = re.compile(r"\[([^\[\]]+)\]")


def evaluate(formula: str, figure: Callable[[str], Interval]) -> Interval:
    """The value of `formula`; `figure` gives the interval behind the text between square brackets.

    Raises `InputError` for anything but numbers, references and the five operators, for more than
    `LONGEST` characters, for exponents that are large or no whole numbers, and for division by zero.
    """
    if len(formula) > LONGEST:
        raise InputError(f"a formula of {len(formula)} characters; at most {LONGEST}")
    references: list[str] = []

    def named(match: re.Match[str]) -> str:
        references.append(match[1].strip())
        return f" figure{len(references) - 1} "

    try:
        tree = ast.parse(_REFERENCE.sub(named, formula).strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise InputError(f"{formula!r} is no formula of figures in [...], numbers and + - * / **") from None
    return _value(tree.body, {f"figure{i}": figure(name) for i, name in enumerate(references)})


def _value(node: ast.expr, figures: dict[str, Interval]) -> Interval:
    if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
        return _OPERATORS[type(node.op)](_value(node.left, figures), _value(node.right, figures))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_value(node.operand, figures)
    if isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value != math.inf:
        return Interval.exact(Fraction(str(node.value)))
    if isinstance(node, ast.Name) and node.id in figures:
        return figures[node.id]
    raise InputError(f"{ast.unparse(node)!r}: a formula holds figures in [...], numbers and + - * / ** only")
