"""Preconditioners of the robust preset: hypre's multigrid, and an inverse of the pressure's Schur complement.

S = B(M + ε²K)⁻¹Bᵀ; the inverse holds for every h and ε.
S lies between Darcy's (ε → 0), L = B M⁻¹ Bᵀ, and Stokes' (ε → ∞), ε⁻² times the pressure mass matrix M_p.
Following Cahouet and Chabard, S⁻¹ is taken as a sum of both inverses; M is diagonal, so that L is sparse. Two
corrections, from the Fourier symbols of S and L on the grid without boundary, make it twice as good:

* for ε ≪ h, S is L. For ε ≫ h it is the Laplacian of what smooth pressures L is the wrong one of: L sees the
  jumps between triangles with weights that give about twice (in directions 1.5 to 3 times) their energy;
* a pressure that alternates between neighbours is twice as stiff as M_p says: for piecewise linear velocities
  ‖div v‖² reaches 2 |v|²₁, where each triangle is stretched by itself.

What is left is the boundary: there S has eigenvalues of about a quarter, for every h. Four sweeps of
Richardson's iteration narrow the rest, so that the steps are nearly the same for all h and ε.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from firedrake.petsc import PETSc

from reckon.fem.systems import Brinkman, Mat

Action = Callable[[np.ndarray], np.ndarray]

_SETTINGS = {
    "pc_type": "hypre",
    "pc_hypre_type": "boomeramg",
    "pc_hypre_boomeramg_strong_threshold": 0.25,
}
# L has the constants as its kernel: this share of the mass matrix makes it regular.
_REGULARISATION = 1e-6
# Where the two parts of S⁻¹ are equal: ε² times the largest eigenvalue of M_p⁻¹L.
_TRANSITION = 4
# Inverse zeros of Chebyshev's polynomial on [0.5, 1.6], where S⁻¹S has most of its eigenvalues. With two
# sweeps the steps for ε = 0.001 grow by three from level 6 to 10, with four by two.
_SWEEPS = 4
_ZEROS = 1.05 + 0.55 * np.cos((2 * np.arange(_SWEEPS) + 1) * np.pi / (2 * _SWEEPS))


def multigrid(matrix: Mat) -> Any:
    """The preconditioner (a PETSc PC), set up."""
    pc = PETSc.PC().create(matrix.comm)
    options = PETSc.Options()
    prefix = "reckon_multigrid_"
    # Sweeps in the order of the unknowns are faster than coarse ones first, but end where a process does.
    ordered = {"pc_hypre_boomeramg_no_CF": matrix.comm.size == 1}
    for name, value in (_SETTINGS | ordered).items():
        options[prefix + name] = value
    pc.setOptionsPrefix(prefix)
    pc.setOperators(matrix)
    pc.setFromOptions()
    pc.setUp()
    return pc


def improved(inverse: Action, complement: Action) -> Action:
    """Sweeps of Richardson's iteration for S p = r; both actions may reuse the array that they return."""

    def apply(r: np.ndarray) -> np.ndarray:
        p = inverse(r) / _ZEROS[0]
        for zero in _ZEROS[1:]:
            p = p + inverse(r - complement(p)) / zero
        return p

    return apply


def schur_inverse(system: Brinkman) -> Action:
    """R -> (ε² M_p⁻¹ (I − ½ L̂) + s L⁻¹) r of mean zero; L̂ = L M_p⁻¹ divided by its norm, 1 ≤ s ≤ 2."""
    laplacian = pressure_laplacian(system)
    pc = multigrid(laplacian)
    r, x = laplacian.createVecs()
    areas, count = system.areas.array_r, x.getSize()
    largest = largest_eigenvalue(laplacian, system)
    scale = system.epsilon**2
    smooth = 1 + scale * largest / (scale * largest + _TRANSITION)

    def apply(residual: np.ndarray) -> np.ndarray:
        r.array[:] = residual / areas
        laplacian.mult(r, x)
        local = scale * (r.array_r - x.array_r / (2 * largest * areas))
        r.array[:] = residual
        pc.apply(r, x)
        x.scale(smooth)
        x.array[:] += local
        x.shift(-x.sum() / count)
        return x.array_r

    return apply


def largest_eigenvalue(laplacian: Mat, system: Brinkman) -> float:
    """A bound of those of M_p⁻¹L by Gershgorin's theorem: the rows of L sum to zero."""
    diagonal = laplacian.getDiagonal()
    diagonal.pointwiseDivide(diagonal, system.areas)
    return 2 * float(diagonal.max()[1])


def pressure_laplacian(system: Brinkman) -> Mat:
    """L = B M⁻¹ Bᵀ with M the diagonal mass matrix of the velocity; made regular."""
    inverse = system.divergence.createVecRight()
    inverse.array[:] = np.repeat(1 / system.edge_mass.array_r, 2)
    scaled = system.divergence.copy()
    scaled.diagonalScale(None, inverse)
    laplacian = (
        scaled.matTransposeMult(system.divergence)
        if scaled.comm.size == 1
        else scaled.matMult(system.divergence.transpose(PETSc.Mat()))
    )
    scaled.destroy()
    diagonal = laplacian.getDiagonal()
    diagonal.axpy(_REGULARISATION, system.areas)
    laplacian.setDiagonal(diagonal)
    return laplacian
