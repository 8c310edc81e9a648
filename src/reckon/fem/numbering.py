"""The order in which the authors' mesh numbers vertices and edges of the unit square.

Ruge and Stüben's coarse grid depends on the order of the unknowns, and the steps of a solver with it. The
authors refine two triangles: old vertices keep their numbers, the midpoints of the edges follow in the
order of the edges, and edges are ordered by the numbers of their end points (scikit-fem's way).
"""

import functools
from math import isqrt

import numpy as np


def edges_of(triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(edges (e, 2) in order, edge numbers (t, 3) of the sides 01, 12, 02 of each triangle)."""
    sides = np.sort(triangles[:, [[0, 1], [1, 2], [0, 2]]], axis=2)
    count = int(triangles.max()) + 1
    keys, inverse = np.unique(sides[..., 0] * count + sides[..., 1], return_inverse=True)
    return np.column_stack(np.divmod(keys, count)), inverse.reshape(triangles.shape)


def refined(points: np.ndarray, triangles: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Every triangle cut into four; integer coordinates are doubled."""
    edges, sides = edges_of(triangles)
    a, b, c = triangles.T
    ab, bc, ac = (sides + len(points)).T
    parts = ((a, ab, ac), (b, ab, bc), (c, ac, bc), (ab, bc, ac))
    return np.vstack([2 * points, points[edges].sum(axis=1)]), np.vstack([np.column_stack(p) for p in parts])


@functools.lru_cache(maxsize=1)
def ranks(cells: int) -> np.ndarray:
    """(2N + 1, 2N + 1): number of the vertex or edge midpoint at (i, j)/2N; edges come last, −1 elsewhere.

    N = `cells` is a power of 2, the number of squares along a side.
    """
    points = np.array([[0, 0], [1, 0], [0, 1], [1, 1]])
    triangles = np.array([[0, 1, 2], [1, 3, 2]])
    for _ in range(cells.bit_length() - 1):
        points, triangles = refined(points, triangles)
    edges, _ = edges_of(triangles)
    places = np.vstack([2 * points, points[edges].sum(axis=1)])
    result = np.full((2 * cells + 1,) * 2, -1)
    result[tuple(places.T)] = np.arange(len(places))
    return result


def authors_order(places: np.ndarray, triangles: int) -> np.ndarray:
    """Permutation that sorts degrees of freedom at `places` (n, 2) of the unit square as the authors do."""
    cells = isqrt(triangles // 2)
    grid = np.rint(2 * cells * places).astype(int)
    return np.argsort(ranks(cells)[tuple(grid.T)], kind="stable")
