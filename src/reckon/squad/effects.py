"""What the deck claims about mixed precision, measured: arms minus fp32, paired over seeds and questions."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from reckon.config.squad import REFERENCE
from reckon.squad.results import TRIVIAL, Run
from reckon.stats import Estimate, paired_interval
from reckon.tables.effects import Effect

MEASURES = {"EM": "exact", "F1": "f1"}


def arm_effects(runs: Iterable[Run], arms: Sequence[str], mixed: str, scale: str, data: str) -> list[Effect]:
    """Every arm minus fp32 in EM and F1, in points; the arm `mixed` also under the name of the claim."""
    found = by_system(runs)
    contrasts = [(f"{arm} - {REFERENCE}", arm) for arm in arms if arm != REFERENCE]
    contrasts.append((f"mixed - {REFERENCE}", mixed))
    effects = []
    for contrast, arm in contrasts:
        for measure, name in MEASURES.items():
            effects.append(_effect(contrast, measure, found[arm], found[REFERENCE], name, scale, data))
    return effects


def trivial_effects(runs: Iterable[Run], scale: str, data: str) -> list[Effect]:
    """Every system minus the one that never answers, in EM and F1, in points."""
    effects = []
    for system, by_seed in by_system(runs).items():
        for measure, name in MEASURES.items():
            table = np.stack([getattr(run.scores, name) for run in by_seed.values()])
            first = next(iter(by_seed.values()))
            estimate = _points(table - (~first.scores.has_answer).astype(float))
            effects.append(_row(f"{system} - {TRIVIAL}", measure, by_seed, estimate, scale, data))
    return effects


def by_system(runs: Iterable[Run]) -> dict[str, dict[int, Run]]:
    """Runs by system and seed."""
    found: dict[str, dict[int, Run]] = {}
    for run in runs:
        found.setdefault(run.system, {})[run.seed] = run
    return found


def _effect(
    contrast: str,
    measure: str,
    ours: Mapping[int, Run],
    theirs: Mapping[int, Run],
    name: str,
    scale: str,
    data: str,
) -> Effect:
    table = [getattr(ours[seed].scores, name) - getattr(theirs[seed].scores, name) for seed in theirs]
    return _row(contrast, measure, ours, _points(np.stack(table)), scale, data)


def _points(differences: np.ndarray) -> Estimate:
    return Estimate(*(100 * value for value in paired_interval(differences)))


def _row(
    contrast: str, measure: str, runs: Mapping[int, Run], estimate: Estimate, scale: str, data: str
) -> Effect:
    first = next(iter(runs.values()))
    n = len(first.scores.exact)
    path = str(first.path)
    return Effect("squad", contrast, measure, "%", scale, data, len(runs), n, *estimate, path)
