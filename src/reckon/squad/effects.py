"""What the deck claims about mixed precision, measured: arms minus fp32, paired over seeds and questions.

Questions on one article are not independent: `articles` names that of each question.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from reckon.config.squad import REFERENCE
from reckon.squad.results import TRIVIAL, Run
from reckon.stats.crossed import Comparison, compare
from reckon.tables.effects import Effect

MEASURES = {"EM": "exact", "F1": "f1"}
Articles = Mapping[str, str]  # by question


def arm_effects(
    runs: Iterable[Run], arms: Sequence[str], mixed: str, scale: str, data: str, articles: Articles
) -> list[Effect]:
    """Every arm minus fp32 in EM and F1, in points; the arm `mixed` also under the name of the claim."""
    found = by_system(runs)
    contrasts = [(f"{arm} - {REFERENCE}", arm) for arm in arms if arm != REFERENCE]
    contrasts.append((f"mixed - {REFERENCE}", mixed))
    effects = []
    for contrast, arm in contrasts:
        for measure, name in MEASURES.items():
            ours, theirs = found[arm], found[REFERENCE]
            table = [getattr(ours[n].scores, name) - getattr(theirs[n].scores, name) for n in theirs]
            effects.append(_effect(contrast, measure, ours, np.stack(table), scale, data, articles))
    return effects


def trivial_effects(runs: Iterable[Run], scale: str, data: str, articles: Articles) -> list[Effect]:
    """Every system minus the one that never answers, in EM and F1, in points."""
    effects = []
    for system, by_seed in by_system(runs).items():
        for measure, name in MEASURES.items():
            table = np.stack([getattr(run.scores, name) for run in by_seed.values()])
            first = next(iter(by_seed.values()))
            table = table - (~first.scores.has_answer).astype(float)
            effects.append(_effect(f"{system} - {TRIVIAL}", measure, by_seed, table, scale, data, articles))
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
    runs: Mapping[int, Run],
    differences: np.ndarray,
    scale: str,
    data: str,
    articles: Articles,
) -> Effect:
    """The effect of `differences` (seeds, questions) of shares, in points."""
    first = next(iter(runs.values()))
    names = [articles[name] for name in first.scores.question_id]
    found: Comparison = compare(100 * differences, names, bounds=(-100, 100))
    where = ("squad", contrast, measure, "%", scale, data, len(runs), len(names))
    return Effect(
        *where,
        *found.estimate,
        str(first.path),
        "article",
        found.clusters,
        found.freedom,
        found.detectable,
        found.doubt,
    )
