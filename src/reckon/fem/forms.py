"""The bilinear and linear forms, written as on the slides; operators act triangle by triangle."""

from typing import Any

from firedrake import FacetArea, FacetNormal, as_vector, div, dot, ds, dx, grad, inner

Form = Any
Function = Any

SIGMA = 5  # the authors' penalty parameter


def curl(v: Function) -> Any:
    """Curl of a scalar: (∂v/∂y, −∂v/∂x)."""
    return as_vector((v.dx(1), -v.dx(0)))


def hessian(v: Function) -> Any:
    """∇²v, 2×2."""
    return grad(grad(v))


def a_h(u: Function, v: Function) -> Form:
    """Bending: (∇_h² u, ∇_h² v)."""
    return inner(hessian(u), hessian(v)) * dx


def b_h(u: Function, v: Function) -> Form:
    """Stretching: (∇_h u, ∇_h v)."""
    return inner(grad(u), grad(v)) * dx


def nitsche(u: Function, v: Function) -> Form:
    """Σ_F −(∂²u/∂n², ∂v/∂n) − (∂u/∂n, ∂²v/∂n²) + σ/h_F (∂u/∂n, ∂v/∂n) over the boundary edges F."""
    mesh = u.ufl_domain()
    n, h = FacetNormal(mesh), FacetArea(mesh)

    def dn(w: Function) -> Any:
        return dot(grad(w), n)

    def dnn(w: Function) -> Any:
        return dot(n, dot(hessian(w), n))

    return (-dnn(u) * dn(v) - dn(u) * dnn(v) + SIGMA / h * dn(u) * dn(v)) * ds


def load(f: Any, v: Function, degree: int) -> Form:
    """(f, v) with a quadrature of the given degree."""
    return inner(f, v) * dx(degree=degree)


def velocity(epsilon: Any, phi: Function, psi: Function) -> Form:
    """(φ, ψ) + ε²(∇_h φ, ∇_h ψ) of (5.7b).

    It does not couple the components of φ: the form for a scalar gives both blocks.
    """
    return inner(phi, psi) * dx + epsilon**2 * inner(grad(phi), grad(psi)) * dx


def divergence(phi: Function, q: Function) -> Form:
    """(div_h φ, q) of (5.7b) and (5.7c)."""
    return inner(div(phi), q) * dx


def curl_load(z: Function, psi: Function) -> Form:
    """(curl_h z_h, ψ): the right-hand side of (5.7b)."""
    return inner(curl(z), psi) * dx


def velocity_load(phi: Function, chi: Function) -> Form:
    """(φ_h, curl_h χ): the right-hand side of (5.7d), whose left side (curl_h u, curl_h χ) is b_h."""
    return inner(phi, curl(chi)) * dx
