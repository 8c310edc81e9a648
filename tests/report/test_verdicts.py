"""Each verdict from a worked case, and how often the verdicts are wrong by chance."""

import math
from decimal import Decimal

import numpy as np
import pytest

from reckon.report.verdicts import VERDICTS, Recomputed, judge, tolerance_of
from reckon.tables.transcription import Cell, Tolerance


def cell(reported="0.50", *, unit="share", direction="higher", kind="measured"):
    return Cell("mine", "scores", "A", "F1", unit, direction, reported, 7, kind, "", "")


def computed(*values, seeds=None, planned=None, **changes):
    settings = {
        "unit": "share",
        "scale": "full",
        "data": "real",
        "planned": len(values) if planned is None else planned,
        "deterministic": False,
        "comparable": True,
    }
    return Recomputed(
        values=list(zip(seeds or range(len(values)), values, strict=False)), **(settings | changes)
    )


def verdict(cell, recomputed, **options):
    return judge(cell, recomputed, not_run="nobody did", **options).verdict


def test_match_needs_the_whole_interval_inside():
    judgement = judge(cell(), computed(0.501, 0.502, 0.503), not_run="")
    assert judgement.verdict == "match"
    assert judgement.delta == pytest.approx(0.002)
    assert (judgement.tolerance, judgement.n_done) == (0.005, 3)


def test_a_mean_that_hits_the_printed_value_is_no_match_if_seeds_scatter():
    judgement = judge(cell(), computed(0.45, 0.50, 0.55), not_run="")
    assert judgement.estimate.mean == pytest.approx(0.5)
    assert judgement.verdict == "uncertain"
    assert "inside the tolerance" in judgement.reason


def test_a_mean_outside_whose_interval_reaches_the_tolerance_is_uncertain_too():
    judgement = judge(cell(), computed(0.50, 0.53, 0.56), not_run="")
    assert judgement.verdict == "uncertain"
    assert "outside the tolerance" in judgement.reason


@pytest.mark.parametrize(
    ("direction", "values", "expected"),
    [
        ("higher", (0.601, 0.602, 0.603), "differs_better"),
        ("higher", (0.401, 0.402, 0.403), "differs_worse"),
        ("lower", (0.601, 0.602, 0.603), "differs_worse"),
        ("lower", (0.401, 0.402, 0.403), "differs_better"),
        ("equal", (0.601, 0.602, 0.603), "differs_worse"),
        ("equal", (0.401, 0.402, 0.403), "differs_worse"),
    ],
)
def test_a_difference_is_better_or_worse_by_the_cells_direction(direction, values, expected):
    assert verdict(cell(direction=direction), computed(*values)) == expected


def test_one_seed_of_a_random_step_is_uncertain_inside_and_outside():
    assert verdict(cell(), computed(0.5)) == "uncertain"
    assert verdict(cell(), computed(0.9)) == "uncertain"


def test_a_deterministic_step_is_settled_by_one_run():
    steps = {"unit": "steps", "deterministic": True}
    twelve = cell("12", unit="steps", direction="lower")
    assert verdict(twelve, computed(12, **steps)) == "match_single"
    assert verdict(twelve, computed(13, **steps)) == "differs_worse"
    assert verdict(twelve, computed(11, **steps)) == "differs_better"


def test_a_wider_tolerance_carries_its_reason():
    twelve = cell("12", unit="steps", direction="lower")
    judgement = judge(
        twelve,
        computed(13, unit="steps", deterministic=True),
        not_run="",
        tolerance=Tolerance(Decimal(1), "rounding"),
    )
    assert (judgement.verdict, judgement.tolerance, judgement.tolerance_reason) == (
        "match_single",
        1.0,
        "rounding",
    )


def test_printed_digits_are_the_floor_of_the_tolerance():
    assert tolerance_of("0.640") == (0.0005, "half a unit of the last printed digit")
    assert tolerance_of("0.640", Tolerance(Decimal("0.0001"), "too small"))[0] == 0.0005
    assert tolerance_of("2^{-3}") == (0.0, "an exact figure")


