"""The direct preset: MUMPS, the oracle for small levels; it takes one step, and its memory grows fastest."""

import numpy as np
from firedrake.petsc import PETSc

from reckon.fem.published import saddle
from reckon.fem.systems import Brinkman, Definite, Mat, Solved, Solver, Vec, relative_residual


def factorised(matrix: Mat, kind: str, tolerance: float) -> Solver:
    """A solver by one factorisation of `matrix`; `kind` is cholesky or lu."""
    ksp = PETSc.KSP().create(matrix.comm)
    ksp.setOperators(matrix)
    ksp.setType("preonly")
    ksp.getPC().setType(kind)
    ksp.getPC().setFactorSolverType("mumps")
    ksp.setUp()

    def solve(b: Vec) -> Solved:
        x = b.duplicate()
        ksp.solve(b, x)
        return Solved(x, 1, (relative_residual(matrix, b, x),), tolerance)

    return solve


def definite(system: Definite, tolerance: float) -> Solver:
    """Cholesky factorisation."""
    return factorised(system.matrix, "cholesky", tolerance)


def brinkman(system: Brinkman, tolerance: float) -> Solver:
    """LU factorisation of the system without its last pressure, which the others determine."""
    whole, free = saddle(system)
    part = whole[:-1, :-1].tocsr()
    matrix = PETSc.Mat().createAIJ(
        part.shape, csr=(part.indptr, part.indices, part.data), comm=PETSc.COMM_SELF
    )
    solve_part = factorised(matrix, "lu", tolerance)

    def solve(right_hand_side: Vec) -> Solved:
        b = matrix.createVecLeft()
        b.array[:] = np.concatenate([right_hand_side.array_r[free], np.zeros(part.shape[0] - len(free))])
        solved = solve_part(b)
        velocity = right_hand_side.duplicate()
        velocity.array[free] = solved.solution.array_r[: len(free)]
        return Solved(velocity, solved.steps, solved.residuals, tolerance)

    return solve
