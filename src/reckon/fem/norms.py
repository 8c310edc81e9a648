"""Errors in the norms of the paper: each norm by itself, not the sums that the authors' logs print.

The layer example is also measured against its own solution on a fine mesh: it has no closed form.
"""

from math import sqrt
from typing import Any

import numpy as np
from firedrake import (
    FacetArea,
    FacetNormal,
    Function,
    FunctionSpace,
    SpatialCoordinate,
    VectorFunctionSpace,
    assemble,
    dot,
    ds,
    dx,
    grad,
    inner,
)  # fmt: skip

from reckon.fem.coupled import solve_coupled
from reckon.fem.forms import hessian
from reckon.fem.problems import Problem

FINE_LEVEL = 7  # the authors' choice


def errors(u: Any, u_h: Any, epsilon: float, degree: int) -> dict[str, float]:
    """‖u−u_h‖, |u−u_h|_{1,h}, |u−u_h|_{2,h} and (ε²|·|²_{2,h} + |·|²_{1,h})^½.

    `degree` is that of the quadrature; keys are l2, h1, h2 and energy.
    """
    measure = dx(degree=degree)

    def norm(difference: Any) -> float:
        return sqrt(assemble(inner(difference, difference) * measure))

    l2, h1, h2 = norm(u - u_h), norm(grad(u) - grad(u_h)), norm(hessian(u) - hessian(u_h))
    return {"l2": l2, "h1": h1, "h2": h2, "energy": sqrt(epsilon**2 * h2**2 + h1**2)}


def nitsche_errors(u_h: Any, pure: dict[str, float], epsilon: float, degree: int) -> dict[str, float]:
    """The norms with Nitsche's boundary term, in the paper's form and in that of the authors' code.

    Paper: |v|²_{2,h} + Σ_F h_F⁻¹ ‖∂v/∂n‖²_F.  Code: Σ_F ‖h_F ∂u_h/∂n‖²_F in its place.
    Both act on u_h, since ∂u/∂n = 0 on the boundary. Keys are h2_paper, energy_paper, h2_code, energy_code.
    """
    mesh = u_h.function_space().mesh()
    h, slope = FacetArea(mesh), dot(grad(u_h), FacetNormal(mesh))
    measure = ds(degree=degree)
    terms = {"paper": assemble(slope**2 / h * measure), "code": assemble((h * slope) ** 2 * measure)}
    result = {}
    for form, term in terms.items():
        h2 = sqrt(pure["h2"] ** 2 + term)
        result[f"h2_{form}"] = h2
        result[f"energy_{form}"] = sqrt(epsilon**2 * h2**2 + pure["h1"] ** 2)
    return result


def errors_of(u_h: Any, problem: Problem, epsilon: float, boundary: str) -> dict[str, float]:
    """Errors of a solution of the scheme by norm; see `errors` and `nitsche_errors` for the keys."""
    u, _ = problem.expressions(u_h.function_space().mesh(), epsilon)
    result = errors(u, u_h, epsilon, problem.degree)
    if boundary == "nitsche":
        result |= nitsche_errors(u_h, result, epsilon, problem.degree)
    return result


def nodes(mesh: Any) -> tuple[Any, np.ndarray]:
    """(discontinuous P2 on `mesh`, places (triangles, 6, 2) of its nodes)."""
    space = FunctionSpace(mesh, "DG", 2)
    where = Function(VectorFunctionSpace(mesh, "DG", 2)).interpolate(SpatialCoordinate(mesh))
    return space, where.dat.data_ro[space.cell_node_map().values]


def triangle_numbers(places: np.ndarray, cells: int) -> np.ndarray:
    """Which triangle of the grid with N = `cells` holds each of `places` (n, 2): a number in [0, 2N²)."""
    corner = np.minimum(np.floor(places * cells), cells - 1).astype(int)
    upper = (places * cells - corner).sum(axis=1) > 1
    return (corner[:, 0] * cells + corner[:, 1]) * 2 + upper


def monomials(places: np.ndarray) -> np.ndarray:
    """(…, 6): 1, x, y, x², xy, y² at places (…, 2)."""
    x, y = places[..., 0], places[..., 1]
    return np.stack([np.ones_like(x), x, y, x**2, x * y, y**2], axis=-1)


def on_finer_mesh(u_h: Any, level: int, finer: Any) -> Any:
    """The piecewise quadratic u_h of the unit square's mesh of `level` on a finer one, without any error."""
    cells = 2**level
    coarse_space, coarse = nodes(u_h.function_space().mesh())
    fine_space, fine = nodes(finer)
    values = Function(coarse_space).interpolate(u_h).dat.data_ro[coarse_space.cell_node_map().values]
    centres = coarse.mean(axis=1)
    order = np.argsort(triangle_numbers(centres, cells))
    parents = order[triangle_numbers(fine.mean(axis=1), cells)]
    # Coordinates around the parent's centre, in units of h, so that nothing cancels.
    coefficients = np.linalg.solve(monomials((coarse - centres[:, None]) * cells), values[..., None])
    local = monomials((fine - centres[parents, None]) * cells)
    result = Function(fine_space)
    result.dat.data[fine_space.cell_node_map().values] = (local @ coefficients[parents])[..., 0]
    return result


def fine_errors(
    problem: Problem, u_h: Any, level: int, epsilon: float, w_element: str, boundary: str
) -> dict[str, float]:
    """Errors of u_h against the same scheme on level 7; keys are l2_fine, h1_fine, h2_fine, energy_fine."""
    finer = problem.mesh(FINE_LEVEL)
    exact = solve_coupled(problem, finer, epsilon, w_element, boundary)
    found = errors(exact, on_finer_mesh(u_h, level, finer), epsilon, problem.degree)
    return {f"{norm}_fine": value for norm, value in found.items()}
