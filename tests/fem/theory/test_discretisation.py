"""The coupled scheme against theory: patch test, boundary degrees of freedom, rates of convergence.

A wrong sign in a form is noticed: by the rates, and by the claim that rests on them.
"""

import functools

import numpy as np
import pytest
from firedrake import (
    Constant,
    DirichletBC,
    Function,
    SpatialCoordinate,
    TestFunction,
    TrialFunction,
    assemble,
    dx,
    grad,
    inner,
    solve,
)  # fmt: skip

from reckon.fem import forms, spaces
from reckon.fem.coupled import DIRECT, solve_coupled
from reckon.fem.norms import errors_of, on_finer_mesh
from reckon.fem.problems import layer, problem
from reckon.fem.spaces import MorleyBC
from reckon.report.claims import Claim, settle
from reckon.tables.effects import Effect


@functools.cache
def mesh(example, level):
    return problem(example).mesh(level)


def rates(example, epsilon, w_element, boundary, levels):
    """Observed rates between the last two levels, by norm."""
    chosen = problem(example)
    coarse, fine = (
        errors_of(
            solve_coupled(chosen, mesh(example, level), epsilon, w_element, boundary),
            chosen, epsilon, boundary,
        )
        for level in levels
    )  # fmt: skip
    return {norm: np.log2(coarse[norm] / fine[norm]) for norm in fine}


def test_every_quadratic_is_solved_exactly():
    """Patch test: Morley contains P2, and a quadratic's bending energy has no consistency error."""
    domain = mesh("smooth", 2)
    V = spaces.morley(domain)
    x, y = SpatialCoordinate(domain)
    u = 1 + 2 * x - y + x**2 - 3 * x * y + 2 * y**2
    z, v, exact, u_h = TrialFunction(V), TestFunction(V), Function(V), Function(V)
    solve(inner(z, v) * dx == inner(u, v) * dx, exact, solver_parameters=DIRECT)
    assert np.sqrt(assemble((exact - u) ** 2 * dx)) < 1e-12
    solve(forms.a_h(z, v) == Constant(0.0) * v * dx, u_h, bcs=MorleyBC(V, exact), solver_parameters=DIRECT)
    assert np.sqrt(assemble((u_h - u) ** 2 * dx)) < 1e-11


def test_poisson_with_a_linear_solution_is_exact():
    domain = mesh("smooth", 2)
    W = spaces.lagrange(domain, 1)
    x, y = SpatialCoordinate(domain)
    w, chi, w_h = TrialFunction(W), TestFunction(W), Function(W)
    boundary = DirichletBC(W, 2 * x - y, "on_boundary")
    solve(forms.b_h(w, chi) == Constant(0.0) * chi * dx, w_h, bcs=boundary, solver_parameters=DIRECT)
    assert assemble((w_h - 2 * x + y) ** 2 * dx) < 1e-24


@pytest.mark.parametrize("level", [1, 2, 3])
def test_boundary_degrees_of_freedom_of_morley(level):
    """4N boundary vertices; 4N boundary edges, whose normal derivatives Nitsche's method leaves free."""
    V, cells = spaces.morley(mesh("smooth", level)), 2**level
    strong, nitsche = MorleyBC(V).nodes, MorleyBC(V, normal_derivatives=False).nodes
    assert (len(strong), len(nitsche)) == (8 * cells, 4 * cells)
    assert set(nitsche) < set(strong)
    assert V.dim() == (cells + 1) ** 2 + 3 * cells**2 + 2 * cells


def test_forms_are_symmetric():
    V = spaces.morley(mesh("smooth", 2))
    z, v = TrialFunction(V), TestFunction(V)
    for form in (forms.a_h(z, v), forms.b_h(z, v), forms.nitsche(z, v)):
        matrix = assemble(form).petscmat
        assert (matrix - matrix.transpose()).norm() < 1e-11 * matrix.norm()


def test_the_layer_function_vanishes_on_the_boundary_with_its_gradient():
    domain = mesh("smooth", 3)
    from firedrake import ds

    u = layer(SpatialCoordinate(domain), Constant(0.05))
    edge = ds(degree=10)
    assert assemble(u**2 * edge) < 1e-20
    assert assemble(inner(grad(u), grad(u)) * edge) < 1e-18
    assert assemble(u**2 * dx(degree=8)) > 1e-3


