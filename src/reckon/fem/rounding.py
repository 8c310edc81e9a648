"""Morley's Laplacian with the rounding errors of the authors' assembly, on which their steps depend.

On this mesh of right triangles four fifths of the entries that an assembly stores are zero in exact
arithmetic, and every edge unknown is coupled to nothing. What stands there instead is rounding: scikit-fem
inverts, in every triangle, the matrix of its degrees of freedom in global coordinates, which loses digits as
h falls. Ruge and Stüben's multigrid compares entries within a row, takes this noise for strong connections,
and builds a coarse grid from it. Firedrake transforms a reference element; its noise is another one, and so
are the steps. LAPACK's inverse rounds as its kernels do, which differ
between processors; `inverse` does not.
"""

from typing import Any

import numpy as np
from scipy.sparse import coo_matrix, csr_matrix

QUADRATURE = 5  # the authors' degree
_TRIANGLES_AT_ONCE = 2**16


def morley_laplacian(level: int) -> csr_matrix:
    """(∇_h z, ∇_h v) for inner unknowns, vertices first, then edges (∂u/∂n), in the authors' order."""
    from skfem import Basis, BilinearForm, ElementTriMorley, MeshTri
    from skfem.helpers import dot, grad

    mesh, element = MeshTri().refined(level), ElementTriMorley()
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
