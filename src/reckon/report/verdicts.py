"""The verdict on one reported cell: a pure function of what was printed and what was computed.

A match is equivalence, not closeness: the whole 95 % interval lies inside the tolerance.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reckon.stats import Estimate, equivalence, seed_interval, seeds_change_nothing
from reckon.tables.printed import printed_number
from reckon.tables.transcription import Cell, Tolerance

VERDICTS = (
    "match",
    "match_single",
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
    cell: Cell, recomputed: Recomputed | None, *, not_run: str, tolerance: Tolerance | None = None
) -> Judgement:
    """Settle one cell; `not_run` is the reason to give when nothing was recomputed.

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
    shown = replace(blank, n_done=len(recomputed.values), estimate=estimate_of(recomputed))
    if fault := _unfit(cell, recomputed):
        return replace(shown, verdict=fault[0], reason=fault[1])
    centre = float(printed_number(cell.reported, cell.unit)[0])
    verdict, reason, delta = _compare(cell, recomputed, centre, limit)
    return replace(shown, verdict=verdict, reason=reason, delta=delta)


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


def _unfit(cell: Cell, recomputed: Recomputed) -> tuple[str, str] | None:
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
        return "scaled_down", f"{where}, not the deck's problem: shown beside, not judged{_flag(recomputed)}"
    return None


def _compare(cell: Cell, recomputed: Recomputed, centre: float, limit: float) -> tuple[str, str, float]:
    """Verdict, reason and computed minus reported, for values that are fit to be judged."""
    estimate = estimate_of(recomputed)
    delta = estimate.mean - centre
    mean_only = Estimate(estimate.mean, estimate.mean, estimate.mean)
    side = equivalence(mean_only, centre, limit)
    if math.isnan(estimate.low):
        why = _flag(recomputed) or "; one seed has no interval: run more"
        return "uncertain", f"the mean lies {side} the tolerance{why}", delta
    place = equivalence(estimate, centre, limit)
    if place == "overlapping":
        return "uncertain", f"the mean lies {side} the tolerance, the 95 % interval across its edge", delta
    what = "the value of a deterministic step" if estimate == mean_only else "the whole 95 % interval"
    if place == "outside":
        return *_side(cell.direction, delta, what), delta
    return "match_single" if estimate == mean_only else "match", f"{what} lies inside the tolerance", delta


def _side(direction: str, delta: float, what: str) -> tuple[str, str]:
    where = f"{what} lies {'above' if delta > 0 else 'below'} the tolerance"
    if direction == "equal":
        return "differs_worse", f"{where}, and no direction is better here"
    better = (delta > 0) == (direction == "higher")
    return ("differs_better" if better else "differs_worse"), f"{where}; {direction} is better"


def _flag(recomputed: Recomputed) -> str:
    values = [value for _, value in recomputed.values]
    if recomputed.deterministic or not seeds_change_nothing(values):
        return ""
    return "; the seeds do not change the result: is the seed wired?"
