"""What the deck claims about the method, as measured effects: growth of the steps, rates of convergence.

Nothing here is random: an effect is one number, and its interval has no width.
"""

import math
from collections.abc import Iterable, Mapping

from reckon.effects import Effect
from reckon.fem.results import COLUMNS, EQUATIONS

Line = Mapping[str, str]  # of iterations.csv or errors.csv, as text
START = 6  # the level from which growth is counted: on coarser ones a multigrid method has too few levels


def step_growth(lines: Iterable[Line], scale: str, evidence: str) -> list[Effect]:
    """Steps on the finest level minus those on level 6: by preset and equation for ε = 1, and the worst one.

    Series without level 6 and a finer one are left out. NaN where a solver did not converge.
    """
    series: dict[tuple[str, float], dict[int, Line]] = {}
    for line in lines:
        series.setdefault((line["solver"], float(line["epsilon"])), {})[int(line["level"])] = line
    effects, worst = [], dict[str, float]()
    for (solver, epsilon), levels in series.items():
        if START not in levels or max(levels) == START:
            continue
        growth = {name: _growth(levels, name) for name in EQUATIONS}
        if epsilon == 1:
            effects += [
                _effect(
                    "finest - level 6",
                    f"{solver} {COLUMNS[name]} steps",
                    "steps",
                    growth[name],
                    scale,
                    evidence,
                )
                for name in EQUATIONS
            ]
        worst[solver] = _largest([*growth.values(), worst.get(solver, -math.inf)])
    named = "steps, worst equation and epsilon"
    return effects + [
        _effect("finest - level 6", f"{solver} {named}", "steps", value, scale, evidence)
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
        _effect(
            "finest level",
            f"rate in the energy norm, {example}, {arm}, smallest epsilon",
            "1",
            float(line["rate"]),
            scale,
            evidence,
        )
        for (example, arm), line in finest.items()
    ]


def _growth(levels: Mapping[int, Line], equation: str) -> float:
    first, last = levels[START][equation], levels[max(levels)][equation]
    return float(last) - float(first) if first.isdecimal() and last.isdecimal() else math.nan


def _largest(values: Iterable[float]) -> float:
    """The largest, NaN if one of them is."""
    values = list(values)
    return math.nan if any(map(math.isnan, values)) else max(values)


def _fineness(line: Line) -> tuple[float, int]:
    return -float(line["epsilon"]), int(line["level"])


def _effect(contrast: str, measure: str, unit: str, value: float, scale: str, evidence: str) -> Effect:
    data = "smooth" if contrast == "finest - level 6" else measure.split(", ")[1]
    return Effect("fem", contrast, measure, unit, scale, data, 0, 0, value, value, value, evidence)
