"""The decoupled method, (5.1) and (5.7a)-(5.7d): three Poisson problems and one of Brinkman's."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from firedrake import (
    Constant,
    DirichletBC,
    Function,
    TestFunction,
    TrialFunction,
    assemble,
    dx,
)

from reckon.fem import forms, spaces
from reckon.fem.presets import Preset
from reckon.fem.problems import Problem
from reckon.fem.spaces import MorleyBC, interior
from reckon.fem.systems import Brinkman, Definite, Solved, Solver


@dataclass
class Solution:
    """The discrete solutions of all four equations, with the steps and the seconds they took."""

    w: Any  # (5.1), continuous, piecewise linear or quadratic
    z: Any  # (5.7a), Morley
    phi: Any  # (5.7b)-(5.7c), Crouzeix-Raviart vector
    u: Any  # (5.7d), Morley
    solved: dict[str, Solved]
    seconds: dict[str, float]

    @property
    def converged(self) -> bool:
        """Whether all four solvers reached the tolerance."""
        return all(one.converged for one in self.solved.values())


@dataclass
class Clock:
    """Seconds by phase; a phase that comes twice is added up."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def __call__(self, phase: str) -> Iterator[None]:
        """Time the block as part of `phase`."""
        start = perf_counter()
        yield
        self.seconds[phase] = self.seconds.get(phase, 0.0) + perf_counter() - start


def solve(
    problem: Problem,
    level: int,
    epsilon: float,
    preset: Preset,
    *,
    tolerance: float = 1e-8,
    w_degree: int = 1,
) -> Solution:
    """Solve `problem` on its mesh of `level`; the steps of each equation are counted from a zero guess."""
    clock = Clock()
    with clock("mesh"):
        mesh = problem.mesh(level)
    return solve_on(mesh, problem, epsilon, preset, tolerance=tolerance, w_degree=w_degree, clock=clock)


def solve_on(
    mesh: Any,
    problem: Problem,
    epsilon: float,
    preset: Preset,
    *,
    tolerance: float = 1e-8,
    w_degree: int = 1,
    clock: Clock | None = None,
) -> Solution:
    """The same on a given mesh; raises `InputError` for one with a hole."""
    spaces.require_no_hole(mesh)
    clock = clock or Clock()
    _, f = problem.expressions(mesh, epsilon)
    e = Constant(epsilon)
    solved: dict[str, Solved] = {}

    def run(equation: str, solver: Solver, form: Any, condition: Any, space: Any) -> Any:
        with clock("assembly"):
            right = assemble(form)
            condition.zero(right)
        with clock(f"solve {equation}"), right.dat.vec_ro as b:
            solved[equation] = solver(b)
        result = Function(space)
        with result.dat.vec_wo as x:
            solved[equation].solution.copy(x)
        return result

    # (5.1)  (∇w_h, ∇χ) = (f, χ)
    W = spaces.lagrange(mesh, w_degree)
    w, chi, on_w = TrialFunction(W), TestFunction(W), DirichletBC(W, 0, "on_boundary")
    with clock("assembly"):
        laplace = definite(forms.b_h(w, chi), on_w, W)
    with clock("setup"):
        solver = preset.definite(laplace, tolerance)
    w_h = run("eq51", solver, forms.load(f, chi, problem.degree), on_w, W)
    del laplace, solver

    # (5.7a)  (∇_h z_h, ∇_h v) = (∇w_h, ∇_h v)
    V = spaces.morley(mesh)
    z, v, on_v = TrialFunction(V), TestFunction(V), MorleyBC(V)
    with clock("assembly"):
        morley = definite(forms.b_h(z, v), on_v, V)
    with clock("setup"):
        morley_solver = preset.definite(morley, tolerance)
    del morley
    z_h = run("eq57a", morley_solver, forms.b_h(w_h, v), on_v, V)

    # (5.7b)  (φ, ψ) + ε²(∇_h φ, ∇_h ψ) − (div_h ψ, p) = (curl_h z_h, ψ),   (5.7c)  (div_h φ, q) = 0
    C = spaces.velocities(mesh)
    on_c = DirichletBC(C, 0, "on_boundary")
    with clock("assembly"):
        system = brinkman(mesh, e)
    with clock("setup"):
        solver = preset.brinkman(system, tolerance)
    phi_h = run("eq57bc", solver, forms.curl_load(z_h, TestFunction(C)), on_c, C)
    del system, solver

    # (5.7d)  (curl_h u_h, curl_h χ) = (φ_h, curl_h χ)
    u_h = run("eq57d", morley_solver, forms.velocity_load(phi_h, v), on_v, V)
    return Solution(w_h, z_h, phi_h, u_h, solved, clock.seconds)


def definite(form: Any, condition: DirichletBC, space: Any) -> Definite:
    """Assemble a form whose constrained rows become the identity's."""
    return Definite(assemble(form, bcs=condition).petscmat, interior(space, condition), space)


def brinkman(mesh: Any, epsilon: Constant) -> Brinkman:
    """Assemble (5.7b)-(5.7c); one component of the velocity stands for both, see `forms.velocity`."""
    S, Q = spaces.crouzeix_raviart(mesh), spaces.constants(mesh)
    C = spaces.velocities(mesh)
    phi, psi, on_s = TrialFunction(S), TestFunction(S), DirichletBC(S, 0, "on_boundary")
    component = definite(forms.velocity(epsilon, phi, psi), on_s, S)
    divergence = assemble(forms.divergence(TrialFunction(C), TestFunction(Q))).petscmat
    free = Function(C).assign(Constant((1.0, 1.0)))
    DirichletBC(C, 0, "on_boundary").zero(free)
    with free.dat.vec_ro as mask:
        divergence.diagonalScale(None, mask)
    edge_mass, areas = assemble(TestFunction(S) * dx), assemble(TestFunction(Q) * dx)
    with edge_mass.dat.vec_ro as m, areas.dat.vec_ro as a:
        return Brinkman(component, divergence, m.copy(), a.copy(), float(epsilon))
