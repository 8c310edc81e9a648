"""Micro F1 of the Kaggle competition "TensorFlow 2.0 Question Answering", over long and short rows together.

    python -m reckon.qa.kaggle_f1 GOLD.jsonl[.gz] PREDICTIONS.json --long-threshold 0.5 --short-threshold 0.6
    python -m reckon.qa.kaggle_f1 PREDICTIONS.json --submission out.csv     # hidden test set: no gold file

Every question has two rows, `<id>_long` and `<id>_short`. A row holds `start:end` in words, YES or NO
(short rows only), or nothing. `docs/metrics.md` has the definitions and both ways to count a wrong answer.
"""

import argparse
import csv
import json
import math
import os
import sys
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

import reckon
from reckon.errors import InputError
from reckon.files.writing import writing
from reckon.qa.label_files import read_gold, read_predictions
from reckon.qa.labels import (
    VOTES,
    Gold,
    Label,
    Outcomes,
    Prediction,
    Predictions,
    annotators,
    answerable,
    paired,
    require_tokens,
)
from reckon.steps.program import run

Wrong = Literal["fp", "fp_fn"]
"""How a wrong answer counts on a row that has a gold answer: as a false positive only, or as a false
negative too. "fp" is the default because it is the competition's own wording: a false negative is a row
with "no prediction" where a gold answer exists. "fp_fn" gives the usual precision and recall."""


def micro_f1(
    gold: Gold,
    answers: Predictions,
    long_threshold: float,
    short_threshold: float,
    *,
    wrong: Wrong = "fp",
    votes: int = VOTES,
) -> float:
    """F1 = 2 TP / (2 TP + FP + FN) over all rows, in [0, 1]; answers scored below a threshold are blank."""
    return f1_of(counts(gold, answers, long_threshold, short_threshold, wrong=wrong, votes=votes))


def counts(
    gold: Gold,
    answers: Predictions,
    long_threshold: float,
    short_threshold: float,
    *,
    wrong: Wrong = "fp",
    votes: int = VOTES,
) -> NDArray[np.int64]:
    """TP, FP, FN of each question, its two rows added: shape (questions, 3), in the order of `gold`.

    A bootstrap over questions draws rows of this array and takes `f1_of` of the draw.
    """
    long, short = outcomes(gold, answers, votes=votes)
    return row_counts(long, long_threshold, wrong) + row_counts(short, short_threshold, wrong)


def f1_of(counted: NDArray[np.int64]) -> float:
    """F1 = 2 TP / (2 TP + FP + FN) of counts of shape (…, 3), summed; 0 if there is nothing to count."""
    tp, fp, fn = (int(total) for total in counted.reshape(-1, 3).sum(axis=0))
    return 2 * tp / (2 * tp + fp + fn) if tp else 0.0


def row_counts(kind: Outcomes, threshold: float, wrong: Wrong = "fp") -> NDArray[np.int64]:
    """TP, FP, FN of one kind of row: shape (questions, 3)."""
    given = kind.answered & (kind.score >= threshold)
    tp = given & kind.correct
    missed = kind.has_gold & ~(given if wrong == "fp" else tp)
    return np.stack([tp, given & ~tp, missed], axis=1).astype(np.int64)


def outcomes(gold: Gold, answers: Predictions, *, votes: int = VOTES) -> tuple[Outcomes, Outcomes]:
    """Outcomes of the long and of the short rows, in the order of `gold`.

    A row is right if it equals the answer of any annotator; every short span of an annotator is a label
    of its own, since a row holds one span. Raises `InputError` if the ids differ or tokens are missing.
    """
    require_tokens(answers)
    pairs = paired(gold, answers)
    long = Outcomes.of(_outcome(labels, answer, "long", votes) for labels, answer in pairs)
    short = Outcomes.of(_outcome(labels, answer, "short", votes) for labels, answer in pairs)
    return long, short


def _outcome(gold: list[Label], answer: Prediction, kind: str, votes: int) -> tuple[bool, bool, bool, float]:
    strings = [_strings(label, kind) for label in gold]
    has_gold = answerable(map(bool, strings), votes)
    text = row_text(answer.label, kind)
    correct = has_gold and text != "" and any(text in of_one for of_one in strings)
    return has_gold, text != "", correct, answer.long_score if kind == "long" else answer.short_score


