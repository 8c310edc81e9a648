"""The published preset: the authors' solvers, on the matrices that Firedrake assembles.

Morley's alone is assembled as the authors did, for its rounding errors (`mesh.py`).

Conjugate gradients and GMRES, each preconditioned by one V-cycle of Ruge-Stüben multigrid (PyAMG), with
tolerance 1e-8 and a zero guess. Boundary unknowns are removed from the systems, as the authors do.
"""

from collections.abc import Callable
from dataclasses import replace
from math import sqrt

import numpy as np
import pyamg
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import LinearOperator, gmres

from reckon.fem.published.mesh import in_authors_order, level_of, morley_laplacian
from reckon.fem.published.ruge_stuben import multigrid
from reckon.fem.systems import Brinkman, Definite, Solved, Solver, Vec, saddle, to_scipy

MAX_STEPS = 2000
RESTART = 20  # scipy's default, which the authors kept
ALPHA = 0.5  # the authors' weight of the Schur complement


def in_order(matrix: csr_matrix) -> csr_matrix:
    """The same matrix with the entries of each row sorted: the coarse grid depends on it."""
    result = csr_matrix(matrix)
    result.sort_indices()
    return result


def authors_system(system: Definite) -> tuple[csr_matrix, np.ndarray, np.ndarray | float]:
    """(the authors' matrix, local numbers of its unknowns, factors from their unknowns to ours).

    Firedrake's edge unknowns of Morley's space are √2 h ∂u/∂n, √2 h a triangle's diameter, theirs ∂u/∂n.
    Raises `InputError` for a mesh that is not theirs.
    """
    if system.space.ufl_element().family() != "Morley":
        whole, free = to_scipy(system.matrix), in_authors_order(system.free, system.space)
        matrix = whole[free][:, free]
        matrix.eliminate_zeros()  # as the authors' assembly does
        return in_order(matrix), free, 1.0
    free = in_authors_order(system.free, system.space)
    level = level_of(system.space.mesh())
    scale = np.where(np.arange(len(free)) < (2**level - 1) ** 2, 1.0, sqrt(2) / 2**level)
    return in_order(morley_laplacian(level)), free, scale


def definite(system: Definite, tolerance: float) -> Solver:
    """Conjugate gradients, stopped by ‖r‖ ≤ tolerance·‖b‖."""
    matrix, free, scale = authors_system(system)
    cycle = multigrid(matrix)

    def solve(right_hand_side: Vec) -> Solved:
        b = scale * right_hand_side.array_r[free]
        norms: list[float] = []
        x, _ = pyamg.krylov.cg(matrix, b, tol=tolerance, maxiter=MAX_STEPS, M=cycle, residuals=norms)
        result = right_hand_side.duplicate()
        result.array[free] = scale * x
        return Solved(result, len(norms) - 1, relative(norms[1:-1], matrix, x, b), tolerance)

    return solve


def relative(norms: list[float], matrix: csr_matrix, x: np.ndarray, b: np.ndarray) -> tuple[float, ...]:
    """The residuals divided by ‖b‖, and the true one of the solution."""
    size = np.linalg.norm(b)
    if size == 0:
        return (0.0,)
    return (*(float(norm / size) for norm in norms), float(np.linalg.norm(b - matrix @ x) / size))


def brinkman(system: Brinkman, tolerance: float) -> Solver:
    """Restarted GMRES with the authors' block triangular preconditioner.

    Its residuals are those of the preconditioned system, except for the last, which is the true one.
    """
    component = system.component
    ordered = replace(component, free=in_authors_order(component.free, component.space))
    matrix, free = saddle(replace(system, component=ordered))
    edges = len(free)
    cycle = multigrid(in_order(matrix[:edges, :edges]))
    precondition = LinearOperator(matrix.shape, block_triangular(cycle, -matrix[edges:, :edges], system))

    def solve(right_hand_side: Vec) -> Solved:
        b = np.concatenate([right_hand_side.array_r[free], np.zeros(matrix.shape[0] - edges)])
        norms: list[float] = []
        x, _ = gmres(
            matrix, b, rtol=tolerance, restart=RESTART, maxiter=MAX_STEPS, M=precondition,
            callback=norms.append, callback_type="pr_norm",
        )  # fmt: skip
        result = right_hand_side.duplicate()
        result.array[free] = x[:edges]
        size = float(np.linalg.norm(b)) or 1.0
        true = float(np.linalg.norm(b - matrix @ x)) / size
        return Solved(result, len(norms), (*map(float, norms[:-1]), true), tolerance)

    return solve


def block_triangular(
    cycle: LinearOperator, B: csr_matrix, system: Brinkman
) -> Callable[[np.ndarray], np.ndarray]:
    """(b₁, b₂) -> (φ, −CBφ − p) with p = C b₂, φ ≈ A⁻¹(b₁ − Bᵀp), C = α ε² M_p⁻¹: robust in h, not in ε."""
    scale = ALPHA * system.epsilon**2 / system.areas.array_r
    edges = B.shape[1]

    def apply(b: np.ndarray) -> np.ndarray:
        p = scale * b[edges:]
        phi = cycle.matvec(b[:edges] - B.T @ p)
        return np.concatenate([phi, -scale * (B @ phi) - p])

    return apply
