"""What a solver preset is given and gives back: the linear systems of the decoupled method."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Mat = Any  # petsc4py.PETSc.Mat
Vec = Any  # petsc4py.PETSc.Vec


@dataclass(frozen=True)
class Definite:
    """A symmetric positive definite matrix; rows of constrained degrees of freedom are the identity's."""

    matrix: Mat
    free: np.ndarray  # local numbers of the unknowns that are not constrained
    places: Callable[[], np.ndarray]  # (n, 2): where the degrees of freedom lie, vertices or edge midpoints
    triangles: int  # of the mesh
    is_morley: bool = False  # of the Morley space; Firedrake's edge unknowns are then √2 h ∂u/∂n


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
