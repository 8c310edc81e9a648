"""What the deck claims about the method, as measured effects: growth of the steps, rates of convergence.

Nothing here is random: an effect is one number, and its interval has no width.
"""

import math
from collections.abc import Iterable, Mapping

from reckon.fem.results import COLUMNS, EQUATIONS
from reckon.tables.effects import Effect

Line = Mapping[str, str]  # of iterations.csv or errors.csv, as text
COARSEST = 4  # growth is counted from here: on coarser levels a multigrid method is a direct solver
REFINEMENTS = 3  # at least so many: a count of steps moves by one for small reasons
CONTRAST = "finest - coarse"


def step_growth(lines: Iterable[Line], scale: str, evidence: str) -> list[Effect]:
    """Steps that each refinement adds: by preset and equation for ε = 1, and the worst equation and ε.

    From the coarsest level at or above `COARSEST` to the finest; series of fewer than `REFINEMENTS`
    refinements are left out. NaN where a solver did not converge.
    """
    series: dict[tuple[str, float], dict[int, Line]] = {}
    for line in lines:
        if int(line["level"]) >= COARSEST:
            series.setdefault((line["solver"], float(line["epsilon"])), {})[int(line["level"])] = line
    effects, worst = [], dict[str, float]()
    for (solver, epsilon), levels in series.items():
        if max(levels) - min(levels) < REFINEMENTS:
            continue
        growth = {name: _growth(levels, name) for name in EQUATIONS}
        if epsilon == 1:
            effects += [
                _steps(f"{solver} {COLUMNS[name]}", growth[name], scale, evidence) for name in EQUATIONS
            ]
        worst[solver] = _largest([*growth.values(), worst.get(solver, -math.inf)])
    return effects + [
        _steps(f"{solver} worst equation and epsilon", value, scale, evidence)
        for solver, value in worst.items()
    ]


def smallest_epsilon_rates(lines: Iterable[Line], scale: str, evidence: str) -> list[Effect]:
    """Rate in the energy norm on the finest level for the smallest ε, by example, space W_h and boundary."""
    finest: dict[tuple[str, str], Line] = {}
    for line in lines:
        if line["norm"] != "energy" or not line["rate"]:
            continue
        boundary = "" if line["boundary"] == "strong" else f", {line['boundary']}"
        key = (line["example"], f"{line['w_element']}{boundary}")
        if key not in finest or _fineness(line) > _fineness(finest[key]):
            finest[key] = line
    return [
        _rate(example, arm, float(line["rate"]), scale, evidence) for (example, arm), line in finest.items()
    ]


def _growth(levels: Mapping[int, Line], equation: str) -> float:
    coarse, fine = min(levels), max(levels)
    first, last = levels[coarse][equation], levels[fine][equation]
    if not (first.isdecimal() and last.isdecimal()):
        return math.nan
    return (int(last) - int(first)) / (fine - coarse)


def _largest(values: Iterable[float]) -> float:
    """The largest, NaN if one of them is."""
    values = list(values)
    return math.nan if any(map(math.isnan, values)) else max(values)


def _fineness(line: Line) -> tuple[float, int]:
    return -float(line["epsilon"]), int(line["level"])


def _steps(what: str, value: float, scale: str, evidence: str) -> Effect:
    measure = f"{what}, steps per refinement"
    return Effect("fem", CONTRAST, measure, "steps", scale, "smooth", 0, 0, value, value, value, evidence)


def _rate(example: str, arm: str, value: float, scale: str, evidence: str) -> Effect:
    measure = f"rate in the energy norm, {arm}, smallest epsilon"
    return Effect(
        "fem", f"finest level, {example}", measure, "1", scale, example, 0, 0, value, value, value, evidence
    )
