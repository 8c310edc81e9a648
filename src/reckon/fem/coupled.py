"""The coupled Morley scheme, with strong boundary conditions or Nitsche's, and the standard one that fails.

    ε² a_h(u_h, v) + b_h(u_h, v) = (∇w_h, ∇_h v),  w_h from (5.1).

The standard scheme has (f, v) on the right: its energy error does not fall when ε → 0, since b_h of a
Morley function is not consistent; (∇w_h, ∇_h v) repairs it.
"""

from typing import Any

from firedrake import Constant, DirichletBC, Function, TestFunction, TrialFunction, dx, inner, solve

from reckon.errors import InputError
from reckon.fem import forms, spaces
from reckon.fem.problems import Problem
from reckon.fem.spaces import MorleyBC

DIRECT = {"ksp_type": "preonly", "pc_type": "cholesky", "pc_factor_mat_solver_type": "mumps"}
# How the right-hand side is made: w_h of degree 1 or 2, or none: the standard scheme.
W_ELEMENTS = {"P1": 1, "P2": 2, "none": 0}
BOUNDARIES = ("strong", "nitsche")


def modified_load(problem: Problem, u: Any, f: Any, mesh: Any, degree: int) -> Any:
    """w_h of (5.1), of polynomial degree 1 or 2."""
    W = spaces.lagrange(mesh, degree)
    w, chi, w_h = TrialFunction(W), TestFunction(W), Function(W)
    condition = DirichletBC(W, u if problem.boundary_values else 0, "on_boundary")
    load = forms.load(f, chi, problem.degree)
    solve(forms.b_h(w, chi) == load, w_h, bcs=condition, solver_parameters=DIRECT)
    return w_h


def boundary_values(problem: Problem, u: Any, V: Any) -> Any:
    """What the boundary degrees of freedom are set to: 0, or those of the L² projection of u."""
    if not problem.boundary_values:
        return 0
    v, w, projection = TestFunction(V), TrialFunction(V), Function(V)
    load = forms.load(u, v, problem.degree)
    solve(inner(w, v) * dx == load, projection, solver_parameters=DIRECT)
    return projection


def solve_coupled(problem: Problem, mesh: Any, epsilon: float, w_element: str, boundary: str) -> Any:
    """u_h in the Morley space, by a direct solver.

    `w_element` is P1, P2 or none, `boundary` strong or nitsche; raises `InputError` for another.
    """
    if w_element not in W_ELEMENTS or boundary not in BOUNDARIES:
        raise InputError(
            f"w_element={w_element!r}, boundary={boundary!r}: "
            f"known are {', '.join(W_ELEMENTS)}; {', '.join(BOUNDARIES)}"
        )
    if boundary == "nitsche" and problem.boundary_values:
        raise InputError(f"example {problem.name}: Nitsche's method is written for zero boundary values only")
    V = spaces.morley(mesh)
    z, v, u_h = TrialFunction(V), TestFunction(V), Function(V)
    u, f = problem.expressions(mesh, epsilon)
    e = Constant(epsilon)
    left = e**2 * forms.a_h(z, v) + forms.b_h(z, v)
    if boundary == "nitsche":
        left += e**2 * forms.nitsche(z, v)
    if w_element == "none":
        right = forms.load(f, v, problem.degree)
    else:
        right = forms.b_h(modified_load(problem, u, f, mesh, W_ELEMENTS[w_element]), v)
    condition = MorleyBC(V, boundary_values(problem, u, V), normal_derivatives=boundary == "strong")
    solve(left == right, u_h, bcs=condition, solver_parameters=DIRECT)
    return u_h
