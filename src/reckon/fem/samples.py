"""Values of discrete solutions at the vertices, for pictures; Morley functions are continuous there."""

from typing import Any

import numpy as np
from firedrake import Function, SpatialCoordinate, VectorFunctionSpace

from reckon.fem import spaces
from reckon.fem.coupled import solve_coupled
from reckon.fem.problems import problem

LEVEL = 5
# (name, example, ε, boundary): the second and third differ in the layer alone.
PICTURES = (
    ("smooth", "smooth", 1.0, "strong"),
    ("layer strong", "layer_reduced", 1e-6, "strong"),
    ("layer nitsche", "layer_reduced", 1e-6, "nitsche"),
)


def at_vertices(u_h: Any) -> np.ndarray:
    """(vertices, 3): x, y and u_h, sorted by x, then y."""
    mesh = u_h.function_space().mesh()
    where = Function(VectorFunctionSpace(mesh, "CG", 1)).interpolate(SpatialCoordinate(mesh))
    values = Function(spaces.lagrange(mesh, 1)).interpolate(u_h)
    table = np.column_stack([where.dat.data_ro, values.dat.data_ro])
    return table[np.lexsort((table[:, 1], table[:, 0]))]


def samples() -> list[dict[str, Any]]:
    """Rows of the csv file of all pictures."""
    mesh = spaces.unit_square(LEVEL)
    rows = []
    for name, example, epsilon, boundary in PICTURES:
        u_h = solve_coupled(problem(example), mesh, epsilon, "P2", boundary)
        rows += [
            {"name": name, "epsilon": f"{epsilon:g}", "x": f"{x:g}", "y": f"{y:g}", "u": f"{u:.8e}"}
            for x, y, u in at_vertices(u_h)
        ]
    return rows
