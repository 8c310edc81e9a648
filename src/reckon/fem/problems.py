"""The examples: domain, right-hand side and exact (or limit) solution of ε²Δ²u − Δu = f.

Every right-hand side is derived from its solution by UFL, so that no formula is copied by hand.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from firedrake import Constant, SpatialCoordinate, atan2, conditional, div, exp, grad, le, pi, sin, sqrt

from reckon.errors import InputError
from reckon.fem import spaces

Expression = Any
Point = Any


@dataclass(frozen=True)
class Problem:
    """One example. `exact(x, ε)` is what errors are measured against; `load(x, ε)` is f."""

    name: str
    mesh: Callable[[int], Any]  # level -> triangulation with h = 2^-level
    exact: Callable[[Point, Constant], Expression]
    load: Callable[[Point, Constant], Expression]
    degree: int  # of the quadrature of f and of the errors, as the authors chose it
    boundary_values: bool = False  # whether u on ∂Ω is that of `exact` and not zero
    is_limit: bool = False  # whether `exact` solves the problem only for ε → 0

    def expressions(self, mesh: Any, epsilon: float) -> tuple[Expression, Expression]:
        """(u, f) on `mesh` as UFL expressions; raises `InputError` unless ε > 0."""
        x, e = SpatialCoordinate(mesh), Constant(positive(epsilon))
        return self.exact(x, e), self.load(x, e)


def positive(epsilon: float) -> float:
    """ε itself; raises `InputError` if it is not a positive finite number."""
    if not 0 < epsilon < float("inf"):
        raise InputError(
            f"epsilon={epsilon}: must be a positive number, e.g. 1e-6 (0 is the second-order problem)"
        )
    return epsilon


def operator(u: Expression, epsilon: Constant) -> Expression:
    """ε²Δ²u − Δu."""
    laplacian = div(grad(u))
    return epsilon**2 * div(grad(laplacian)) - laplacian


def smooth(x: Point, epsilon: Constant) -> Expression:
    """U = (sin πx sin πy)²: no layer, the same for every ε; the deck's table."""
    return (sin(pi * x[0]) * sin(pi * x[1])) ** 2


def reduced(x: Point, epsilon: Constant) -> Expression:
    """u⁰ = sin πx sin πy: the limit ε → 0 of the layer example, whose normal derivative does not vanish."""
    return sin(pi * x[0]) * sin(pi * x[1])


def layer(x: Point, epsilon: Constant) -> Expression:
    """A product with exponential layers at all four sides, u = ∂u/∂n = 0 on ∂Ω (the authors' `ex2`)."""
    e, decay = epsilon, exp(-1 / epsilon)
    left, right = exp(-x[0] / e), exp((x[0] - 1) / e)
    along_x = sin(pi * x[0]) / 2 - e * pi * (left + right - decay - 1) / (2 * (decay - 1))
    skew = decay + 2 * e * (decay - 1) + 1
    bottom, top = exp(-x[1] / e), exp((x[1] - 1) / e)
    even = 3 * (bottom + top - decay - 1) / (decay - 1)
    odd = (bottom - top - (2 * x[1] - 1) * (decay - 1)) / skew
    along_y = e * (even + odd) + 2 * x[1] * (x[1] ** 2 - 1)
    return -along_x * along_y


def corner(x: Point, epsilon: Constant) -> Expression:
    """U = r^(5/3) sin(5θ/3), harmonic: the singular function of an angle of 3π/2, θ in (0, 2π]."""
    theta = atan2(x[1], x[0])
    theta = conditional(le(theta, 0), theta + 2 * pi, theta)
    return sqrt(x[0] ** 2 + x[1] ** 2) ** (5 / 3) * sin(5 * theta / 3)


def _reduced_load(x: Point, epsilon: Constant) -> Expression:
    return -div(grad(reduced(x, epsilon)))


PROBLEMS = {
    problem.name: problem
    for problem in (
        Problem("smooth", spaces.unit_square, smooth, lambda x, e: operator(smooth(x, e), e), degree=5),
        Problem("layer_exact", spaces.unit_square, layer, lambda x, e: operator(layer(x, e), e), degree=6),
        Problem("layer_reduced", spaces.unit_square, reduced, _reduced_load, degree=6, is_limit=True),
        Problem("lshape", spaces.l_shape, corner, lambda x, e: Constant(0.0), degree=8, boundary_values=True),
    )
}


def problem(name: str) -> Problem:
    """The example called `name`; raises `InputError` with the known names."""
    if name not in PROBLEMS:
        raise InputError(f"example {name!r} is unknown; known are {', '.join(PROBLEMS)}")
    return PROBLEMS[name]
