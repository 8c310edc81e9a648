"""Morley's Laplacian with the rounding errors of the authors' assembly, on which their steps depend.

On this mesh of right triangles four fifths of the entries that an assembly stores are zero in exact
arithmetic, and every edge unknown is coupled to nothing. What stands there instead is rounding: scikit-fem
inverts, in every triangle, the matrix of its degrees of freedom in global coordinates, which loses digits as
h falls. Ruge and Stüben's multigrid compares entries within a row, takes this noise for strong connections,
and builds a coarse grid from it. Firedrake transforms a reference element; its noise is another one, and so
are the steps.
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


def inner_unknowns(mesh: Any) -> np.ndarray:
    """Numbers of the vertices and edges inside, as scikit-fem numbers Morley's degrees of freedom."""
    vertices = np.setdiff1d(np.arange(mesh.nvertices), mesh.boundary_nodes())
    edges = np.setdiff1d(np.arange(mesh.nfacets), mesh.boundary_facets())
    return np.concatenate([vertices, mesh.nvertices + edges])
