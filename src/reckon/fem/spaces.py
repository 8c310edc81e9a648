"""Triangulations, finite element spaces, and boundary conditions that Firedrake lacks for Morley."""

from functools import cached_property
from typing import Any

import numpy as np
from firedrake import (
    COMM_WORLD,
    DirichletBC,
    DistributedMeshOverlapType,
    FunctionSpace,
    Mesh,
    MeshHierarchy,
    UnitSquareMesh,
    VectorFunctionSpace,
)  # fmt: skip
from firedrake.mesh import plex_from_cell_list

from reckon.errors import InputError
from reckon.fem.sizes import positive_level

# (-1, 1)² without its upper right quarter, cut into six triangles.
_L_POINTS = ((0, 0), (1, 0), (0, 1), (-1, 0), (0, -1), (-1, -1), (-1, 1), (1, -1))
_L_TRIANGLES = ((0, 1, 7), (0, 2, 6), (0, 3, 6), (0, 4, 7), (0, 4, 5), (0, 3, 5))

_FIRST_LEVEL = 4
# No integral here runs over inner edges, so that no process needs the triangles of another.
_NO_OVERLAP = {"overlap_type": (DistributedMeshOverlapType.NONE, 0)}
# What Firedrake has marked on the coarse mesh and marks anew on the fine one.
_LABELS = ("pyop2_core", "pyop2_owned", "pyop2_ghost", "exterior_facets", "interior_facets")


def unit_square(level: int) -> Any:
    """2·4^level triangles; the diagonals run from (0, h) to (h, 0), as in the authors' refinement."""
    # Every process refines its own part of a coarse mesh: the whole fine mesh is nowhere at once.
    first = min(positive_level(level), _FIRST_LEVEL)
    plex = UnitSquareMesh(
        2**first, 2**first, diagonal="left", distribution_parameters=_NO_OVERLAP
    ).topology_dm
    plex.setRefinementUniform(True)
    for _ in range(level - first):
        plex = plex.refine()
    for label in _LABELS:
        plex.removeLabel(label)
    return Mesh(plex, distribution_parameters=_NO_OVERLAP | {"partition": False})


def l_shape(level: int) -> Any:
    """The L-shaped domain, six triangles refined `level` times."""
    points = np.array(_L_POINTS, dtype=float)
    triangles = np.array(_L_TRIANGLES, dtype=np.int32)
    coarse = Mesh(plex_from_cell_list(2, triangles, points, COMM_WORLD))
    return MeshHierarchy(coarse, positive_level(level))[-1]


def lagrange(mesh: Any, degree: int) -> Any:
    """W_h: continuous, piecewise polynomial of degree 1 or 2."""
    return FunctionSpace(mesh, "CG", degree)


def morley(mesh: Any) -> Any:
    """V_h: piecewise quadratic; values at vertices, normal derivatives at edge midpoints."""
    return FunctionSpace(mesh, "Morley", 2)


def crouzeix_raviart(mesh: Any) -> Any:
    """One component of the velocity: piecewise linear, values at edge midpoints."""
    # Firedrake's default are integrals over edges, with which the mass matrix is another one.
    return FunctionSpace(mesh, "CR", 1, variant="point")


def velocities(mesh: Any) -> Any:
    """C_h: two components of `crouzeix_raviart`, interleaved."""
    return VectorFunctionSpace(mesh, "CR", 1, variant="point")


def constants(mesh: Any) -> Any:
    """The pressure: one value a triangle."""
    return FunctionSpace(mesh, "DG", 0)


def require_no_hole(mesh: Any) -> None:
    """Raise `InputError` unless vertices − edges + triangles is 1: one piece without holes."""
    characteristic = lagrange(mesh, 1).dim() - crouzeix_raviart(mesh).dim() + constants(mesh).dim()
    if characteristic != 1:
        raise InputError(
            f"the mesh has Euler characteristic {characteristic} and not 1, so a hole or several parts: "
            "around a hole a φ_h without divergence need not be a curl, and (5.7a)-(5.7d) solve another "
            "problem than the coupled scheme; use that one (reckon.fem.coupled)"
        )


class MorleyBC(DirichletBC):
    """Boundary values of a Morley function: u and ∂u/∂n, or u alone for Nitsche's method.

    Firedrake's own condition cannot find these degrees of freedom; here they are
    all those in the closure of the boundary edges.
    """

    def __init__(self, space: Any, value: Any = 0, *, normal_derivatives: bool = True):
        self._normal_derivatives = normal_derivatives
        super().__init__(space, value, "on_boundary")

    @cached_property
    def nodes(self) -> np.ndarray:
        """Local numbers of the constrained degrees of freedom, ascending."""
        space = self._function_space
        nodes = np.unique(space.boundary_nodes("on_boundary"))
        if self._normal_derivatives:
            return nodes
        # In every triangle: three vertices first, then three edges.
        edges = np.unique(space.cell_node_map().values_with_halo[:, 3:])
        return np.setdiff1d(nodes, edges)


def interior(space: Any, condition: DirichletBC) -> np.ndarray:
    """Local numbers of the owned degrees of freedom that `condition` leaves free."""
    is_free = np.ones(space.node_count, dtype=bool)
    is_free[condition.nodes] = False
    return np.flatnonzero(is_free[: space.dof_dset.size])
