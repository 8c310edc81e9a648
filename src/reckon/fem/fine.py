"""The layer example against its own solution on a fine mesh: no closed form of the solution is known."""

from typing import Any

import numpy as np
from firedrake import Function, FunctionSpace, SpatialCoordinate, VectorFunctionSpace

from reckon.fem.coupled import solve_coupled
from reckon.fem.norms import errors
from reckon.fem.problems import Problem

LEVEL = 7  # the authors' choice


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
    finer = problem.mesh(LEVEL)
    exact = solve_coupled(problem, finer, epsilon, w_element, boundary)
    found = errors(exact, on_finer_mesh(u_h, level, finer), epsilon, problem.degree)
    return {f"{norm}_fine": value for norm, value in found.items()}
