"""The approximate inverse of the pressure's Schur complement, against the dense one."""

import numpy as np
import pytest
from firedrake import Constant

from reckon.fem import spaces
from reckon.fem.decoupled import brinkman
from reckon.fem.preconditioners import improved, pressure_laplacian, schur_inverse
from reckon.fem.systems import saddle, without_zeros


def eigenvalues(level, epsilon):
    """Those of S⁻¹S without that of the constant pressure, ascending; S⁻¹ as approximated."""
    system = brinkman(spaces.unit_square(level), Constant(epsilon))
    matrix, free = saddle(system)
    A, B = (part.toarray() for part in (matrix[: len(free), : len(free)], -matrix[len(free) :, : len(free)]))
    S = B @ np.linalg.solve(A, B.T)
    inverse = schur_inverse(system)
    product = np.column_stack([inverse(column).copy() for column in S.T])
    return np.sort(np.linalg.eigvals(product).real)[1:]


@pytest.mark.parametrize("epsilon", [1.0, 0.1, 0.03, 1e-2, 1e-3, 1e-6])
def test_the_approximation_is_good_for_every_epsilon(epsilon):
    """Most eigenvalues lie in the interval of the sweeps, the lowest come from the boundary."""
    found = eigenvalues(3, epsilon)
    assert found[0] > 0.2
    assert found[-1] < 1.75
    assert np.mean((found > 0.5) & (found < 1.6)) > 0.8


def test_for_small_epsilon_the_laplacian_is_the_complement():
    found = eigenvalues(3, 1e-6)
    assert found[-1] - found[0] < 0.3


def test_four_sweeps_leave_what_chebyshevs_polynomial_leaves():
    """On [0.5, 1.6] that of degree 4 leaves at most 1/T₄(1.05/0.55) = 0.0128."""
    for value in np.linspace(0.5, 1.6, 12):
        apply = improved(lambda r: r.copy(), lambda p, value=value: value * p)
        assert abs(1 - value * apply(np.ones(1))[0]) < 0.0129


def test_rows_of_the_pressure_laplacian_sum_to_almost_zero():
    system = brinkman(spaces.unit_square(3), Constant(1.0))
    laplacian = pressure_laplacian(system)
    ones, result = laplacian.createVecs()
    ones.set(1)
    laplacian.mult(ones, result)
    assert abs(result.array).max() < 1e-5 * laplacian.getDiagonal().max()[1]


def test_zeros_are_dropped_and_nothing_else():
    matrix = brinkman(spaces.unit_square(3), Constant(1.0)).component.matrix
    lean = without_zeros(matrix)
    assert lean.getInfo()["nz_used"] < matrix.getInfo()["nz_used"]
    x, y = matrix.createVecs()
    x.setRandom()
    other = y.duplicate()
    matrix.mult(x, y)
    lean.mult(x, other)
    assert (y - other).norm() < 1e-13 * y.norm()