def test_layers_wider_than_h_are_resolved_with_full_order():
    """The example with a known layer: a mesh of width h < ε sees it."""
    observed = rates("layer_exact", 0.1, "P1", "strong", (4, 5))
    assert observed["energy"] == pytest.approx(1.0, abs=0.15), observed
    assert observed["l2"] == pytest.approx(2.0, abs=0.3), observed


def test_smooth_solution_converges_with_order_1_in_energy_and_2_in_l2():
    observed = rates("smooth", 1.0, "P1", "strong", (4, 5))
    assert observed["energy"] == pytest.approx(1.0, abs=0.1), observed
    assert observed["h2"] == pytest.approx(1.0, abs=0.1), observed
    assert observed["l2"] == pytest.approx(2.0, abs=0.15), observed


def test_smooth_solution_converges_for_every_epsilon_but_not_in_the_standard_scheme():
    assert rates("smooth", 1e-5, "P2", "strong", (4, 5))["energy"] == pytest.approx(2.0, abs=0.15)
    assert rates("smooth", 1e-5, "none", "strong", (4, 5))["energy"] < 0.2


def test_layers_cost_half_an_order_with_strong_conditions():
    observed = rates("layer_reduced", 1e-6, "P1", "strong", (4, 5))
    assert observed["l2"] == pytest.approx(1.5, abs=0.1), observed
    assert observed["h1"] == pytest.approx(0.5, abs=0.1), observed
    assert observed["h2"] == pytest.approx(-0.5, abs=0.1), observed
    assert observed["energy"] == pytest.approx(0.5, abs=0.1), observed


def test_nitsche_restores_the_order():
    linear = rates("layer_reduced", 1e-6, "P1", "nitsche", (4, 5))
    assert linear["l2"] == pytest.approx(2.0, abs=0.2), linear
    assert linear["energy"] == pytest.approx(1.5, abs=0.15), linear
    quadratic = rates("layer_reduced", 1e-6, "P2", "nitsche", (4, 5))
    assert quadratic["l2"] == pytest.approx(3.0, abs=0.15), quadratic
    assert quadratic["energy"] == pytest.approx(2.0, abs=0.1), quadratic
    assert quadratic["h2_code"] == pytest.approx(1.0, abs=0.1), quadratic
    # The paper's boundary term h⁻¹‖∂u_h/∂n‖² measures a slope that the limit has: it grows.
    assert quadratic["h2_paper"] == pytest.approx(-0.5, abs=0.1), quadratic


def test_a_coarse_function_is_the_same_on_a_finer_mesh():
    V = spaces.morley(mesh("smooth", 2))
    u_h = Function(V)
    u_h.dat.data[:] = np.random.default_rng(0).normal(size=V.dim())
    moved = on_finer_mesh(u_h, 2, mesh("smooth", 4))
    for power, degree in ((1, 2), (2, 4)):
        assert assemble(moved**power * dx(degree=degree)) == pytest.approx(
            assemble(u_h**power * dx(degree=degree)), rel=1e-10
        )
    assert assemble(inner(grad(moved), grad(moved)) * dx) == pytest.approx(
        assemble(inner(grad(u_h), grad(u_h)) * dx), rel=1e-10
    )


def test_the_corner_singularity_limits_the_rate():
    """u = r^(5/3) sin(5θ/3) is in H^(8/3-δ): order 2/3 in H²."""
    observed = rates("lshape", 1.0, "P2", "strong", (3, 4))
    assert observed["energy"] == pytest.approx(2 / 3, abs=0.1), observed


def claim_on(rate):
    """What the claim of uniform convergence says of a rate."""
    claim = Claim("converges", "", "", 1, "", "fem", "finest level", "rate", "greater", 0.75, "", "")
    return settle(claim, Effect("fem", "finest level", "rate", "1", "", "", 0, 0, rate, rate, rate, ""))[0]


@pytest.mark.parametrize("form", ["a_h", "b_h"])
def test_a_wrong_sign_loses_the_rate_and_the_claim(monkeypatch, form):
    epsilon = {"a_h": 0.3, "b_h": 0.01}[form]  # where the form decides
    right = getattr(forms, form)
    assert claim_on(rates("smooth", epsilon, "P2", "strong", (3, 4))["energy"]) == "supported"
    monkeypatch.setattr(f"reckon.fem.coupled.forms.{form}", lambda u, v: -right(u, v))
    assert claim_on(rates("smooth", epsilon, "P2", "strong", (3, 4))["energy"]) == "contradicted"
