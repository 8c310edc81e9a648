"""Each verdict from a worked case, and how often the verdicts are wrong by chance."""

import math
from decimal import Decimal

import numpy as np
import pytest

from reckon.report.verdicts import LEAST_SEEDS, VERDICTS, Recomputed, expected_print, judge, tolerance_of
from reckon.tables.draws import EXACT, ONE_RUN, Print
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


def test_a_print_that_a_run_of_ours_could_be_is_compatible():
    judgement = judge(cell(), computed(0.45, 0.50, 0.56), not_run="")
    assert judgement.verdict == "compatible"
    assert judgement.reason.startswith("one run is printed, and such a number lies in 0 to 1 99% of the time")
    assert judgement.delta == pytest.approx(0.01 / 3)
    assert (judgement.tolerance, judgement.n_done) == (0.005, 3)


def test_a_run_predicts_less_than_a_mean_of_runs_and_that_less_than_the_truth():
    """Mean .5, sd .01, ten seeds: at 99 % one run lies within .0341, five .0178, the true mean .0103."""
    values = computed(*(0.5 + 0.01 * np.array([-1, 1] * 5) / (10 / 9) ** 0.5).tolist())
    shifts = {ONE_RUN: 0.0341, Print(5): 0.0178, EXACT: 0.0103}
    for behind, reach in shifts.items():
        expected = expected_print(values, behind)
        assert expected.high - expected.mean == pytest.approx(reach, abs=1e-4)
        near, far = (f"{0.5 + reach + 0.0005 * sign:.5f}" for sign in (-1, 1))
        assert not verdict(cell(near), values, behind=behind).startswith("differs")
        assert verdict(cell(far), values, behind=behind) == "differs_worse"


def test_rounding_of_the_print_is_part_of_it():
    values = computed(*np.linspace(0.497, 0.503, 10).tolist())
    assert 0.505 < expected_print(values, ONE_RUN).high < 0.5095
    assert verdict(cell("0.51"), values) == "compatible"  # anything from .505
    assert verdict(cell("0.510"), values) == "differs_worse"  # from .5095


def test_a_printed_deviation_widens_what_is_expected():
    values = computed(*np.linspace(0.498, 0.502, 10).tolist())
    five = Print(5, with_spread=True)
    assert verdict(cell("0.510 ± 0.010"), values, behind=five) == "compatible"
    assert verdict(cell("0.510 ± 0.001"), values, behind=five) == "differs_worse"


def test_what_one_of_our_own_seeds_gave_one_printed_run_can_give():
    values = computed(*np.r_[np.linspace(0.49, 0.51, 60), 0.545].tolist())
    assert expected_print(values, ONE_RUN).high == 0.545
    assert expected_print(values, Print(2)).high < 0.545


@pytest.mark.parametrize("behind", [ONE_RUN, EXACT])
def test_a_match_needs_the_whole_interval_inside_and_seeds_that_would_have_shown_a_collapse(behind):
    inside = np.linspace(0.4995, 0.5005, LEAST_SEEDS).tolist()
    assert LEAST_SEEDS == 29
    assert verdict(cell(), computed(*inside), behind=behind) == "match"
    judgement = judge(cell(), computed(*inside[:-1]), not_run="", behind=behind)
    assert judgement.verdict == "compatible"
    assert "28 seeds miss a collapse of one in ten in 5% of the cases" in judgement.reason


def test_an_exact_figure_that_the_interval_cannot_place_is_uncertain():
    judgement = judge(cell(), computed(0.45, 0.50, 0.56), not_run="", behind=EXACT)
    assert judgement.verdict == "uncertain"
    assert "across an edge of the tolerance" in judgement.reason
    assert verdict(cell(), computed(0.50, 0.53, 0.56), behind=EXACT) == "uncertain"


@pytest.mark.parametrize("printed", ["0.50", "0.90"])
def test_a_seed_that_lies_apart_is_told_before_any_verdict(printed):
    judgement = judge(cell(printed), computed(0.5001, 0.5002, 0.4999, 0.5003, 0.10), not_run="")
    assert judgement.verdict == "uncertain"
    assert "seed 4 (0.1) lies apart from the other seeds: did a training collapse?" in judgement.reason
    scaled = computed(0.5001, 0.5002, 0.4999, 0.5003, 0.10, comparable=False)
    assert "did a training collapse?" in judge(cell(printed), scaled, not_run="").reason


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


def test_no_interval_of_a_share_leaves_its_bounds():
    values = computed(0.90, 0.99, 0.97)
    judgement = judge(cell("0.95"), values, not_run="")
    assert judgement.estimate.high == 1
    assert expected_print(values, ONE_RUN).high == 1
    assert judgement.verdict == "compatible"


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
    assert len(set(VERDICTS)) == 12


@pytest.mark.parametrize("shift", [0.0051, -0.02])
@pytest.mark.parametrize("seeds", [3, 40])
def test_a_true_value_outside_the_tolerance_rarely_matches(shift, seeds):
    """At most 5 % of such cells, up to the error of the simulation (0.7 points)."""
    rng = np.random.default_rng(7)
    draws = rng.normal(0.5 + shift, 0.003, (500, seeds))
    matches = sum(verdict(cell(), computed(*row), behind=EXACT) == "match" for row in draws)
    assert matches / 500 <= 0.05


@pytest.mark.parametrize("runs", [1, 5])
@pytest.mark.parametrize("seeds", [2, 5, 20])
def test_an_honest_paper_is_rarely_accused(runs, seeds):
    """What was printed is the mean of `runs` of the same method: it differs in 1 % of the cells."""
    rng = np.random.default_rng(8)
    accused = 0
    for _ in range(500):
        printed = f"{rng.normal(0.64, 0.01, runs).mean():.3f}"
        accused += verdict(
            cell(printed), computed(*rng.normal(0.64, 0.01, seeds)), behind=Print(runs)
        ).startswith("differs")
    assert accused / 500 <= 0.01 + 0.013


@pytest.mark.parametrize(
    ("text", "reason"), [("–", "no value, –"), ("n/a", "no value, n/a"), ("< 0.05", "only a bound, < 0.05")]
)
def test_what_is_no_number_is_not_judged(text, reason):
    judged = judge(cell(text), computed(0.64, 0.641), not_run="")
    assert judged.verdict == "not_run"
    assert reason in judged.reason


def test_per_cent_under_a_share_is_compared_as_a_share():
    print_, plain = (judge(cell(text), computed(0.64, 0.641), not_run="") for text in ("64.0%", "0.640"))
    assert print_ == plain
    assert print_.tolerance == 0.0005