def _strings(label: Label, kind: str) -> set[str]:
    """Every text that one annotator's label admits for the row."""
    spans = label.short if kind == "short" else (label.long,)
    texts = {f"{span.start_token}:{span.end_token}" for span in spans if span.start_token >= 0}
    return texts | ({label.yes_no} if kind == "short" and label.yes_no != "NONE" else set())


def row_text(label: Label, kind: str) -> str:
    """Text of a submission row: `start:end`, YES, NO or nothing; the first span if there are several."""
    if kind == "short" and label.yes_no != "NONE":
        return label.yes_no
    spans = label.short if kind == "short" else (label.long,)
    return f"{spans[0].start_token}:{spans[0].end_token}" if spans and spans[0].given else ""


def write_submission(
    path: str | os.PathLike[str], answers: Predictions, long_threshold: float, short_threshold: float
) -> None:
    """Write the competition's csv, atomically: `example_id,PredictionString`, sorted by id as text."""
    require_tokens(answers)
    with writing(path) as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(("example_id", "PredictionString"))
        for question, answer in sorted(answers.items()):
            long = row_text(answer.label, "long") if answer.long_score >= long_threshold else ""
            short = row_text(answer.label, "short") if answer.short_score >= short_threshold else ""
            writer.writerows([(f"{question}_long", long), (f"{question}_short", short)])


def report(
    gold: Gold,
    answers: Predictions,
    long_threshold: float,
    short_threshold: float,
    *,
    wrong: Wrong = "fp",
    votes: int = VOTES,
) -> dict[str, Any]:
    """Score all rows, the long and the short ones: F1 and counts, with thresholds and signature."""
    long, short = outcomes(gold, answers, votes=votes)
    parts = {
        "long": row_counts(long, long_threshold, wrong),
        "short": row_counts(short, short_threshold, wrong),
    }
    parts = {"all": parts["long"] + parts["short"]} | parts
    result: dict[str, Any] = {"n": len(gold), "f1": f1_of(parts["all"])}
    for name, part in parts.items():
        tp, fp, fn = part.sum(axis=0).tolist()
        result[name] = {"f1": f1_of(part), "tp": tp, "fp": fp, "fn": fn}
    # Infinite thresholds are not JSON; as text they are.
    result["thresholds"] = [t if math.isfinite(t) else str(t) for t in (long_threshold, short_threshold)]
    result["signature"] = (
        f"kaggle_f1|wrong:{wrong}|votes:{votes}|annotators:{annotators(gold)}|n:{len(gold)}"
        f"|version:reckon-{reckon.__version__}"
    )
    return result


def threshold(text: str) -> float:
    """Parse a threshold for argparse: any number or infinity, not NaN."""
    number = float(text)
    if math.isnan(number):
        raise ValueError(text)
    return number


def main() -> None:
    """Read the arguments, score or write the submission, print."""
    parser = argparse.ArgumentParser(
        prog="python -m reckon.qa.kaggle_f1", description=__doc__.splitlines()[0]
    )
    parser.add_argument(
        "gold", nargs="?", help="gold labels, jsonl or jsonl.gz; leave out for a hidden test set"
    )
    parser.add_argument("predictions", help="predictions, official json")
    for kind in ("long", "short"):
        parser.add_argument(
            f"--{kind}-threshold",
            type=threshold,
            default=-math.inf,
            help="lower scores are blank; inf blanks all",
        )
    parser.add_argument(
        "--wrong", choices=get_args(Wrong), default="fp", help="what a wrong answer counts as"
    )
    parser.add_argument("--votes", type=int, default=VOTES, help="annotators needed for a gold answer (2)")
    parser.add_argument("--submission", help="write the competition's csv here")
    given = parser.parse_args()
    if given.gold is None and given.submission is None:
        raise InputError("nothing to do: give a gold file to score against, or --submission")
    answers = read_predictions(given.predictions)
    thresholds = given.long_threshold, given.short_threshold
    if given.submission is not None:
        write_submission(given.submission, answers, *thresholds)
    if given.gold is not None:
        metrics = report(read_gold(given.gold), answers, *thresholds, wrong=given.wrong, votes=given.votes)
        json.dump(metrics, sys.stdout, indent=2)
        sys.stdout.write("\n")


if __name__ == "__main__":
    run(main)
