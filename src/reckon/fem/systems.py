"""What a solver preset is given and gives back: the linear systems of the decoupled method."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from firedrake.petsc import PETSc
from scipy.sparse import bmat, csr_matrix, identity, kron

from reckon.errors import InputError

_ROUNDING = 1e-14

Mat = Any  # petsc4py.PETSc.Mat
Vec = Any  # petsc4py.PETSc.Vec


@dataclass(frozen=True)
class Definite:
    """A symmetric positive definite matrix; rows of constrained degrees of freedom are the identity's."""

    matrix: Mat
    free: np.ndarray  # local numbers of the unknowns that are not constrained
    space: Any  # of Firedrake, whose degrees of freedom the unknowns are


@dataclass(frozen=True)
class Brinkman:
    """(5.7b)-(5.7c): [[A, −Bᵀ], [−B, 0]] [φ, p] = [g, 0] with A = diag(A₁, A₁), components interleaved.

    φ vanishes on ∂Ω; p is determined up to a constant.
    """

    component: Definite  # A₁ = M + ε²K, one component of the velocity
    divergence: Mat  # B: (triangles) × (2 · edges), constrained columns are zero
    edge_mass: Vec  # diagonal of the Crouzeix-Raviart mass matrix, which has no other entries
    areas: Vec  # of the triangles: the diagonal of the pressure's mass matrix
    epsilon: float


@dataclass(frozen=True)
class Solved:
    """A solution, the steps it took, and ‖r_k‖/‖b‖ after each; the last is the true residual."""

    solution: Vec
    steps: int
    residuals: tuple[float, ...]
    tolerance: float

    @property
    def converged(self) -> bool:
        """Whether the last residual is below the tolerance (a rounding error of 10 % is let pass)."""
        return bool(self.residuals) and self.residuals[-1] <= 1.1 * self.tolerance


def relative_residual(matrix: Mat, b: Vec, x: Vec) -> float:
    """‖b − Ax‖/‖b‖; 0 if b is."""
    size = b.norm()
    residual = b.duplicate()
    matrix.mult(x, residual)
    residual.aypx(-1, b)
    return float(residual.norm() / size) if size else 0.0


# Solves for one right-hand side, from a zero guess; what the matrix alone needs has been done before.
Solver = Callable[[Vec], Solved]


def without_zeros(matrix: Mat) -> Mat:
    """A copy without the entries that are zero up to rounding.

    On right triangles these are many: four fifths of what is stored for Morley's Laplacian.
    """
    starts, columns, values = matrix.getValuesCSR()
    kept = np.abs(values) > _ROUNDING * np.abs(values).max(initial=0)
    before = np.concatenate([[0], np.cumsum(kept, dtype=starts.dtype)]).astype(starts.dtype)
    rows = (before[starts], columns[kept], values[kept])
    return PETSc.Mat().createAIJ(matrix.getSizes(), csr=rows, comm=matrix.comm)


def to_scipy(matrix: Mat) -> csr_matrix:
    """A PETSc matrix of one process as a scipy matrix; raises `InputError` on more processes."""
    if matrix.comm.size > 1:
        raise InputError("only the preset robust runs on several processes: set ranks to 1")
    starts, columns, values = matrix.getValuesCSR()
    return csr_matrix((values, columns, starts), shape=matrix.getSize())


def saddle(system: Brinkman) -> tuple[csr_matrix, np.ndarray]:
    """[[A, −Bᵀ], [−B, 0]] without constrained unknowns, and the places of the others in the velocity."""
    scalar = system.component.free
    free = (2 * scalar[:, None] + np.arange(2)).ravel()
    A = kron(to_scipy(system.component.matrix)[scalar][:, scalar], identity(2))
    B = to_scipy(system.divergence)[:, free]
    return bmat([[A, -B.T], [-B, None]], format="csr"), free
