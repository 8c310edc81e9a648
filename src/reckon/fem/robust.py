"""The robust preset: multigrid from hypre, and a Schur complement that holds for every h and ε.

The pressure's Schur complement B(M + ε²K)⁻¹Bᵀ lies between that of Darcy (ε → 0), B M⁻¹ Bᵀ, and that of
Stokes (ε² → ∞), ε⁻² times the pressure mass matrix. Following Cahouet and Chabard its inverse is taken as
ε² M_p⁻¹ + (B M⁻¹ Bᵀ)⁻¹; M is diagonal here, so that the second matrix is sparse.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from firedrake.petsc import PETSc

from reckon.fem.systems import Brinkman, Definite, Mat, Solved, Solver, Vec, relative_residual

MAX_STEPS = 300
RESTART = 60
# B M⁻¹ Bᵀ has the constants as its kernel: this share of the mass matrix makes it regular.
_REGULARISATION = 1e-6
_MULTIGRID = {"pc_type": "hypre", "pc_hypre_type": "boomeramg", "pc_hypre_boomeramg_strong_threshold": 0.25}


def multigrid(matrix: Mat) -> Any:
    """One V-cycle of BoomerAMG as a preconditioner (a PETSc PC), set up."""
    pc = PETSc.PC().create(matrix.comm)
    options = PETSc.Options()
    prefix = "reckon_multigrid_"
    for name, value in _MULTIGRID.items():
        options[prefix + name] = value
    pc.setOptionsPrefix(prefix)
    pc.setOperators(matrix)
    pc.setFromOptions()
    pc.setUp()
    return pc


def krylov(method: str, matrix: Mat, pc: Any, tolerance: float) -> Callable[[Vec, Vec], Solved]:
    """Solve (b, x) -> Solved by `method`, which is stopped by the true residual."""
    ksp = PETSc.KSP().create(matrix.comm)
    ksp.setOperators(matrix)
    ksp.setType(method)
    ksp.setPC(pc)
    if method == "gmres":
        ksp.setPCSide(PETSc.PC.Side.RIGHT)
        ksp.setGMRESRestart(RESTART)
    ksp.setNormType(PETSc.KSP.NormType.UNPRECONDITIONED)
    ksp.setTolerances(rtol=tolerance, atol=1e-50, max_it=MAX_STEPS)

    def solve(b: Vec, x: Vec) -> Solved:
        ksp.setConvergenceHistory(MAX_STEPS + 1, reset=True)
        x.set(0)
        ksp.solve(b, x)
        return Solved(x, ksp.getIterationNumber(), history(ksp, matrix, b, x), tolerance)

    return solve


def history(ksp: Any, matrix: Mat, b: Vec, x: Vec) -> tuple[float, ...]:
    """‖r_k‖/‖b‖ of every step; the last is computed anew from the solution."""
    size = b.norm() or 1.0
    return (*(float(r) / size for r in ksp.getConvergenceHistory()[1:-1]), relative_residual(matrix, b, x))


def definite(system: Definite, tolerance: float) -> Solver:
    """Conjugate gradients with multigrid."""
    solve = krylov("cg", system.matrix, multigrid(system.matrix), tolerance)
    return lambda b: solve(b, b.duplicate())


def brinkman(system: Brinkman, tolerance: float) -> Solver:
    """GMRES with the block factorisation [[I, −A⁻¹Bᵀ], [0, I]] [[A⁻¹, 0], [0, −S⁻¹]] [[I, 0], [BA⁻¹, I]]."""
    matrix = system.component.matrix
    blocks = Blocks(system)
    size = (blocks.edges + blocks.triangles, PETSc.DETERMINE)
    operator = PETSc.Mat().createPython((size, size), Saddle(blocks), comm=matrix.comm)
    operator.setUp()
    operator.setNullSpace(PETSc.NullSpace().create(vectors=[blocks.constant_pressure()], comm=matrix.comm))
    pc = PETSc.PC().create(matrix.comm)
    pc.setType(PETSc.PC.Type.PYTHON)
    pc.setOperators(operator)
    pc.setPythonContext(Factorisation(blocks))
    solve = krylov("gmres", operator, pc, tolerance)

    def run(right_hand_side: Vec) -> Solved:
        b, x = operator.createVecs()
        b.array[: blocks.edges] = right_hand_side.array_r
        solved = solve(b, x)
        velocity = right_hand_side.duplicate()
        velocity.array[:] = x.array_r[: blocks.edges]
        return Solved(velocity, solved.steps, solved.residuals, tolerance)

    return run


class Blocks:
    """A, B and work space for flat vectors (φ, p) of a process: interleaved components, then pressures."""

    def __init__(self, system: Brinkman):
        self.system = system
        self.B = system.divergence
        self.phi, self.p = self.B.createVecs()
        self.edges, self.triangles = self.phi.getLocalSize(), self.p.getLocalSize()
        self._in, self._out = system.component.matrix.createVecs()

    def both(self, action: Callable[[Vec, Vec], None], b: np.ndarray, x: np.ndarray) -> None:
        """X = action(b) for each of the interleaved components."""
        for component in range(2):
            self._in.array[:] = b[component::2]
            action(self._in, self._out)
            x[component::2] = self._out.array_r

    def divergence(self, phi: np.ndarray) -> np.ndarray:
        """B φ; the array is overwritten by the next call."""
        self.phi.array[:] = phi
        self.B.mult(self.phi, self.p)
        return self.p.array_r

    def gradient(self, p: np.ndarray) -> np.ndarray:
        """Bᵀ p; the array is overwritten by the next call."""
        self.p.array[:] = p
        self.B.multTranspose(self.p, self.phi)
        return self.phi.array_r

    def constant_pressure(self) -> Vec:
        """The kernel, of norm 1."""
        size = self.edges + self.triangles
        kernel = PETSc.Vec().createMPI((size, PETSc.DETERMINE), comm=self.B.comm)
        kernel.array[self.edges :] = 1 / np.sqrt(self.p.getSize())
        return kernel


class Saddle:
    """The action of [[A, −Bᵀ], [−B, 0]]."""

    def __init__(self, blocks: Blocks):
        self.blocks = blocks

    def mult(self, mat: Mat, b: Vec, x: Vec) -> None:
        """Called by PETSc."""
        n, source, target = self.blocks.edges, b.array_r, x.array
        self.blocks.both(self.blocks.system.component.matrix.mult, source[:n], target[:n])
        target[:n] -= self.blocks.gradient(source[n:])
        target[n:] = -self.blocks.divergence(source[:n])


class Factorisation:
    """The action of the block factorisation, with multigrid in place of A⁻¹ and of S⁻¹'s second part."""

    def __init__(self, blocks: Blocks):
        self.blocks = blocks
        self.velocity = multigrid(blocks.system.component.matrix)
        self.schur = schur_inverse(blocks.system)

    def apply(self, pc: Any, b: Vec, x: Vec) -> None:
        """Called by PETSc."""
        blocks, n = self.blocks, self.blocks.edges
        source, target = b.array_r, x.array
        blocks.both(self.velocity.apply, source[:n], target[:n])
        target[n:] = -self.schur(source[n:] + blocks.divergence(target[:n]))
        blocks.both(self.velocity.apply, source[:n] + blocks.gradient(target[n:]), target[:n])


