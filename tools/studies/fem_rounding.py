"""What the steps of (5.7a) depend on: what stands in Morley's matrix where exact arithmetic has zeros.

    $(bash envs/build_fem.sh) tools/studies/fem_rounding.py --levels 3 4 5 6 7

Conjugate gradients with the published multigrid, on the deck's right-hand side for ε = 1. The entries that
are zero in exact arithmetic are

nothing       removed
random        random numbers of relative size 1e-16, symmetric
scikit-fem    what the authors' assembly leaves there, the preset `published`

Prints one csv line a level.
"""

import argparse
import csv
import sys
from math import pi
from pathlib import Path

import numpy as np
import pyamg
from scipy.sparse import csr_matrix, triu
from scipy.sparse.linalg import spsolve

sys.path.insert(0, str(Path(__file__).parents[2] / "src"))

from reckon.fem.published.mesh import QUADRATURE, authors_mesh, inner_unknowns, morley_laplacian
from reckon.fem.published.ruge_stuben import multigrid

KINDS = ("nothing", "random", "scikit-fem")
EXACT = 1e-9  # entries below this share of the largest one are zero in exact arithmetic
TOLERANCE = 1e-8


def right_hand_side(level: int) -> np.ndarray:
    """(∇w_h, ∇_h v) for the inner unknowns, with f of u = (sin πx sin πy)², ε = 1."""
    import skfem
    from skfem.helpers import dot, grad

    def f(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        cx, cy, sx, sy = np.cos(2 * pi * x), np.cos(2 * pi * y), np.sin(pi * x) ** 2, np.sin(pi * y) ** 2
        return -8 * pi**4 * (cx * sy + cy * sx - cx * cy) - 2 * pi**2 * (cx * sy + cy * sx)

    mesh = authors_mesh(level)
    w, v = (
        skfem.Basis(mesh, element, intorder=QUADRATURE)
        for element in (skfem.ElementTriP1(), skfem.ElementTriMorley())
    )
    gradients = skfem.BilinearForm(lambda a, b, _: dot(grad(a), grad(b)))
    free, w_h = w.complement_dofs(w.get_dofs()), np.zeros(w.N)
    load = skfem.asm(skfem.LinearForm(lambda t, x: f(*x.x) * t), w)
    w_h[free] = spsolve(skfem.asm(gradients, w)[free][:, free].tocsc(), load[free])
    return (skfem.asm(gradients, w, v) @ w_h)[inner_unknowns(mesh)]


def variant(matrix: csr_matrix, kind: str) -> csr_matrix:
    """The matrix with its zeros as `kind` says."""
    result = matrix.copy()
    zero = abs(result.data) < EXACT * abs(result.data).max()
    if kind == "nothing":
        result.data[zero] = 0
        result.eliminate_zeros()
    if kind == "random":
        result.data[zero] = 1e-16 * np.random.default_rng(0).normal(size=zero.sum())
        upper = triu(result, 1, format="csr")
        result = (upper + upper.T + triu(result) - upper).tocsr()
    result.sort_indices()
    return result


def steps(matrix: csr_matrix, b: np.ndarray) -> int:
    """Steps of conjugate gradients."""
    residuals: list[float] = []
    pyamg.krylov.cg(matrix, b, tol=TOLERANCE, M=multigrid(matrix), residuals=residuals)
    return len(residuals) - 1


def main() -> None:
    """Measure every variant on every level."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--levels", type=int, nargs="+", default=[3, 4, 5, 6, 7])
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(("level", *KINDS))
    for level in parser.parse_args().levels:
        matrix, b = morley_laplacian(level), right_hand_side(level)
        writer.writerow((level, *(steps(variant(matrix, kind), b) for kind in KINDS)))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
