"""The decoupled method: what must hold whatever the solver."""

import functools

import numpy as np
import pytest
from firedrake import Constant, Function, TestFunction, TrialFunction, assemble, dx, inner

from reckon.errors import InputError
from reckon.fem import forms, spaces
from reckon.fem.coupled import solve_coupled
from reckon.fem.decoupled import brinkman, definite, solve_on
from reckon.fem.presets import preset
from reckon.fem.problems import positive, problem
from reckon.fem.published import edge_scale, firedrakes, saddle, unknowns, with_authors_rounding
from reckon.fem.rounding import morley_laplacian
from reckon.fem.sizes import brinkman_dofs
from reckon.fem.spaces import MorleyBC

SMOOTH = problem("smooth")
EPSILONS = (1.0, 0.1, 1e-2, 1e-4, 1e-6)


@functools.cache
def square(level):
    return spaces.unit_square(level)


@functools.cache
def solution(name, level, epsilon, tolerance=1e-8):
    return solve_on(square(level), SMOOTH, epsilon, preset(name), tolerance=tolerance)


def distance(u, v):
    """Relative difference in the L² norm."""
    return np.sqrt(assemble(inner(u - v, u - v) * dx) / assemble(inner(v, v) * dx))


@pytest.mark.parametrize("name", ["published", "robust"])
@pytest.mark.parametrize("epsilon", [1.0, 1e-2])
def test_decoupled_is_coupled(name, epsilon):
    coupled = solve_coupled(SMOOTH, square(4), epsilon, "P1", "strong")
    assert distance(solution(name, 4, epsilon, 1e-10).u, coupled) < 1e-7


@pytest.mark.parametrize("epsilon", EPSILONS)
def test_direct_solver_confirms_the_equivalence_to_rounding(epsilon):
    coupled = solve_coupled(SMOOTH, square(3), epsilon, "P1", "strong")
    assert distance(solution("direct", 3, epsilon).u, coupled) < 1e-10


def test_the_velocity_is_the_curl_of_the_solution_and_has_no_divergence():
    found = solution("direct", 4, 1.0)
    curl_u = forms.curl(found.u)
    error = assemble(inner(found.phi - curl_u, found.phi - curl_u) * dx)
    assert error < 1e-20 * assemble(inner(curl_u, curl_u) * dx) + 1e-20
    system = brinkman(square(4), Constant(1.0))
    with found.phi.dat.vec_ro as phi:
        result = system.divergence.createVecLeft()
        system.divergence.mult(phi, result)
    assert result.norm() < 1e-12


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_number_of_unknowns(level):
    matrix, _ = saddle(brinkman(square(level), Constant(1.0)))
    assert matrix.shape == (brinkman_dofs(level),) * 2


def test_the_saddle_matrix_is_symmetric_and_knows_no_constant_pressure():
    system = brinkman(square(3), Constant(0.1))
    matrix, free = saddle(system)
    assert abs(matrix - matrix.T).max() < 1e-14
    kernel = np.concatenate([np.zeros(len(free)), np.ones(matrix.shape[0] - len(free))])
    assert np.abs(matrix @ kernel).max() < 1e-14


def test_the_edge_mass_matrix_is_diagonal():
    space = spaces.crouzeix_raviart(square(3))
    system = brinkman(square(3), Constant(1.0))
    ones = Function(space)
    with ones.dat.vec as vector:
        vector.setRandom()
    norm = assemble(inner(ones, ones) * dx)
    with ones.dat.vec_ro as vector:
        assert np.isclose(norm, (vector.array_r**2 * system.edge_mass.array_r).sum())


@pytest.mark.parametrize("epsilon", EPSILONS)
def test_robust_steps_do_not_depend_on_epsilon(epsilon):
    found = solution("robust", 5, epsilon)
    assert found.converged
    assert found.solved["eq57bc"].steps <= 25
    assert max(found.solved[equation].steps for equation in ("eq51", "eq57a", "eq57d")) <= 8


@pytest.mark.parametrize("level", [2, 3, 4, 5])
def test_both_presets_reach_the_tolerance_and_the_same_solution(level):
    published, robust = solution("published", level, 1.0), solution("robust", level, 1.0)
    assert published.converged
    assert robust.converged
    assert distance(published.u, robust.u) < 1e-6


# The deck's first rows: (5.1), (5.7a), (5.7b)-(5.7c), (5.7d).
DECK = {
    1: (1, 1, 16, 1), 2: (1, 4, 27, 3), 3: (4, 5, 34, 5), 4: (6, 7, 34, 7), 5: (6, 9, 41, 9),
    6: (7, 11, 43, 11), 7: (7, 14, 44, 14),
}  # fmt: skip


@pytest.mark.parametrize("level", DECK)
def test_published_steps_are_the_decks(level):
    found = solution("published", level, 1.0).solved
    steps = np.array([found[equation].steps for equation in ("eq51", "eq57a", "eq57bc", "eq57d")])
    assert np.abs(steps - DECK[level]).max() <= 1, f"found {steps}, the deck has {DECK[level]}"


@pytest.mark.parametrize("level", [2, 4])
def test_the_authors_morley_matrix_is_ours_up_to_rounding(level):
    V = spaces.morley(square(level))
    system = definite(forms.b_h(TrialFunction(V), TestFunction(V)), MorleyBC(V), V)
    free = unknowns(system)
    ours = firedrakes(system, free, edge_scale(system, free))
    assert abs(ours - with_authors_rounding(system)).max() < 1e-8


def test_an_inner_edge_of_morley_is_coupled_to_nothing_but_itself():
    """Right triangles: what multigrid finds at the edges beside the diagonal is rounding."""
    matrix, edges = morley_laplacian(4), 3 * 16**2 - 2 * 16
    exact = matrix.multiply(abs(matrix) > 1e-11).tocsr()[-edges:]
    assert (np.diff(exact.indptr) == 1).all()
    assert matrix[-edges:].nnz > 5 * edges


def test_a_solver_that_stops_early_says_so():
    found = solve_on(square(4), SMOOTH, 1.0, preset("robust"), tolerance=1e-30)
    assert not found.converged
    assert len(found.solved["eq51"].residuals) > 1


def test_bad_input_is_named():
    for value in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(InputError, match="epsilon"):
            positive(value)
    with pytest.raises(InputError, match="published, robust, direct"):
        preset("robst")
    with pytest.raises(InputError, match="smooth, layer_exact"):
        problem("smoth")
    with pytest.raises(InputError, match="level=0"):
        spaces.unit_square(0)
    with pytest.raises(InputError, match="known are P1"):
        solve_coupled(SMOOTH, square(1), 1.0, "P3", "strong")
