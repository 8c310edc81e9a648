"""The published preset: the authors' solvers, on the matrices that Firedrake assembles.

Morley's alone is assembled as the authors did, for its rounding errors (`rounding.py`).

Conjugate gradients and GMRES, each preconditioned by one V-cycle of Ruge-Stüben multigrid (PyAMG), with
tolerance 1e-8 and a zero guess. Boundary unknowns are removed from the systems, as the authors do.
"""

from collections.abc import Callable
from math import isqrt, sqrt

import numpy as np
import pyamg
from scipy.sparse import bmat, csr_matrix, diags, identity, kron
from scipy.sparse.linalg import LinearOperator, gmres

from reckon.errors import InputError
from reckon.fem.numbering import authors_order
from reckon.fem.rounding import morley_laplacian
from reckon.fem.ruge_stuben import multigrid
from reckon.fem.systems import Brinkman, Definite, Mat, Solved, Solver, Vec

MAX_STEPS = 2000
RESTART = 20  # scipy's default, which the authors kept
ALPHA = 0.5  # the authors' weight of the Schur complement


def to_scipy(matrix: Mat) -> csr_matrix:
    """A PETSc matrix of one process as a scipy matrix; raises `InputError` on more processes."""
    if matrix.comm.size > 1:
        raise InputError("the published preset runs on one process: set its ranks to 1")
    starts, columns, values = matrix.getValuesCSR()
    return csr_matrix((values, columns, starts), shape=matrix.getSize())


def in_order(matrix: csr_matrix) -> csr_matrix:
    """The same matrix with the entries of each row sorted: the coarse grid depends on it."""
    result = csr_matrix(matrix)
    result.sort_indices()
    return result


def edge_scale(system: Definite, free: np.ndarray) -> np.ndarray:
    """Factors from the authors' unknowns to ours: √2 h, a triangle's diameter, at Morley's edges; else 1."""
    if not system.is_morley:
        return np.ones(len(free))
    cells = isqrt(system.triangles // 2)
    grid = np.rint(2 * cells * system.places()[free]).astype(int)
    return np.where((grid % 2 == 0).all(axis=1), 1.0, sqrt(2) / cells)


def firedrakes(system: Definite, free: np.ndarray, scale: np.ndarray) -> csr_matrix:
    """The matrix that Firedrake assembles, for the authors' unknowns."""
    return diags(scale) @ to_scipy(system.matrix)[free][:, free] @ diags(scale)


def with_authors_rounding(system: Definite) -> csr_matrix:
    """The same matrix up to rounding, for (5.7a) and (5.7d): see `rounding.py`."""
    return morley_laplacian(isqrt(system.triangles // 2).bit_length() - 1)


def unknowns(system: Definite) -> np.ndarray:
    """Local numbers of the free degrees of freedom in the authors' order."""
    return system.free[authors_order(system.places()[system.free], system.triangles)]


def definite(system: Definite, tolerance: float) -> Solver:
    """Conjugate gradients, stopped by ‖r‖ ≤ tolerance·‖b‖."""
    free = unknowns(system)
    scale = edge_scale(system, free)
    matrix = in_order(with_authors_rounding(system) if system.is_morley else firedrakes(system, free, scale))
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


def saddle(system: Brinkman) -> tuple[csr_matrix, np.ndarray]:
    """[[A, −Bᵀ], [−B, 0]] without constrained unknowns, and the places of the others in the velocity."""
    scalar = unknowns(system.component)
    free = (2 * scalar[:, None] + np.arange(2)).ravel()
    A = kron(to_scipy(system.component.matrix)[scalar][:, scalar], identity(2))
    B = to_scipy(system.divergence)[:, free]
    return bmat([[A, -B.T], [-B, None]], format="csr"), free


def brinkman(system: Brinkman, tolerance: float) -> Solver:
    """Restarted GMRES with the authors' block triangular preconditioner.

    Its residuals are those of the preconditioned system, except for the last, which is the true one.
    """
    matrix, free = saddle(system)
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
