"""Scores of a system: thresholds from the development part, F1 on the two halves that are scored.

"Public" and "private" are two disjoint, fixed halves of the evaluation pages by a hash of the id;
they stand for the leaderboard's two halves, whose pages are not to be had.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.qa import kaggle_f1, nq_eval
from reckon.qa.labels import Prediction, answerable, gold_of
from reckon.qa.pages import Page, part
from reckon.qa.thresholds import Best, best_thresholds

SCORED = ("public", "private")


@dataclass(frozen=True)
class Scores:
    """What a system scored, and its counts by page for paired comparisons."""

    summary: dict[str, Any]
    # One row a scored page: example_id, part, tp, fp, fn, answered (has a long answer), first (gold won),
    # article (whose page it is; questions on one article are not independent).
    by_page: list[dict[str, Any]]


def evaluate(pages: list[Page], predictions: Mapping[str, Prediction], development_share: float) -> Scores:
    """Tune thresholds on the development pages, score the others.

    Raises `InputError` if predictions are missing or of other pages.
    """
    parts = {page.example_id: part(page.example_id, development_share) for page in pages}
    best = best_thresholds(*_of(pages, predictions, parts, ("development",)))
    scored = [page for page in pages if parts[page.example_id] in SCORED]
    labels, answers = _of(pages, predictions, parts, SCORED)
    counts = kaggle_f1.counts(labels, answers, best.long, best.short)
    by_page = [
        {
            "example_id": page.example_id,
            "part": parts[page.example_id],
            **dict(zip(("tp", "fp", "fn"), map(int, row), strict=True)),
            "answered": int(bool(gold_candidates(page))),
            "first": int(_is_gold(page, answers[page.example_id])),
            "article": page.article,
        }
        for page, row in zip(scored, counts, strict=True)
    ]
    return Scores(_summary(pages, predictions, parts, best, by_page), by_page)


def _of(
    pages: Iterable[Page],
    predictions: Mapping[str, Prediction],
    parts: dict[str, str],
    wanted: tuple[str, ...],
) -> tuple[dict[str, Any], dict[str, Prediction]]:
    """Gold labels and predictions of the pages in the `wanted` parts."""
    labels = gold_of(page for page in pages if parts[page.example_id] in wanted)
    foreign = parts.keys() - predictions.keys() or predictions.keys() - parts.keys()
    answers = {key: predictions[key] for key in labels} if not foreign else dict(predictions)
    return labels, answers


def _summary(
    pages: list[Page],
    predictions: Mapping[str, Prediction],
    parts: dict[str, str],
    best: Best,
    by_page: list[dict[str, Any]],
) -> dict[str, Any]:
    thresholds = {name: _jsonable(getattr(best, name)) for name in ("long", "short")}
    summary: dict[str, Any] = {"thresholds": thresholds, "development_f1": best.f1}
    for name, wanted in (("public", ("public",)), ("private", ("private",)), ("scored", SCORED)):
        chosen = _of(pages, predictions, parts, wanted)
        summary[name] = kaggle_f1.report(*chosen, best.long, best.short)
    # The official metric takes the best threshold of the very pages it scores; it is kept for comparison.
    summary["official"] = nq_eval.evaluate(*_of(pages, predictions, parts, SCORED))
    answered = [row["first"] for row in by_page if row["answered"]]
    summary["recall_at_1"] = float(np.mean(answered)) if answered else math.nan
    summary["answered"] = len(answered)
    return summary


def _jsonable(threshold: float) -> float | str:
    return threshold if math.isfinite(threshold) else str(threshold)


def gold_candidates(page: Page) -> set[int]:
    """Candidates that annotators chose, if enough of them gave a long answer; else none."""
    chosen = [note.long_answer for note in page.annotations]
    if not answerable(answer is not None for answer in chosen):
        return set()
    return {answer.candidate_index for answer in chosen if answer is not None}


def _is_gold(page: Page, answer: Prediction) -> bool:
    """Whether the predicted long answer, whatever its score, is a candidate that an annotator chose."""
    predicted = (answer.label.long.start_token, answer.label.long.end_token)
    return any(page.candidates[index][:2] == predicted for index in gold_candidates(page))


def ranking(
    pages: list[Page], scores: Mapping[str, np.ndarray], development_share: float
) -> dict[str, float]:
    """How `scores` (example id -> (candidates,)) rank the gold candidates of the scored pages.

    recall at 1 and 4, mean reciprocal rank, and the calibration of the scores: their means over gold
    candidates, over the other candidates of answered pages, and over candidates of pages without answer.
    """
    scored = [page for page in pages if part(page.example_id, development_share) in SCORED]
    golds = [gold_candidates(page) for page in scored]
    ranks = gold_ranks([scores[page.example_id] for page in scored], golds)
    groups: dict[str, list[float]] = {"gold": [], "other": [], "null_page": []}
    for page, right in zip(scored, golds, strict=True):
        for i, score in enumerate(scores[page.example_id].tolist()):
            groups["null_page" if not right else "gold" if i in right else "other"].append(score)
    means = {f"mean_score_{name}": float(np.mean(values or [math.nan])) for name, values in groups.items()}
    return {"recall_at_1": recall_at(ranks, 1), "recall_at_4": recall_at(ranks, 4), "mrr": mrr(ranks)} | means


def gold_ranks(scores: Sequence[ArrayLike], gold: Sequence[Collection[int]]) -> NDArray[np.float64]:
    """Rank, from 1, of the best gold candidate of each page that has one; shape (pages with gold,).

    `scores[i]` holds one score a candidate of page i (-inf: sifted away), `gold[i]` the indices of its gold
    candidates. Equal scores count against us: a scorer that says the same of all ranks gold last.
    A gold candidate that was sifted away has rank inf.
    """
    pairs = zip(scores, gold, strict=True)
    return np.array([_rank(np.asarray(page, dtype=float), right) for page, right in pairs if right])


def recall_at(ranks: ArrayLike, k: int) -> float:
    """Share of pages whose gold candidate is among the first k, in [0, 1]; NaN without pages."""
    ranks = np.asarray(ranks, dtype=float)
    return float(np.mean(ranks <= k)) if ranks.size else math.nan


def mrr(ranks: ArrayLike) -> float:
    """Mean of 1/rank, in [0, 1], where a rank of inf adds 0; NaN without pages."""
    ranks = np.asarray(ranks, dtype=float)
    return float(np.mean(1.0 / ranks)) if ranks.size else math.nan


def _rank(scores: NDArray[np.float64], gold: Collection[int]) -> float:
    right = np.zeros(len(scores), dtype=bool)
    right[list(gold)] = True
    best = scores[right].max()
    return math.inf if best == -math.inf else 1.0 + float(np.sum(scores[~right] >= best))
