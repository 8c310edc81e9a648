"""What chance can do to a claim: its p, Holm's correction, the smallest effect, and what stays unseen."""

import math
from collections.abc import Sequence

from reckon.stats.intervals import needed, unseen
from reckon.stats.student import quantile, tail
from reckon.tables.effects import WHOLE, Effect

ERROR = 0.05  # of both directions together
LARGEST = {"share": 1.0, "%": 100.0}  # what a document can lose or gain, by unit
LEAST = needed(0.05)  # clusters, 59, that show a kind of one in twenty in 95 % of the samples


def hidden(effect: Effect, margin: float) -> str:
    """What so few clusters may hide: rare documents whose loss outweighs what all the others gain.

    A share of 1 - .05^(1/n) of the clusters stays unseen once in 20 samples of n. Where the unit bounds
    what such a part can lose, the rest of the interval must outweigh it; elsewhere nothing bounds it, and
    one cluster in twenty must have been seen. Empty where nothing of the kind stands in the way.
    """
    if effect.cluster == WHOLE or not effect.n_documents or not effect.n_seeds:
        return ""
    n, bound = effect.n_clusters, LARGEST.get(effect.unit)
    share = unseen(n, ERROR) if n else 1.0
    seen = f"{n} {effect.cluster} clusters may hide"
    if bound is None:
        return f"{seen} {share:.0%} of another kind, and {LEAST} are needed to see 5 %" if n < LEAST else ""
    nearest = min(abs(effect.ci_low - margin), abs(effect.ci_high - margin))
    side = 1 if effect.effect > margin else -1
    lost = share * (nearest + bound + side * margin)
    return f"{seen} {share:.1%} that lose all, which the others would not outweigh" if lost >= nearest else ""


def p_value(effect: Effect, margin: float) -> float | None:
    """The chance of an effect as far from the margin, on either side, if the margin were the truth.

    None where no chance enters, or where there is no interval. Below 5 % exactly where the interval
    excludes the margin: what the interval was widened by widens the p too.
    """
    if not effect.n_seeds or not effect.ci_low < effect.effect < effect.ci_high:
        return None
    distance = effect.effect - margin
    reach = effect.effect - effect.ci_low if distance > 0 else effect.ci_high - effect.effect
    freedom = _freedom(effect)
    return tail(quantile(ERROR, freedom) * abs(distance) / reach, freedom)


def smallest_effect(effect: Effect) -> float:
    """The distance from a margin that as many seeds and clusters find in 80 % of the studies; NaN: none.

    What the clusters may hide counts as well, where the unit bounds it.
    """
    if effect.n_seeds < 2 or not effect.ci_low < effect.ci_high:
        return math.nan
    distance = effect.detectable
    if not distance > 0:
        reach, freedom = (effect.ci_high - effect.ci_low) / 2, _freedom(effect)
        distance = reach * (1 + quantile(0.4, freedom) / quantile(ERROR, freedom))
    if effect.n_clusters and effect.unit in LARGEST and effect.cluster != WHOLE:
        share = unseen(effect.n_clusters, ERROR)
        distance = (distance + share * LARGEST[effect.unit]) / (1 - share)
    return distance


def _freedom(effect: Effect) -> int:
    return effect.freedom or max(1, effect.n_seeds - 1)


def holm(values: Sequence[float]) -> list[float]:
    """Holm's (1979) p of each of several tests: any error among them stays as rare as each p says alone.

    The sorted p, times the number of those not smaller, made to rise, at most 1. Own lines, since the
    library's take three times as long to import as the claims take to be settled.
    """
    order = sorted(range(len(values)), key=values.__getitem__)
    found, least = [1.0] * len(values), 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, (len(values) - rank) * values[place]))
        found[place] = least
    return found
