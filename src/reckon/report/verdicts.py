"""The verdict on one reported cell: a pure function of what was printed and what was computed.

A printed number of something random is a draw as ours are. It differs where it lies outside the interval
that our seeds predict for such a draw, and is compatible with them otherwise. A match is equivalence, not
closeness: the whole interval lies inside the tolerance.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reckon.stats.intervals import (
    PREDICTION,
    Estimate,
    apart,
    equivalence,
    needed,
    prediction_reach,
    seed_interval,
    seeds_change_nothing,
)
from reckon.tables.draws import ONE_RUN, Print
from reckon.tables.printed import printed_number
from reckon.tables.transcription import Cell, Tolerance

VERDICTS = (
    "match",
    "match_single",
    "compatible",
    "uncertain",
    "differs_better",
    "differs_worse",
    "scaled_down",
    "incomplete",
    "failed",
    "not_run",
    "tampered",
    "citation",
)
FATAL = ("differs_worse", "tampered", "failed")
BOUNDS = {"share": (0.0, 1.0), "%": (0.0, 100.0)}
COLLAPSING = 0.1  # share of seeds whose collapse must have been seen before a mean is called the printed one
LEAST_SEEDS = needed(COLLAPSING)  # 29 miss it in 5 % of the cases


@dataclass(frozen=True)
class Recomputed:
    """What the metrics rows say about one cell, on one data set at one scale."""

    values: Sequence[tuple[int, float]]  # (seed, value), as filed
    unit: str
    scale: str
    data: str
    planned: int  # seeds
    deterministic: bool  # one run settles it
    comparable: bool  # same data and a scale at which it is the deck's own problem
    tampered: Sequence[str] = ()  # what changed since the rules wrote it, one sentence a file


@dataclass(frozen=True)
class Judgement:
    """A verdict, the numbers it rests on (None where there are none), and its reason in words."""

    verdict: str
    reason: str
    n_done: int = 0
    estimate: Estimate | None = None  # without an interval: low and high are NaN
    delta: float | None = None  # computed minus reported; only where the two can be compared
    tolerance: float | None = None
    tolerance_reason: str = ""


def judge(
    cell: Cell,
    recomputed: Recomputed | None,
    *,
    not_run: str,
    tolerance: Tolerance | None = None,
    behind: Print = ONE_RUN,
) -> Judgement:
    """Settle one cell; `not_run` is the reason to give when nothing was recomputed.

    `behind` says how many runs the printed number is the mean of.

    Citations first, then what makes the numbers unfit to judge (changed files, wrong units, values
    that are not finite, missing seeds, another scale), then the numbers.
    """
    if cell.kind == "citation":
        return Judgement("citation", "another group's result: transcribed and audited, never recomputed")
    if cell.printed.value is None or cell.printed.bound:
        what = "no value" if cell.printed.value is None else "only a bound"
        return Judgement("not_run", f"the deck prints {what}, {cell.reported}: nothing to compare with")
    limit, limit_reason = tolerance_of(cell.reported, tolerance, unit=cell.unit)
    blank = Judgement("not_run", not_run, tolerance=limit, tolerance_reason=limit_reason)
    if recomputed is None:
        return blank
    estimate = estimate_of(recomputed)
    shown = replace(blank, n_done=len(recomputed.values), estimate=estimate)
    if fault := _unfit(cell, recomputed, limit):
        return replace(shown, verdict=fault[0], reason=fault[1])
    centre = float(cell.printed.value)
    single = recomputed.deterministic and estimate.low == estimate.high
    settle = _compare_single if single else _compare
    verdict, reason = settle(cell, recomputed, behind, centre, limit)
    return replace(shown, verdict=verdict, reason=reason, delta=estimate.mean - centre)


def tolerance_of(reported: str, wider: Tolerance | None = None, *, unit: str = "") -> tuple[float, str]:
    """The tolerance of a printed text and its reason: half a unit of the last digit, or a wider one."""
    _, floor = printed_number(reported, unit)
    if wider is not None and wider.tolerance > floor:
        return float(wider.tolerance), wider.reason
    if floor == 0:
        return 0.0, "an exact figure"
    return float(floor), "half a unit of the last printed digit"


def estimate_of(recomputed: Recomputed) -> Estimate:
    """Mean and 95 % interval over seeds; the interval is NaN where the seeds give none.

    A deterministic step has an interval of no width. One seed, seeds that change nothing, or a
    value that is not finite give no interval.
    """
    values = [value for _, value in recomputed.values]
    mean = math.fsum(values) / len(values) if all(map(math.isfinite, values)) else math.nan
    if math.isfinite(mean) and len(set(values)) == 1:
        mean = values[0]
        return Estimate(mean, mean, mean) if recomputed.deterministic else Estimate(mean, math.nan, math.nan)
    if not math.isfinite(mean) or len(values) < 2:
        return Estimate(mean, math.nan, math.nan)
    bounds = BOUNDS.get(recomputed.unit)
    if bounds and not all(bounds[0] <= value <= bounds[1] for value in values):
        return Estimate(mean, math.nan, math.nan)
    return seed_interval(values, bounds=bounds)


def _unfit(cell: Cell, recomputed: Recomputed, limit: float) -> tuple[str, str] | None:
    """Verdict and reason if the values cannot be judged as numbers."""
    seeds = [seed for seed, _ in recomputed.values]
    values = [value for _, value in recomputed.values]
    low, high = BOUNDS.get(recomputed.unit, (-math.inf, math.inf))
    needed = 1 if recomputed.deterministic else recomputed.planned
    if recomputed.tampered:
        return "tampered", "; ".join(recomputed.tampered)
    if repeated := sorted({seed for seed in seeds if seeds.count(seed) > 1}):
        return "failed", f"more than one value for seed {', '.join(map(str, repeated))}"
    if bad := [f"{value} (seed {seed})" for seed, value in recomputed.values if not math.isfinite(value)]:
        return "failed", f"not a finite number: {', '.join(bad)}"
    if recomputed.unit != cell.unit:
        return "failed", f"the metrics row counts in {recomputed.unit!r}, the deck in {cell.unit!r}"
    if not all(low <= value <= high for value in values):
        return "failed", f"a value lies outside [{low:g}, {high:g}], which its unit allows"
    if len(seeds) < needed:
        return "incomplete", f"{len(seeds)} of {needed} planned seeds are done"
    if not recomputed.comparable:
        where = f"computed from {recomputed.data} at scale {recomputed.scale}"
        return (
            "scaled_down",
            f"{where}, not the deck's problem: shown beside, not judged{_flag(recomputed, limit)}",
        )
    return None


def _compare_single(
    cell: Cell, recomputed: Recomputed, behind: Print, centre: float, limit: float
) -> tuple[str, str]:
    """Verdict and reason for the one value of a deterministic step."""
    estimate, what = estimate_of(recomputed), "the value of a deterministic step"
    if equivalence(estimate, centre, limit) == "inside":
        return "match_single", f"{what} lies inside the tolerance"
    return _side(cell.direction, estimate.mean - centre, f"{what} lies", "the tolerance")


def _compare(
    cell: Cell, recomputed: Recomputed, behind: Print, centre: float, limit: float
) -> tuple[str, str]:
    """Verdict and reason for values of several seeds that are fit to be judged."""
    estimate = estimate_of(recomputed)
    side = equivalence(Estimate(*3 * (estimate.mean,)), centre, limit)
    if flag := _flag(recomputed, limit):
        return "uncertain", f"the mean lies {side} the tolerance{flag}"
    if math.isnan(estimate.low):
        return "uncertain", f"the mean lies {side} the tolerance; one seed has no interval: run more"
    spread = cell.printed.spread
    expected = expected_print(recomputed, behind, None if spread is None else float(spread))
    which = "the mean" if math.isinf(behind.runs) else "such a number"
    what = f"{behind.words} is printed, and {which} lies in {expected.low:.4g} to {expected.high:.4g}"
    return _placed(cell, recomputed, behind, expected, what, centre, limit)


def _placed(
    cell: Cell,
    recomputed: Recomputed,
    behind: Print,
    expected: Estimate,
    what: str,
    centre: float,
    limit: float,
) -> tuple[str, str]:
    """Verdict and reason by where the printed number, give or take the tolerance, lies to `expected`."""
    place = equivalence(expected, centre, limit)
    level, n = f"{PREDICTION:.0%} of the time", len(recomputed.values)
    if place == "outside":
        return _side(cell.direction, expected.mean - centre, f"{what} {level}, which is", "the tolerance")
    if place == "inside" and n >= LEAST_SEEDS:
        return "match", f"{what} {level}, all of it inside the tolerance"
    if place == "inside":
        missed = f"{n} seeds miss a collapse of one in ten in {(1 - COLLAPSING) ** n:.0%} of the cases"
        return "compatible", f"{what} {level}, inside the tolerance; no match, for {missed}"
    if math.isinf(behind.runs):
        return "uncertain", f"{what} {level}, across an edge of the tolerance: run more seeds"
    return "compatible", f"{what} {level}, as this one does, rounding included"


def expected_print(recomputed: Recomputed, behind: Print, spread: float | None = None) -> Estimate:
    """Where a print of the same origin lies with 99 % probability by our seeds (at least 2), unrounded.

    The interval stays in the bounds of the unit. What one of our own seeds gave, one printed run can give.
    `spread` is the printed standard deviation of the runs.
    """
    values = [value for _, value in recomputed.values]
    mean = estimate_of(recomputed).mean
    reach = prediction_reach(values, behind.runs, spread=spread if behind.with_spread else None)
    low, high = mean - reach, mean + reach
    if behind.runs == 1:
        low, high = min(low, *values), max(high, *values)
    least, most = BOUNDS.get(recomputed.unit, (-math.inf, math.inf))
    return Estimate(mean, max(low, least), min(high, most))


def _side(direction: str, delta: float, what: str, edge: str) -> tuple[str, str]:
    where = f"{what} {'above' if delta > 0 else 'below'} {edge}"
    if direction == "equal":
        return "differs_worse", f"{where}, and no direction is better here"
    better = (delta > 0) == (direction == "higher")
    return ("differs_better" if better else "differs_worse"), f"{where}; {direction} is better"


def _flag(recomputed: Recomputed, limit: float) -> str:
    """What is odd about the seeds themselves; scatter within the printed digits is not."""
    values = [value for _, value in recomputed.values]
    if recomputed.deterministic:
        return ""
    if seeds_change_nothing(values):
        return "; the seeds do not change the result: is the seed wired?"
    if places := apart(values, resolution=limit):
        named = ", ".join(f"seed {recomputed.values[place][0]} ({values[place]:.4g})" for place in places)
        return f"; {named} lies apart from the other seeds: did a training collapse?"
    return ""
