"""The solver presets by name, with the direct one, the oracle for small levels: its memory grows fastest."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from firedrake.petsc import PETSc

from reckon.errors import InputError
from reckon.fem import robust
from reckon.fem.published import solvers as published
from reckon.fem.systems import Brinkman, Definite, Mat, Solved, Solver, Vec, relative_residual, saddle


@dataclass(frozen=True)
class Preset:
    """A way to solve both kinds of systems, each to a tolerance."""

    definite: Callable[[Definite, float], Solver]  # (5.1), (5.7a) and (5.7d)
    brinkman: Callable[[Brinkman, float], Solver]  # (5.7b)-(5.7c): the velocity, components interleaved


def factorised(matrix: Mat, kind: str, tolerance: float) -> Solver:
    """A solver by one factorisation of `matrix`, cholesky or lu (`kind`). Raises `InputError` if it fails."""
    ksp = PETSc.KSP().create(matrix.comm)
    ksp.setOperators(matrix)
    ksp.setType("preonly")
    ksp.getPC().setType(kind)
    ksp.getPC().setFactorSolverType("mumps")
    ksp.setUp()

    def solve(b: Vec) -> Solved:
        x = b.duplicate()
        ksp.solve(b, x)
        if ksp.getConvergedReason() < 0:
            code = ksp.getPC().getFactorMatrix().getMumpsInfog(1)
            raise InputError(
                f"preset direct: MUMPS ends with INFOG(1) = {code} (-10: the matrix is singular; -9, -13: "
                "too little memory); choose the preset robust"
            )
        return Solved(x, 1, (relative_residual(matrix, b, x),), tolerance)

    return solve


def direct_definite(system: Definite, tolerance: float) -> Solver:
    """Cholesky factorisation; one step."""
    return factorised(system.matrix, "cholesky", tolerance)


def direct_brinkman(system: Brinkman, tolerance: float) -> Solver:
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


PRESETS = {
    "published": Preset(published.definite, published.brinkman),
    "robust": Preset(robust.definite, robust.brinkman),
    "direct": Preset(direct_definite, direct_brinkman),
}


def preset(name: str) -> Preset:
    """The preset called `name`; raises `InputError` with the known names."""
    if name not in PRESETS:
        raise InputError(f"solver preset {name!r} is unknown; known are {', '.join(PRESETS)}")
    return PRESETS[name]
