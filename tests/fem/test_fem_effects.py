"""Growth of steps and rates, from tables by hand."""

import math

import pytest

from reckon.fem.effects import smallest_epsilon_rates, step_growth


def iterations(solver, epsilon, steps):
    """Lines of iterations.csv: `steps` (level -> number) for all equations but (5.1), which takes 5."""
    return [
        {"solver": solver, "epsilon": str(epsilon), "level": str(level), "eq51": "5"}
        | dict.fromkeys(("eq57a", "eq57bc", "eq57d"), str(number))
        for level, number in steps.items()
    ]


def values(effects):
    return {effect.measure: effect.effect for effect in effects}


def test_steps_a_refinement_adds_from_level_4_to_the_finest():
    lines = iterations("published", 1.0, {1: 1, 2: 4, 4: 7, 5: 9, 6: 11, 8: 17})
    found = values(step_growth(lines, "demo", "iterations.csv"))
    assert found["published Eq.(5.1), steps per refinement"] == 0
    assert found["published Eq.(5.7a), steps per refinement"] == (17 - 7) / 4
    assert found["published worst equation and epsilon, steps per refinement"] == 2.5


def test_the_worst_is_over_every_epsilon_and_only_epsilon_1_is_listed_by_equation():
    lines = iterations("robust", 1.0, {5: 6, 8: 6}) + iterations("robust", 0.01, {5: 6, 8: 12})
    found = values(step_growth(lines, "demo", "iterations.csv"))
    assert found["robust Eq.(5.7a), steps per refinement"] == 0
    assert found["robust worst equation and epsilon, steps per refinement"] == 2


def test_two_refinements_say_nothing_and_a_solver_that_failed_gives_no_number():
    assert step_growth(iterations("robust", 1.0, {5: 6, 6: 6, 7: 6}), "demo", "") == []
    failed = values(step_growth(iterations("robust", 1.0, {4: 6, 7: "not converged"}), "demo", ""))
    assert math.isnan(failed["robust Eq.(5.7d), steps per refinement"])
    assert math.isnan(failed["robust worst equation and epsilon, steps per refinement"])


@pytest.mark.parametrize(("boundary", "arm"), [("strong", "P2"), ("nitsche", "P2, nitsche")])
def test_the_rate_is_that_of_the_smallest_epsilon_on_the_finest_level(boundary, arm):
    line = {"example": "smooth", "w_element": "P2", "boundary": boundary, "norm": "energy"}
    lines = [
        line | {"epsilon": "1.0", "level": "5", "rate": "1.0"},
        line | {"epsilon": "1e-05", "level": "3", "rate": "1.5"},
        line | {"epsilon": "1e-05", "level": "4", "rate": "1.9"},
        line | {"epsilon": "1e-05", "level": "4", "rate": "7", "norm": "l2"},
        line | {"epsilon": "1e-06", "level": "2", "rate": ""},
    ]
    (found,) = smallest_epsilon_rates(lines, "demo", "errors.csv")
    assert (found.contrast, found.effect, found.n_seeds) == ("finest level, smooth", 1.9, 0)
    assert found.measure == f"rate in the energy norm, {arm}, smallest epsilon"
