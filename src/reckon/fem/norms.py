"""Errors in the norms of the paper: each norm by itself, not the sums that the authors' logs print."""

from math import sqrt
from typing import Any

from firedrake import FacetArea, FacetNormal, assemble, dot, ds, dx, grad, inner

from reckon.fem.forms import hessian


def errors(u: Any, u_h: Any, epsilon: float, degree: int) -> dict[str, float]:
    """‖u−u_h‖, |u−u_h|_{1,h}, |u−u_h|_{2,h} and (ε²|·|²_{2,h} + |·|²_{1,h})^½.

    `degree` is that of the quadrature; keys are l2, h1, h2 and energy.
    """
    measure = dx(degree=degree)

    def norm(difference: Any) -> float:
        return sqrt(assemble(inner(difference, difference) * measure))

    l2, h1, h2 = norm(u - u_h), norm(grad(u) - grad(u_h)), norm(hessian(u) - hessian(u_h))
    return {"l2": l2, "h1": h1, "h2": h2, "energy": sqrt(epsilon**2 * h2**2 + h1**2)}


def nitsche_errors(u_h: Any, pure: dict[str, float], epsilon: float, degree: int) -> dict[str, float]:
    """The norms with Nitsche's boundary term, in the paper's form and in that of the authors' code.

    Paper: |v|²_{2,h} + Σ_F h_F⁻¹ ‖∂v/∂n‖²_F.  Code: Σ_F ‖h_F ∂u_h/∂n‖²_F in its place.
    Both act on u_h, since ∂u/∂n = 0 on the boundary. Keys are h2_paper, energy_paper, h2_code, energy_code.
    """
    mesh = u_h.function_space().mesh()
    h, slope = FacetArea(mesh), dot(grad(u_h), FacetNormal(mesh))
    measure = ds(degree=degree)
    terms = {"paper": assemble(slope**2 / h * measure), "code": assemble((h * slope) ** 2 * measure)}
    result = {}
    for form, term in terms.items():
        h2 = sqrt(pure["h2"] ** 2 + term)
        result[f"h2_{form}"] = h2
        result[f"energy_{form}"] = sqrt(epsilon**2 * h2**2 + pure["h1"] ** 2)
    return result
