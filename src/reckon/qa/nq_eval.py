"""The official Natural Questions evaluation, written anew from its public description.

    python -m reckon.qa.nq_eval GOLD.jsonl[.gz] PREDICTIONS.json

prints one JSON object; the keys are those of the official tool. `docs/metrics.md` has the definitions.
Source: google-research-datasets/natural-questions, `nq_eval.py` and `eval_utils.py` (description).
"""

import argparse
import json
import sys
from typing import Any

import numpy as np

import reckon
from reckon.qa.label_files import read_gold, read_predictions
from reckon.qa.labels import (
    VOTES,
    Gold,
    Label,
    Outcomes,
    Prediction,
    Predictions,
    Span,
    annotators,
    answerable,
    has_bytes,
    has_spans,
    paired,
    require_tokens,
)
from reckon.steps.program import run

TARGETS = (0.5, 0.75, 0.9)  # precisions at which the highest recall is reported


def evaluate(gold: Gold, predictions: Predictions, *, votes: int = VOTES) -> dict[str, Any]:
    """All measures of the official tool; fractions in [0, 1]. Raises `InputError` if the ids differ."""
    long, short = outcomes(gold, predictions, votes=votes)
    metrics: dict[str, Any] = {"n": len(gold)}
    for name, kind in (("long", long), ("short", short)):
        metrics |= {f"{name}-{key}": value for key, value in curve_measures(kind).items()}
        metrics |= {f"{name}-answer-{key}": value for key, value in plain_measures(kind).items()}
    metrics["signature"] = (
        f"nq_eval|votes:{votes}|annotators:{annotators(gold)}|n:{len(gold)}|version:reckon-{reckon.__version__}"
    )
    return metrics


def outcomes(gold: Gold, predictions: Predictions, *, votes: int = VOTES) -> tuple[Outcomes, Outcomes]:
    """Outcomes of the long and of the short answers, in the order of `gold`."""
    if has_spans(gold) and not has_bytes(gold):
        require_tokens(predictions)  # without any span there is nothing that could match
    pairs = paired(gold, predictions)
    long = Outcomes.of(_long_outcome(labels, prediction, votes) for labels, prediction in pairs)
    short = Outcomes.of(_short_outcome(labels, prediction, votes) for labels, prediction in pairs)
    return long, short


def curve_measures(kind: Outcomes) -> dict[str, Any]:
    """Precision and recall over every distinct score as threshold: the best F1, and recall at `TARGETS`.

    An answer counts when its score is at least the threshold. Of equal F1 the highest threshold is taken;
    if no threshold gives F1 > 0, the official tool reports threshold 0, and so does this.
    `recall-at-precision>=p` is the highest recall among the thresholds whose precision is at least p.
    """
    threshold, precision, recall = precision_recall(kind)
    f1 = _ratio(2 * precision * recall, precision + recall)
    best = int(np.argmax(f1))  # the first maximum: thresholds fall, so the highest one
    measures: dict[str, Any] = {
        "best-threshold-f1": float(f1[best]),
        "best-threshold-precision": float(precision[best]) if f1[best] > 0 else 0.0,
        "best-threshold-recall": float(recall[best]) if f1[best] > 0 else 0.0,
        "best-threshold": float(threshold[best]) if f1[best] > 0 else 0.0,
    }
    table = []
    for target in TARGETS:
        reached = np.where(precision >= target, recall, 0.0)
        at = int(np.argmax(reached))
        found = reached[at] > 0
        row = {
            "target": target,
            "recall": float(reached[at]),
            "precision": float(precision[at]) if found else 0.0,
            "threshold": float(threshold[at]) if found else None,
        }
        measures[f"recall-at-precision>={target:.2}"] = row["recall"]
        measures[f"precision-at-precision>={target:.2}"] = row["precision"]
        table.append(row)
    return measures | {"recall-at-precision-table": table}


def precision_recall(kind: Outcomes) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distinct scores, falling, and precision and recall of the answers with at least that score.

    Three arrays of shape (distinct scores,); 0/0 counts as 0.
    """
    order = np.argsort(-kind.score, kind="stable")
    score = kind.score[order]
    last = np.append(score[1:] != score[:-1], True)  # the last of each run of equal scores
    correct = np.cumsum(kind.correct[order])[last]
    answered = np.cumsum(kind.answered[order])[last]
    return score[last], _ratio(correct, answered), _ratio(correct, np.full(len(correct), kind.has_gold.sum()))


def plain_measures(kind: Outcomes) -> dict[str, float]:
    """Precision, recall and F1 of all answers, whatever their score, and the number of gold answers."""
    correct, answered, gold = (int(x.sum()) for x in (kind.correct, kind.answered, kind.has_gold))
    precision = correct / answered if answered else 0.0
    recall = correct / gold if gold else 0.0
    f1 = 2 * precision * recall / (precision + recall) if correct else 0.0
    return {"f1": f1, "precision": precision, "recall": recall, "gold": gold, "answered": answered}


def _long_outcome(gold: list[Label], prediction: Prediction, votes: int) -> tuple[bool, bool, bool, float]:
    spans = [label.long for label in gold]
    has_gold = answerable((span.given for span in spans), votes)
    span = prediction.label.long
    correct = has_gold and span.given and any(other.given and span.matches(other) for other in spans)
    return has_gold, span.given, correct, prediction.long_score


def _short_outcome(gold: list[Label], prediction: Prediction, votes: int) -> tuple[bool, bool, bool, float]:
    has_gold = answerable((label.has_short for label in gold), votes)
    answer = prediction.label
    if answer.yes_no != "NONE":
        match = any(answer.yes_no == label.yes_no for label in gold)
    else:
        match = any(same_spans(answer.short, label.short) for label in gold)
    correct = has_gold and answer.has_short and match
    return has_gold, answer.has_short, correct, prediction.short_score


def same_spans(one: tuple[Span, ...], other: tuple[Span, ...]) -> bool:
    """Whether two sets of given spans are equal: each span of either has its match in the other."""
    return all(any(a.matches(b) for b in other) for a in one) and all(
        any(a.matches(b) for a in one) for b in other
    )


def _ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return np.divide(above, below, out=np.zeros(len(above)), where=below != 0)


def main() -> None:
    """Read the arguments, evaluate, print."""
    parser = argparse.ArgumentParser(prog="python -m reckon.qa.nq_eval", description=__doc__.splitlines()[0])
    parser.add_argument("gold", help="gold labels, jsonl or jsonl.gz, Kaggle simplified or original form")
    parser.add_argument("predictions", help="predictions, official json")
    parser.add_argument("--votes", type=int, default=VOTES, help="annotators needed for a gold answer (2)")
    given = parser.parse_args()
    metrics = evaluate(read_gold(given.gold), read_predictions(given.predictions), votes=given.votes)
    json.dump(metrics, sys.stdout, indent=2)
    sys.stdout.write("\n")


if __name__ == "__main__":
    run(main)