def schur_inverse(system: Brinkman) -> Callable[[np.ndarray], np.ndarray]:
    """R -> (ε² M_p⁻¹ + (B M⁻¹ Bᵀ)⁻¹) r of mean zero."""
    laplacian = pressure_laplacian(system)
    pc = multigrid(laplacian)
    areas, scale = system.areas.array_r, system.epsilon**2
    r, x = laplacian.createVecs()
    count = x.getSize()

    def apply(residual: np.ndarray) -> np.ndarray:
        r.array[:] = residual
        pc.apply(r, x)
        x.array[:] += scale * residual / areas
        x.shift(-x.sum() / count)
        return x.array_r

    return apply


def pressure_laplacian(system: Brinkman) -> Mat:
    """B M⁻¹ Bᵀ with M the diagonal mass matrix of the velocity; made regular."""
    inverse = system.divergence.createVecRight()
    inverse.array[:] = np.repeat(1 / system.edge_mass.array_r, 2)
    scaled = system.divergence.copy()
    scaled.diagonalScale(None, inverse)
    laplacian = (
        scaled.matTransposeMult(system.divergence)
        if scaled.comm.size == 1
        else scaled.matMult(system.divergence.transpose(PETSc.Mat()))
    )
    diagonal = laplacian.getDiagonal()
    diagonal.axpy(_REGULARISATION, system.areas)
    laplacian.setDiagonal(diagonal)
    return laplacian
