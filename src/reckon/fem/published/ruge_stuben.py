"""Ruge-Stüben multigrid as PyAMG 4.0 built it, with the parts that PyAMG 5 still has.

Version 5 chooses other coarse points, and with them the authors' step counts are missed by up to 3.
"""

import ctypes
import functools
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np
from pyamg.classical.interpolate import direct_interpolation
from pyamg.multilevel import MultilevelSolver
from pyamg.relaxation.smoothing import change_smoothers
from pyamg.strength import classical_strength_of_connection
from pyamg.util.utils import remove_diagonal
from scipy.sparse import csr_matrix
from scipy.sparse.linalg import LinearOperator

from reckon.errors import InputError
from reckon.files.hashes import sha256
from reckon.files.writing import replaced

THETA = 0.25  # a strong connection has at least this share of the row's largest off-diagonal entry
MAX_LEVELS = 10
MAX_COARSE = 10
SMOOTHER = ("gauss_seidel", {"sweep": "symmetric"})

_SOURCE = Path(__file__).with_suffix(".c")


@functools.cache
def library() -> ctypes.CDLL:
    """The compiled `ruge_stuben.c`, kept beside Firedrake's own kernels or, without a place, for this run."""
    # A name that others can guess, in a folder where they can write, would let them choose what is loaded.
    folder = Path(os.environ.get("PYOP2_CACHE_DIR") or tempfile.mkdtemp())
    target = folder / f"ruge_stuben_{sha256(_SOURCE)[:16]}.so"
    if not target.exists():
        compiler = os.environ.get("CC", "cc")
        with replaced(target) as path:
            command = [compiler, "-O2", "-shared", "-fPIC", "-o", str(path), str(_SOURCE)]
            try:
                subprocess.run(command, check=True, capture_output=True, text=True)
            except (OSError, subprocess.CalledProcessError) as error:
                reason = getattr(error, "stderr", None) or error
                raise InputError(f"{_SOURCE.name}: {compiler} cannot compile it: {reason}") from error
    return ctypes.CDLL(str(target))


def coarse_points(strength: csr_matrix) -> np.ndarray:
    """1 for every coarse and 0 for every fine point; (n,) int32. The diagonal does not count."""
    # Keeps the order of the entries in a row, on which the choice between equal points depends.
    S = remove_diagonal(strength)
    T = S.T.tocsr()
    kind = np.empty(S.shape[0], dtype=np.intc)
    arrays = [np.ascontiguousarray(a, dtype=np.intc) for a in (S.indptr, S.indices, T.indptr, T.indices)]
    pointers = [array.ctypes.data_as(ctypes.c_void_p) for array in (*arrays, kind)]
    if library().split(S.shape[0], *pointers):
        raise MemoryError("ruge_stuben.c")
    return kind


def multigrid(matrix: csr_matrix) -> LinearOperator:
    """One V-cycle as a preconditioner: direct interpolation, symmetric Gauss-Seidel before and after."""
    levels = [_level(matrix)]
    while len(levels) < MAX_LEVELS and levels[-1].A.shape[0] > MAX_COARSE:
        A = levels[-1].A
        strength = classical_strength_of_connection(A, theta=THETA)
        P = direct_interpolation(A, strength, coarse_points(strength))
        levels[-1].P, levels[-1].R = P, P.T.tocsr()
        levels.append(_level(levels[-1].R @ A @ P))
    hierarchy = MultilevelSolver(levels, coarse_solver="pinv")
    change_smoothers(hierarchy, SMOOTHER, SMOOTHER)
    return hierarchy.aspreconditioner()


def _level(matrix: csr_matrix) -> MultilevelSolver.Level:
    level = MultilevelSolver.Level()
    level.A = csr_matrix(matrix)
    return level
