"""Intervals, comparisons, equivalence and outlying seeds: what verdicts rest on."""

from reckon.stats.crossed import Comparison, compare, compare_seeds, paired_interval
from reckon.stats.intervals import (
    Estimate,
    document_interval,
    equivalence,
    seed_interval,
    seeds_change_nothing,
)

__all__ = [
    "Comparison",
    "Estimate",
    "compare",
    "compare_seeds",
    "document_interval",
    "equivalence",
    "paired_interval",
    "seed_interval",
    "seeds_change_nothing",
]
