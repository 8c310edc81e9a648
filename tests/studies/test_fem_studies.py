"""The studies of the finite elements on coarse meshes."""

import re
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs/fem.md").read_text("utf-8")
DOCUMENTED = {
    "nothing": "nothing",
    "random": "random numbers of size 1e-16",
    "scikit-fem": "scikit-fem's rounding (`published`)",
}


def test_steps_by_what_stands_for_zeros_are_those_of_the_document(study, fem_python):
    levels = ["3", "4", "5", "6"]
    found = study("fem_rounding", "--levels", *levels, python=fem_python)
    assert [row["level"] for row in found] == levels
    for column, line in DOCUMENTED.items():
        (cells,) = re.findall(rf"^\| {re.escape(line)} \|(.*)\|$", PAGE, re.M)
        assert [row[column] for row in found] == cells.replace("|", " ").split()[: len(levels)]


def test_both_stacks_solve_the_same_problem(study, fem_python):
    found = study("fem_stacks", "--levels", "4", "5", python=fem_python)
    assert [(row["stack"], row["level"]) for row in found] == [
        (stack, level) for level in ("4", "5") for stack in ("original", "robust")
    ]
    errors = [float(row["l2"]) for row in found]
    assert errors[0::2] == pytest.approx(errors[1::2], rel=1e-3)
    assert errors[0] / errors[2] == pytest.approx(4, rel=0.1)  # order 2 in L²
    for row in found:
        phases = [float(row[phase]) for phase in ("mesh", "assembly", "solve")]
        assert min(*phases, float(row["peak_gib"])) > 0
        assert float(row["total"]) == pytest.approx(sum(phases), rel=2e-3)
