"""Sifting: the fast model decides which candidates the strong models see at all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from reckon.qa.features import TokenPages
from reckon.qa.probabilities import Probabilities, answer_probability
from reckon.qa.survivors import surviving_pairs


@dataclass(frozen=True)
class SiftReport:
    """What sifting kept; the original never measured the first."""

    gold_recall: float  # share of answered pages whose annotated candidate survived
    kept_candidates: float  # share of candidates that survived
    kept_tokens: float  # share of their tokens: about the share of a strong model's work
    answered: int
    candidates: int


def survivors(
    rows: Iterable[Probabilities], *, keep: int, min_probability: float
) -> Iterator[tuple[str, int, float]]:
    """Yield (example id, candidate, answer probability) of what survives, page by page, in page order.

    At most `keep` candidates a page, those of highest answer probability, and only above
    `min_probability`; equal probabilities go to the earlier candidate. Rows of a page are adjacent.
    """
    for example_id, group in groupby(rows, key=lambda row: row.example_id):
        page = list(group)
        probabilities = np.array([answer_probability(row.classes) for row in page])
        best = np.argsort(-probabilities, kind="stable")[:keep]
        for i in sorted(best[probabilities[best] > min_probability]):
            yield example_id, page[i].candidate, float(probabilities[i])


def report(tokens: TokenPages, kept: Iterable[tuple[str, int, float]], max_tokens: int) -> SiftReport:
    """Measure a sift against the annotations of the pages in `tokens`."""
    pairs = surviving_pairs(tokens, kept)
    everything = tokens.pairs()
    answered = np.flatnonzero(tokens.gold_candidate >= 0)
    survived = {(int(page), int(candidate)) for page, candidate in pairs}
    found = sum((int(page), int(tokens.gold_candidate[page])) in survived for page in answered)
    work = tokens.lengths(everything, max_tokens).sum()
    return SiftReport(
        gold_recall=found / len(answered) if len(answered) else float("nan"),
        kept_candidates=len(pairs) / len(everything),
        kept_tokens=float(tokens.lengths(pairs, max_tokens).sum() / work),
        answered=len(answered),
        candidates=len(everything),
    )
