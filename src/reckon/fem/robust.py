"""The robust preset: hypre's multigrid, and an inverse of the Schur complement for every h and ε."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
from firedrake.petsc import PETSc

from reckon.fem.preconditioners import improved, multigrid, schur_inverse
from reckon.fem.systems import Brinkman, Definite, Mat, Solved, Solver, Vec, relative_residual, without_zeros

MAX_STEPS = 300
RESTART = 60


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


def taken(matrix: Mat) -> Mat:
    """The matrix without its zeros, in its place: on several processes Python frees nothing by itself."""
    result = without_zeros(matrix)
    matrix.destroy()
    return result


def definite(system: Definite, tolerance: float) -> Solver:
    """Conjugate gradients with multigrid. The given matrix is destroyed, for its memory."""
    matrix = taken(system.matrix)
    solve = krylov("cg", matrix, multigrid(matrix), tolerance)
    return lambda b: solve(b, b.duplicate())


def brinkman(system: Brinkman, tolerance: float) -> Solver:
    """GMRES with the block factorisation [[I, −A⁻¹Bᵀ], [0, I]] [[A⁻¹, 0], [0, −S⁻¹]] [[I, 0], [BA⁻¹, I]].

    The given matrices are destroyed, for their memory.
    """
    system = replace(system, divergence=taken(system.divergence))
    blocks = Blocks(taken(system.component.matrix), system.divergence)
    operator = blocks.operator()
    pc = PETSc.PC().create(operator.comm)
    pc.setType(PETSc.PC.Type.PYTHON)
    pc.setOperators(operator)
    pc.setPythonContext(Factorisation(blocks, schur_inverse(system)))
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

    def __init__(self, A: Mat, B: Mat):
        self.A, self.B = A, B
        self.phi, self.p = B.createVecs()
        self.edges, self.triangles = self.phi.getLocalSize(), self.p.getLocalSize()
        self._in, self._out = A.createVecs()

    def operator(self) -> Mat:
        """[[A, −Bᵀ], [−B, 0]], whose kernel are the constant pressures."""
        size = (self.edges + self.triangles, PETSc.DETERMINE)
        operator = PETSc.Mat().createPython((size, size), Saddle(self), comm=self.B.comm)
        operator.setUp()
        kernel = operator.createVecRight()
        kernel.array[self.edges :] = 1 / np.sqrt(self.p.getSize())
        operator.setNullSpace(PETSc.NullSpace().create(vectors=[kernel], comm=self.B.comm))
        return operator

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


class Saddle:
    """The action of [[A, −Bᵀ], [−B, 0]]."""

    def __init__(self, blocks: Blocks):
        self.blocks = blocks

    def mult(self, mat: Mat, b: Vec, x: Vec) -> None:
        """Called by PETSc."""
        n, source, target = self.blocks.edges, b.array_r, x.array
        self.blocks.both(self.blocks.A.mult, source[:n], target[:n])
        target[:n] -= self.blocks.gradient(source[n:])
        target[n:] = -self.blocks.divergence(source[:n])


class Factorisation:
    """The action of the block factorisation, with multigrid in place of A⁻¹ and an approximation of S⁻¹."""

    def __init__(self, blocks: Blocks, schur_inverse: Callable[[np.ndarray], np.ndarray]):
        self.blocks = blocks
        self.velocity = multigrid(blocks.A)
        self.schur = improved(schur_inverse, self.complement)
        self._work = np.empty(blocks.edges)

    def complement(self, p: np.ndarray) -> np.ndarray:
        """S p with multigrid in place of A⁻¹."""
        self.blocks.both(self.velocity.apply, self.blocks.gradient(p), self._work)
        return self.blocks.divergence(self._work)

    def apply(self, pc: Any, b: Vec, x: Vec) -> None:
        """Called by PETSc."""
        blocks, n = self.blocks, self.blocks.edges
        source, target = b.array_r, x.array
        blocks.both(self.velocity.apply, source[:n], target[:n])
        target[n:] = -self.schur(source[n:] + blocks.divergence(target[:n]))
        blocks.both(self.velocity.apply, source[:n] + blocks.gradient(target[n:]), target[:n])