def test_an_exact_figure_matches_only_itself():
    exact = cell("2^{-3}", unit="1", direction="equal")
    assert verdict(exact, computed(0.125, unit="1", deterministic=True)) == "match_single"
    assert verdict(exact, computed(0.1250001, unit="1", deterministic=True)) == "differs_worse"


def test_seeds_that_change_nothing_are_flagged_and_never_a_match():
    judgement = judge(cell(), computed(0.5, 0.5, 0.5), not_run="")
    assert judgement.verdict == "uncertain"
    assert "is the seed wired?" in judgement.reason


def test_the_interval_of_a_share_stays_below_one():
    judgement = judge(cell("0.95"), computed(0.90, 0.99, 0.97), not_run="")
    assert judgement.estimate.high < 1
    assert judgement.verdict == "uncertain"


def test_another_scale_is_shown_and_not_judged():
    judgement = judge(
        cell(), computed(0.5, 0.5001, comparable=False, scale="demo", data="miniature"), not_run=""
    )
    assert judgement.verdict == "scaled_down"
    assert judgement.estimate.mean == pytest.approx(0.50005)
    assert judgement.delta is None
    assert "miniature" in judgement.reason


def test_missing_seeds_are_incomplete_at_any_scale():
    assert verdict(cell(), computed(0.5, 0.51, planned=3)) == "incomplete"
    assert verdict(cell(), computed(0.5, 0.51, planned=3, comparable=False)) == "incomplete"


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_value_that_is_not_finite_has_failed(value):
    judgement = judge(cell(), computed(0.5, value), not_run="")
    assert judgement.verdict == "failed"
    assert "seed 1" in judgement.reason


@pytest.mark.parametrize(
    ("recomputed", "words"),
    [
        (computed(0.5, 0.6, seeds=[1, 1]), "more than one value for seed 1"),
        (computed(50.0, 51.0, unit="%"), "'%', the deck in 'share'"),
        (computed(0.5, 1.2), "outside"),
    ],
)
def test_rows_that_cannot_be_right_have_failed(recomputed, words):
    judgement = judge(cell(), recomputed, not_run="")
    assert judgement.verdict == "failed"
    assert words in judgement.reason


def test_a_changed_file_is_told_before_anything_else():
    changed = computed(math.nan, comparable=False, planned=3, tampered=["metrics.csv changed"])
    judgement = judge(cell(), changed, not_run="")
    assert (judgement.verdict, judgement.reason) == ("tampered", "metrics.csv changed")


def test_nothing_computed_is_not_run_with_the_reason_given():
    judgement = judge(cell(), None, not_run="nobody did")
    assert (judgement.verdict, judgement.reason, judgement.estimate) == ("not_run", "nobody did", None)


def test_a_citation_is_never_judged():
    assert verdict(cell("91.9/89.2", kind="citation"), None) == "citation"
    assert verdict(cell("0.5", kind="citation"), computed(0.5, 0.5001)) == "citation"


def test_every_verdict_of_these_cases_is_in_the_vocabulary():
    assert len(set(VERDICTS)) == 11


@pytest.mark.parametrize("shift", [0.0051, -0.02])
def test_a_true_value_outside_the_tolerance_rarely_matches(shift):
    """At most 5 % of such cells, up to the error of the simulation (0.7 points)."""
    rng = np.random.default_rng(7)
    draws = rng.normal(0.5 + shift, 0.003, (1000, 3))
    matches = sum(verdict(cell(), computed(*row)) == "match" for row in draws)
    assert matches / 1000 <= 0.05 + 0.014


def test_a_true_value_at_the_printed_one_rarely_differs():
    rng = np.random.default_rng(8)
    draws = rng.normal(0.5, 0.05, (1000, 3))
    differing = sum(verdict(cell(), computed(*row)).startswith("differs") for row in draws)
    assert differing / 1000 <= 0.05 + 0.014
