"""One V-cycle of hypre's BoomerAMG as a preconditioner, and the matrices that it is built from."""

from typing import Any

import numpy as np
from firedrake.petsc import PETSc

from reckon.fem.systems import Mat

_SETTINGS = {
    "pc_type": "hypre",
    "pc_hypre_type": "boomeramg",
    "pc_hypre_boomeramg_strong_threshold": 0.25,
}
_ROUNDING = 1e-14


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


def without_zeros(matrix: Mat) -> Mat:
    """A copy without the entries that are zero up to rounding.

    On right triangles these are many: four fifths of what is stored for Morley's Laplacian.
    """
    starts, columns, values = matrix.getValuesCSR()
    kept = np.abs(values) > _ROUNDING * np.abs(values).max(initial=0)
    before = np.concatenate([[0], np.cumsum(kept, dtype=starts.dtype)]).astype(starts.dtype)
    rows = (before[starts], columns[kept], values[kept])
    return PETSc.Mat().createAIJ(matrix.getSizes(), csr=rows, comm=matrix.comm)
