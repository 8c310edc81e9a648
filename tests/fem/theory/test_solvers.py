"""The decoupled method: what must hold whatever the solver."""

import functools
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from firedrake import (
    COMM_WORLD,
    Constant,
    Function,
    Mesh,
    RectangleMesh,
    TestFunction,
    TrialFunction,
    UnitSquareMesh,
    assemble,
    dx,
    inner,
)  # fmt: skip
from firedrake.mesh import plex_from_cell_list
from firedrake.petsc import PETSc
from scipy.sparse import diags

from reckon.errors import InputError
from reckon.fem import forms, spaces
from reckon.fem.coupled import solve_coupled
from reckon.fem.decoupled import brinkman, definite, solve_on
from reckon.fem.presets import factorised, preset
from reckon.fem.problems import positive, problem
from reckon.fem.published.mesh import morley_laplacian
from reckon.fem.published.ruge_stuben import library
from reckon.fem.published.solvers import authors_system
from reckon.fem.sizes import brinkman_dofs
from reckon.fem.spaces import MorleyBC
from reckon.fem.systems import saddle, to_scipy

PROGRAM = Path(__file__).parents[3] / "workflow/scripts/solve_level.py"
MPIEXEC = Path(sys.prefix).parent / "bin" / "mpiexec"
SMOOTH = problem("smooth")
EPSILONS = (1.0, 0.1, 1e-2, 1e-4, 1e-6)


@functools.cache
def square(level):
    return spaces.unit_square(level)


@functools.cache
def solution(name, level, epsilon, tolerance=1e-8):
    return solve_on(square(level), SMOOTH, epsilon, preset(name), tolerance=tolerance)


def perturbed(level):
    """The square's mesh with one inner vertex moved by a tenth of h."""
    result = spaces.unit_square(level)
    inside = np.flatnonzero((abs(result.coordinates.dat.data_ro - 0.5) < 0.4).all(axis=1))
    result.coordinates.dat.data[inside[0]] += 0.1 / 2**level
    return result


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


@pytest.mark.parametrize("other", [lambda: perturbed(3), lambda: spaces.l_shape(2)])
@pytest.mark.parametrize(("name", "accuracy"), [("direct", 1e-10), ("robust", 1e-6)])
def test_decoupled_is_coupled_on_other_meshes(other, name, accuracy):
    mesh = other()
    coupled = solve_coupled(SMOOTH, mesh, 1e-2, "P1", "strong")
    assert distance(solve_on(mesh, SMOOTH, 1e-2, preset(name)).u, coupled) < accuracy


def test_a_factorisation_that_fails_says_why():
    singular = PETSc.Mat().createAIJ((3, 3), csr=([0, 1, 2, 3], [0, 1, 2], [1.0, 0.0, 1.0]))
    b = singular.createVecLeft()
    b.set(1)
    with pytest.raises(InputError, match=r"^preset direct: MUMPS ends with INFOG\(1\) = -10"):
        factorised(singular, "lu", 1e-8)(b)


def with_a_hole():
    """The unit square without its middle ninth, 2·32 triangles."""
    corners = np.array([(i, j) for i in range(7) for j in range(7)])
    squares = [7 * i + j for i in range(6) for j in range(6) if not {i, j} <= {2, 3}]
    triangles = [half for a in squares for half in ((a, a + 7, a + 1), (a + 7, a + 8, a + 1))]
    used, numbers = np.unique(triangles, return_inverse=True)
    cells = numbers.reshape(-1, 3).astype(np.int32)
    return Mesh(plex_from_cell_list(2, cells, corners[used] / 6, COMM_WORLD))


def test_a_domain_with_a_hole_is_refused_since_there_the_equivalence_fails(monkeypatch):
    with pytest.raises(InputError, match="Euler characteristic 0 and not 1"):
        solve_on(with_a_hole(), SMOOTH, 1.0, preset("robust"))
    monkeypatch.setattr("reckon.fem.spaces.require_no_hole", lambda mesh: None)
    mesh = with_a_hole()
    found = solve_on(mesh, SMOOTH, 1.0, preset("robust"))
    assert found.converged
    assert distance(found.u, solve_coupled(SMOOTH, mesh, 1.0, "P1", "strong")) > 1e-3


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
    theirs, free, scale = authors_system(system)
    ours = diags(scale) @ to_scipy(system.matrix)[free][:, free] @ diags(scale)
    assert abs(ours - theirs).max() < 1e-8


@pytest.mark.parametrize(
    "other",
    [
        lambda: perturbed(3),
        lambda: spaces.l_shape(2),
        lambda: UnitSquareMesh(12, 12, diagonal="left"),
        lambda: UnitSquareMesh(8, 8, diagonal="right"),
        lambda: RectangleMesh(8, 8, 2, 1, diagonal="left"),
    ],
)
def test_published_refuses_every_mesh_but_its_own(other):
    with pytest.raises(InputError, match=r"^preset published: .* choose the preset robust$"):
        solve_on(other(), SMOOTH, 1.0, preset("published"))


def test_compiled_code_is_loaded_from_where_no_other_user_can_write(monkeypatch, tmp_path):
    monkeypatch.delenv("PYOP2_CACHE_DIR", raising=False)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    folder = Path(library.__wrapped__()._name).parent
    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o077 == 0


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


def solved_on(folder, ranks):
    out = folder / f"{ranks}.json"
    command = [sys.executable, PROGRAM, "--preset", "robust", "--level", "4", "--epsilon", "0.1"]
    command += ["--ranks", str(ranks), "--record", out, "--cost", folder / "cost.json"]
    # The test is an MPI process itself: its children must not take themselves for parts of it.
    outside = {key: value for key, value in os.environ.items() if not key.startswith(("OMPI_", "PMIX_"))}
    command = [MPIEXEC, "-n", str(ranks), *command]
    subprocess.run(command, check=True, capture_output=True, text=True, env=outside)
    return json.loads(out.read_text())


def test_two_processes_compute_what_one_does(tmp_path):
    one, two = solved_on(tmp_path, 1), solved_on(tmp_path, 2)
    assert (one["ranks"], two["ranks"]) == (1, 2)
    assert two["errors"] == pytest.approx(one["errors"], rel=1e-6)
    for equation, steps in one["steps"].items():
        assert abs(two["steps"][equation] - steps) <= 2


def test_a_level_that_does_not_fit_ends_in_one_line(tmp_path):
    command = [sys.executable, PROGRAM, "--preset", "robust", "--level", "13", "--epsilon", "1"]
    command += ["--record", tmp_path / "x.json", "--cost", tmp_path / "y.json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "GiB" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
