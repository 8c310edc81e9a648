"""The authors' mesh, scikit-fem's: the order of its unknowns, and Morley's Laplacian as they assembled it.

Ruge and Stüben's coarse grid depends on the order of the unknowns, and the steps of a solver with it.

It also depends on rounding. On this mesh of right triangles four fifths of the entries that an assembly
stores for Morley's Laplacian are zero in exact arithmetic, and every edge unknown is coupled to nothing. What
stands there instead is rounding: scikit-fem inverts, in every triangle, the matrix of its degrees of freedom
in global coordinates, which loses digits as h falls. The multigrid compares entries within a row, takes this
noise for strong connections, and builds a coarse grid from it. Firedrake transforms a reference element; its
noise is another one, and so are the steps. LAPACK's inverse rounds as its kernels do, which differ between
processors; `inverse` does not.
"""

import functools
from math import isqrt
from typing import Any

import numpy as np
from firedrake import Function, SpatialCoordinate, VectorFunctionSpace
from scipy.sparse import coo_matrix, csr_matrix

from reckon.errors import InputError
from reckon.fem import spaces

QUADRATURE = 5  # the authors' degree
_TRIANGLES_AT_ONCE = 2**16


@functools.lru_cache(maxsize=1)
def authors_mesh(level: int) -> Any:
    """Two triangles refined `level` times."""
    from skfem import MeshTri

    return MeshTri().refined(level)


def level_of(mesh: Any) -> int:
    """Level k whose mesh of the authors Firedrake's `mesh` is; raises `InputError` for any other."""
    triangles = mesh.num_cells()
    level = isqrt(triangles // 2).bit_length() - 1
    if triangles != 2 * 4**level or not _has_authors_centres(mesh, 2**level):
        raise InputError(
            "preset published: its steps belong to the authors' uniform mesh of the unit square, "
            "and this is another one; choose the preset robust"
        )
    return level


def _has_authors_centres(mesh: Any, cells: int) -> bool:
    """Whether the triangles' centres lie at (1, 1) or (2, 2) h/3 in every square of width h = 1/`cells`.

    So do those of right triangles whose longest side runs from (0, h) to (h, 0).
    """
    centres = 3 * cells * places(spaces.constants(mesh))
    whole = np.rint(centres).astype(int)
    corner, place = np.divmod(whole, 3)
    inside = ((corner >= 0) & (corner < cells)).all()
    in_place = (place[:, 0] == place[:, 1]).all() and (place > 0).all()
    return bool(inside and in_place and np.abs(centres - whole).max() < 1e-6)


def places(space: Any) -> np.ndarray:
    """(n, 2): where the local degrees of freedom lie: vertices, edge midpoints (both for Morley), centres."""
    mesh = space.mesh()
    if space.ufl_element().family() != "Morley":
        vectors = VectorFunctionSpace(mesh, space.ufl_element())
        return Function(vectors).interpolate(SpatialCoordinate(mesh)).dat.data_ro_with_halos
    result = np.empty((space.node_count, 2))
    nodes = space.cell_node_map().values_with_halo
    for part, other in (
        (nodes[:, :3], spaces.lagrange(mesh, 1)),
        (nodes[:, 3:], spaces.crouzeix_raviart(mesh)),
    ):
        result[part] = places(other)[other.cell_node_map().values_with_halo]
    return result


@functools.lru_cache(maxsize=1)
def ranks(level: int) -> np.ndarray:
    """(2N + 1, 2N + 1): number of the vertex or edge midpoint at (i, j)/2N; edges come last, −1 elsewhere."""
    mesh, cells = authors_mesh(level), 2**level
    grid = np.hstack([2 * cells * mesh.p, cells * mesh.p[:, mesh.facets].sum(axis=1)])
    result = np.full((2 * cells + 1,) * 2, -1)
    result[tuple(grid.astype(int))] = np.arange(grid.shape[1])  # powers of 2: no rounding
    return result


def in_authors_order(free: np.ndarray, space: Any) -> np.ndarray:
    """The local numbers `free` of degrees of freedom of `space`, sorted as the authors number them.

    Raises `InputError` if the mesh is not theirs.
    """
    level = level_of(space.mesh())
    grid = np.rint(2 * 2**level * places(space)[free]).astype(int)
    return free[np.argsort(ranks(level)[tuple(grid.T)], kind="stable")]


def morley_laplacian(level: int) -> csr_matrix:
    """(∇_h z, ∇_h v) for inner unknowns, vertices first, then edges (∂u/∂n), in the authors' order."""
    from skfem import Basis, BilinearForm, ElementTriMorley
    from skfem.helpers import dot, grad

    mesh, element = authors_mesh(level), ElementTriMorley()
    element._pbasis_init(element.maxdeg, element.dim, element.derivatives, element.tensorial_basis)
    element.V = inverse(element._eval_dofs(mesh))  # scikit-fem would put LAPACK's here
    form = BilinearForm(lambda u, v, _: dot(grad(u), grad(v)))
    triangles = np.arange(mesh.nelements)
    parts = [
        form.coo_data(Basis(mesh, element, intorder=QUADRATURE, elements=some))
        for some in np.array_split(triangles, -(-len(triangles) // _TRIANGLES_AT_ONCE))
    ]
    rows, columns = np.hstack([part.indices for part in parts])
    whole = coo_matrix((np.hstack([part.data for part in parts]), (rows, columns)), shape=parts[0].shape)
    whole.eliminate_zeros()  # as scikit-fem does, before contributions are added up
    inner = inner_unknowns(mesh)
    return whole.tocsr()[inner][:, inner]


def inverse(matrices: np.ndarray) -> np.ndarray:
    """The inverses of regular matrices, shape (m, n, n), with one order of operations on every machine.

    Doolittle's elimination with row pivots and both substitutions by inner products: every sum is built from
    zero and subtracted once, every operation is rounded by itself, none is fused. It is the first of 44
    orders tried that gives the deck's steps on levels 3 to 8 (docs/fem.md).
    """
    A = matrices.copy()
    each, n = np.arange(len(A)), A.shape[-1]
    B = np.broadcast_to(np.eye(n), A.shape).copy()
    for j in range(n):
        for i in range(1, n):
            A[:, i, j] -= _inner(A[:, i, : min(i, j)], A[:, : min(i, j), j])
        pivot = j + abs(A[:, j:, j]).argmax(axis=1)
        for X in (A, B):
            X[each, pivot], X[:, j] = X[:, j].copy(), X[each, pivot]
        A[:, j + 1 :, j] /= A[:, j, j, None]
    for i in range(n):
        B[:, i] -= _inner(A[:, i, :i, None], B[:, :i])
    for i in reversed(range(n)):
        B[:, i] = (B[:, i] - _inner(A[:, i, i + 1 :, None], B[:, i + 1 :])) / A[:, i, i, None]
    return B


def _inner(a: np.ndarray, b: np.ndarray) -> np.ndarray | float:
    """Σ_k a_k b_k over the second axis, k rising; numpy's own sums have orders of their own."""
    total: np.ndarray | float = 0.0
    for k in range(a.shape[1]):
        total = total + a[:, k] * b[:, k]
    return total


def inner_unknowns(mesh: Any) -> np.ndarray:
    """Numbers of the vertices and edges inside, as scikit-fem numbers Morley's degrees of freedom."""
    vertices = np.setdiff1d(np.arange(mesh.nvertices), mesh.boundary_nodes())
    edges = np.setdiff1d(np.arange(mesh.nfacets), mesh.boundary_facets())
    return np.concatenate([vertices, mesh.nvertices + edges])
