"""The same four systems assembled and solved by two stacks, in the same run, one process each.

    $(bash envs/build_fem.sh) tools/studies/fem_stacks.py --levels 6 7 8

original   scikit-fem assembles, PyAMG 5 and scipy solve: the authors' stack with today's versions
robust     Firedrake assembles, PETSc and hypre solve: this project's preset

Prints one csv line a stack and level: seconds of the mesh, of the assembly, of the solvers with their set-up,
their sum (imports are not counted), peak memory, and the L² error, which must agree.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
from math import pi
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

STACKS = ("original", "robust")
COLUMNS = ("stack", "level", "mesh", "assembly", "solve", "total", "peak_gib", "l2")
TOLERANCE = 1e-8


def robust(level: int) -> dict[str, float]:
    """Seconds by phase and the L² error of the project's own solver."""
    from reckon.fem.level import solve_level

    record, cost = solve_level("robust", level, 1.0, TOLERANCE)
    seconds = cost["seconds"]
    solving = sum(value for phase, value in seconds.items() if phase.startswith(("solve", "setup")))
    return {
        "mesh": seconds["mesh"],
        "assembly": seconds["assembly"],
        "solve": solving,
        "l2": record["errors"]["l2"],
    }


def original(level: int) -> dict[str, float]:
    """The same of scikit-fem and PyAMG."""
    import skfem
    from skfem import Basis, BilinearForm, asm
    from skfem.helpers import ddot, div, dot, grad

    def curl(u: Any) -> Any:
        return np.stack([grad(u)[1], -grad(u)[0]])

    start = perf_counter()
    mesh = skfem.MeshTri().refined(level)
    meshed = perf_counter()
    w, v, c, q = (
        Basis(mesh, element, intorder=5)
        for element in (
            skfem.ElementTriP1(), skfem.ElementTriMorley(),
            skfem.ElementVector(skfem.ElementTriCR()), skfem.ElementTriP0(),
        )
    )  # fmt: skip
    gradients = BilinearForm(lambda u, t, _: dot(grad(u), grad(t)))
    f = asm(skfem.LinearForm(lambda t, x: load(*x.x) * t), w)
    matrices = [asm(gradients, w), asm(gradients, v), asm(gradients, w, v)]
    A = asm(BilinearForm(lambda u, t, _: dot(u, t) + ddot(grad(u), grad(t))), c)
    B = asm(BilinearForm(lambda u, t, _: div(u) * t), c, q)
    F = asm(BilinearForm(lambda u, t, _: dot(curl(u), t)), v, c)
    assembled = perf_counter()
    w_h = conjugate_gradients(matrices[0], f, w.complement_dofs(w.get_dofs()))
    inside = v.complement_dofs(v.get_dofs())
    z_h = conjugate_gradients(matrices[1], matrices[2] @ w_h, inside)
    phi = brinkman(A, B, F @ z_h, c.complement_dofs(c.get_dofs()))
    u_h = conjugate_gradients(matrices[1], F.T @ phi, inside)
    solved = perf_counter()
    error = skfem.Functional(lambda x: (x["u"] - (np.sin(pi * x.x[0]) * np.sin(pi * x.x[1])) ** 2) ** 2)
    l2 = float(np.sqrt(error.assemble(v, u=v.interpolate(u_h))))
    return {"mesh": meshed - start, "assembly": assembled - meshed, "solve": solved - assembled, "l2": l2}


def load(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Δ²u − Δu of u = (sin πx sin πy)²."""
    cx, cy, sx, sy = np.cos(2 * pi * x), np.cos(2 * pi * y), np.sin(pi * x) ** 2, np.sin(pi * y) ** 2
    return -8 * pi**4 * (cx * sy + cy * sx - cx * cy) - 2 * pi**2 * (cx * sy + cy * sx)


def conjugate_gradients(A: Any, b: np.ndarray, free: np.ndarray) -> np.ndarray:
    """Solution with zero boundary values, preconditioned by PyAMG's Ruge-Stüben multigrid."""
    import pyamg

    x, inner = np.zeros_like(b), A[free][:, free].tocsr()
    cycle = pyamg.ruge_stuben_solver(inner, interpolation="direct").aspreconditioner()
    x[free], _ = pyamg.krylov.cg(inner, b[free], tol=TOLERANCE, M=cycle)
    return x


def brinkman(A: Any, B: Any, g: np.ndarray, free: np.ndarray) -> np.ndarray:
    """The velocity, by GMRES with the authors' preconditioner, ε = 1."""
    import pyamg
    from scipy.sparse import bmat
    from scipy.sparse.linalg import LinearOperator, gmres

    A, B = A[free][:, free].tocsr(), B[:, free].tocsr()
    matrix, edges, scale = bmat([[A, -B.T], [-B, None]], format="csr"), len(free), 0.5 * B.shape[0]
    cycle = pyamg.ruge_stuben_solver(A, interpolation="direct").aspreconditioner()

    def precondition(r: np.ndarray) -> np.ndarray:
        p = scale * r[edges:]
        phi = cycle @ (r[:edges] - B.T @ p)
        return np.concatenate([phi, -scale * (B @ phi) - p])

    b = np.concatenate([g[free], np.zeros(B.shape[0])])
    x, _ = gmres(matrix, b, rtol=TOLERANCE, restart=20, M=LinearOperator(matrix.shape, precondition))
    phi = np.zeros_like(g)
    phi[free] = x[:edges]
    return phi


def measure(stack: str, level: int) -> dict[str, Any]:
    """Run one stack on one level in a process of its own, so that its peak memory is its own."""
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2] / "src"), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, __file__, "--one", stack, "--levels", str(level)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Measure every stack on every level."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--levels", type=int, nargs="+", default=[6, 7, 8])
    parser.add_argument("--one", choices=STACKS, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        row = {"original": original, "robust": robust}[options.one](options.levels[0])
        row["peak_gib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(json.dumps(row))
        return
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for level in options.levels:
        for stack in STACKS:
            row = measure(stack, level)
            total = sum(row[phase] for phase in ("mesh", "assembly", "solve"))
            figures = {key: f"{value:.4g}" for key, value in (row | {"total": total}).items()}
            writer.writerow({"stack": stack, "level": level} | figures)
            sys.stdout.flush()


if __name__ == "__main__":
    main()
