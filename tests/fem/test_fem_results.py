import math
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reckon.errors import InputError
from reckon.fem.results import (
    h_of,
    iteration_row,
    metrics,
    smallest_epsilon_rates,
    step_growth,
    timing_row,
    with_rates,
)  # fmt: skip
from reckon.fem.sizes import BASE_GIB, brinkman_dofs, check_memory, coupled_gib, predicted_gib

SOURCE, PROGRAMS = (Path(__file__).parents[2] / folder for folder in ("src", "workflow/scripts"))
# The deck's ten values of #dofs.
DECK_DOFS = (24, 112, 480, 1984, 8064, 32512, 130560, 523264, 2095104, 8384512)


def record(level=3, **change):
    steps = {"eq51": 4, "eq57a": 5, "eq57bc": 34, "eq57d": 5}
    return {
        "solver": "published", "epsilon": 1.0, "level": level, "h": h_of(level), "dofs": 480, "ranks": 1,
        "steps": steps, "converged": dict.fromkeys(steps, True),
        "residuals": {equation: [0.1, 5e-9] for equation in steps},
    } | change  # fmt: skip


def test_dofs_are_the_decks():
    assert tuple(brinkman_dofs(level) for level in range(1, 11)) == DECK_DOFS


def test_level_zero_is_refused():
    with pytest.raises(InputError, match="level=0"):
        brinkman_dofs(0)


def test_rates_are_logarithms_of_ratios_within_a_series():
    key = {"example": "smooth", "w_element": "P1", "boundary": "strong", "norm": "l2"}
    rows = [
        key | {"epsilon": e, "level": level, "value": value}
        for e, values in ((1.0, (8.0, 2.0, 1.0)), (0.1, (3.0, 3.0, 0.0)))
        for level, value in enumerate(values, 4)
    ]
    assert [row["rate"] for row in with_rates(rows)] == ["", "2.000", "1.000", "", "0.000", ""]


def test_a_rate_needs_the_level_before():
    key = {"example": "smooth", "w_element": "P1", "boundary": "strong", "norm": "l2", "epsilon": 1.0}
    rows = [key | {"level": level, "value": 1.0} for level in (2, 4)]
    assert [row["rate"] for row in with_rates(rows)] == ["", ""]


def test_a_solver_that_did_not_converge_has_no_steps():
    failed = record(converged={"eq51": True, "eq57a": True, "eq57bc": False, "eq57d": True})
    row = iteration_row(failed)
    assert (row["eq57a"], row["eq57bc"]) == (5, "not converged")
    assert [metric.column for metric in metrics([("x", failed)], "demo")] == [
        "#dofs", "Eq.(5.1)", "Eq.(5.7a)", "Eq.(5.7d)",
    ]  # fmt: skip


def test_metrics_are_named_as_in_the_deck():
    found = metrics([("results/x.json", record())], "demo")
    assert {(metric.table, metric.row) for metric in found} == {("iterations", "2^{-3}")}
    assert [(metric.column, metric.value) for metric in found] == [
        ("#dofs", 480), ("Eq.(5.1)", 4), ("Eq.(5.7a)", 5), ("Eq.(5.7b)-(5.7c)", 34), ("Eq.(5.7d)", 5),
    ]  # fmt: skip


def test_times_add_up():
    row = timing_row(record(), {"seconds": {"mesh": 1.0, "solve eq51": 0.25}, "peak_gib": 0.5})
    assert (row["total"], row["assembly"], row["peak_gib"]) == (1.25, 0.0, 0.5)


def test_memory_grows_with_the_unknowns():
    needs = [predicted_gib("robust", level) for level in range(6, 12)]
    assert needs == sorted(needs)
    assert needs[-1] > 3.5 * needs[-2] > 7


def test_a_level_that_does_not_fit_is_refused_with_both_figures(monkeypatch):
    monkeypatch.setenv("RECKON_MEMORY_GIB", "8")
    check_memory("level 8", predicted_gib("robust", 8))
    with pytest.raises(InputError, match=r"level 12: needs about .* GiB, this machine has 8\.0 GiB"):
        check_memory("level 12", predicted_gib("robust", 12))


def test_the_l_shape_is_three_squares():
    square, lshape = (coupled_gib(example, 9) - BASE_GIB for example in ("smooth", "lshape"))
    assert lshape == pytest.approx(3 * square)


SOLVE = "solve_level.py --preset robust --level 2 --epsilon 1 --record out --cost cost"
MEASURE = (
    "measure_errors.py --example lshape --level 2 --epsilons 1 --w-elements P1 --boundaries strong --out out"
)


@pytest.mark.parametrize(
    ("program", "change", "words"),
    [
        (SOLVE, "--preset robst", "expected one of published, robust, direct, found 'robst'"),
        (SOLVE, "--epsilon 1e200", "argument --epsilon: expected a number from 1e-12"),
        (SOLVE, "--tolerance nan", "argument --tolerance: expected a finite number"),
        (SOLVE, "--tolerance 5", "argument --tolerance: expected a number from 1e-15 to 0.5"),
        (SOLVE, "--tolerance 0", "argument --tolerance: expected a number from 1e-15 to 0.5"),
        (SOLVE, "--ranks 0", "argument --ranks: expected a number from 1"),
        (SOLVE, "--level 12", "level 12 with preset robust: needs about"),
        (MEASURE, "--epsilons 1 1e200", "argument --epsilons: expected a number from 1e-12"),
        (MEASURE, "--level 13", "level 13 of lshape: needs about"),
    ],
)
def test_bad_input_is_one_line_and_leaves_nothing(tmp_path, program, change, words):
    name, *arguments = program.split()
    command = [sys.executable, PROGRAMS / name, *arguments, *change.split()]
    environment = os.environ | {"PYTHONPATH": str(SOURCE), "RECKON_MEMORY_GIB": "8"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    (said,) = done.stderr.splitlines()
    assert words in said
    assert list(tmp_path.iterdir()) == []


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
