"""The metric of SQuAD 2.0: exact match and F1 of answers, by question, and over questions.

    python -m reckon.squad.metric DATA.json[.gz] PREDICTIONS.json [--na-prob FILE]

Normalisation n(x): lower case; without the 32 ASCII punctuation marks; without the words a, an, the; words
separated by one blank. The references G of a question are those of its answers that n leaves anything of;
of a question without answers, the empty text.

    exact = 100 · mean over questions of max over g in G of [n(prediction) = n(g)]
    F1    = 100 · mean over questions of max over g in G of F1(words of n(prediction), words of n(g))

F1 of two bags of words is 2·common / (sum of both sizes); with one of them empty it is 1 if both are, else 0.
`HasAns_*` and `NoAns_*` are the means over questions with and without answers. With P(no answer) by question
(--na-prob), `best_exact` is the highest exact for which answers are withheld wherever P exceeds a threshold,
`best_exact_thresh` the least such threshold, and the same for F1: tuned on the very questions they are scored
on, so they flatter.

How this differs from the official program (evaluate-v2.0.py), and in which direction:

* A question without prediction is an error here (exit code 1). There it is left out of the mean, which
  raises the score of whoever leaves out what is hard.
* Questions with equal P stand on one side of a threshold here. There they are passed one by one in an order
  of their own, and the best sum between two of them counts: best_* there is the same or higher.
* P must lie in [0, 1]. There any number is taken, and an answer with P above 1 is withheld from every score.
* An id that stands twice in the data is an error. There the last one counts.

Otherwise the numbers are the same.
"""

import argparse
import json
import re
import string
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reckon.data.squad import read_paragraphs
from reckon.errors import InputError
from reckon.files.reading import read_json
from reckon.files.shapes import require
from reckon.steps.program import run

_NO_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_SHOWN = 3  # ids that a message names


@dataclass(frozen=True)
class Scores:
    """Scores by question, in [0, 1]: arrays (questions,), beside whether the question has answers."""

    question_id: tuple[str, ...]
    has_answer: np.ndarray
    is_answered: np.ndarray
    exact: np.ndarray
    f1: np.ndarray


def normalised(text: str) -> str:
    """n(text): lower case, no punctuation, no articles, words separated by one blank."""
    plain = text.lower().translate(_NO_PUNCTUATION)
    return " ".join(_ARTICLES.sub(" ", plain).split())


def exact_match(prediction: str, reference: str) -> float:
    """1 if both are the same when normalised, else 0."""
    return float(normalised(prediction) == normalised(reference))


def f1_score(prediction: str, reference: str) -> float:
    """F1 in [0, 1] of the two bags of normalised words."""
    found, wanted = (normalised(text).split() for text in (prediction, reference))
    if not found or not wanted:
        return float(found == wanted)
    common = sum((Counter(found) & Counter(wanted)).values())
    return 2 * common / (len(found) + len(wanted))


def references(answers: Sequence[str]) -> list[str]:
    """What a prediction is held against: the answers that normalisation leaves anything of, else nothing."""
    return [answer for answer in answers if normalised(answer)] or [""]


def scores(
    answers: Mapping[str, Sequence[str]], predictions: Mapping[str, str], where: str = "predictions"
) -> Scores:
    """Scores of every question of `answers` (texts by id, none: impossible) by its prediction (empty: none).

    Raises `InputError` that names their file, `where`, and the first ids without a prediction; predictions
    of other questions are left alone.
    """
    if missing := [name for name in answers if name not in predictions]:
        named = ", ".join(missing[:_SHOWN])
        raise InputError(
            f"{where}: no prediction for {len(missing)} of {len(answers)} questions ({named}"
            f"{', ...' if len(missing) > _SHOWN else ''}); write an empty text where there is no answer"
        )
    exact, f1 = [], []
    for name, texts in answers.items():
        wanted = references(texts)
        exact.append(max(exact_match(predictions[name], text) for text in wanted))
        f1.append(max(f1_score(predictions[name], text) for text in wanted))
    return Scores(
        tuple(answers),
        np.array([bool(texts) for texts in answers.values()], dtype=bool),
        np.array([bool(predictions[name]) for name in answers], dtype=bool),
        np.array(exact),
        np.array(f1),
    )


def summary(found: Scores) -> dict[str, float]:
    """exact, f1, total, and the same over questions with and without answers, where there are any; in %."""
    out: dict[str, float] = {}
    everything = np.ones(len(found.exact), dtype=bool)
    for prefix, rows in (("", everything), ("HasAns_", found.has_answer), ("NoAns_", ~found.has_answer)):
        if rows.any():
            out[f"{prefix}exact"] = 100 * float(found.exact[rows].mean())
            out[f"{prefix}f1"] = 100 * float(found.f1[rows].mean())
            out[f"{prefix}total"] = int(rows.sum())
    return out


def best(found: Scores, values: np.ndarray, null_probability: np.ndarray) -> tuple[float, float]:
    """The highest mean of `values` in % that a threshold on P(no answer) can give, and the least such one.

    Answers with a P above the threshold are withheld, which scores 1 without answers and 0 with; a threshold
    below every P is called 0, as by the official program.
    """
    order = np.argsort(null_probability, kind="stable")
    kept = np.where(found.has_answer, values, -found.is_answered.astype(float))[order]
    sums = np.concatenate([[0.0], np.cumsum(kept)]) + int((~found.has_answer).sum())
    ordered = null_probability[order]
    possible = np.concatenate([[True], ordered[:-1] < ordered[1:], [True]])
    # Sums of like terms differ by rounding in their last bits: those count as equal.
    sums = np.where(possible, np.round(sums, 9), -np.inf)
    place = int(sums.argmax())
    return 100 * float(sums[place]) / len(values), float(ordered[place - 1]) if place else 0.0


def evaluate(
    answers: Mapping[str, Sequence[str]],
    predictions: Mapping[str, str],
    null_probability: Mapping[str, float] | None = None,
    where: str = "predictions",
) -> dict[str, float]:
    """Everything that the official program prints; `best_*` with P(no answer) by question alone."""
    found = scores(answers, predictions, where)
    out = summary(found)
    if null_probability is not None:
        if missing := [name for name in answers if name not in null_probability]:
            what = f"no probability for {len(missing)} questions, such as {missing[0]!r}"
            raise InputError(f"--na-prob: {what}; make it again")
        p = np.array([null_probability[name] for name in answers])
        for name, values in (("exact", found.exact), ("f1", found.f1)):
            out[f"best_{name}"], out[f"best_{name}_thresh"] = best(found, values, p)
    return out


def always_no_answer(answers: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """The trivial row: no question has an answer. On the official development set it scores 50.07."""
    return dict.fromkeys(answers, "")


def answers_of(path: Path) -> dict[str, list[str]]:
    """Reference answers by id of a SQuAD file, wherever they stand; raises what `read_paragraphs` does."""
    found = {}
    for paragraph in read_paragraphs([path]):
        for question in paragraph.questions:
            found[question.question_id] = [answer.text for answer in question.answers]
    if not found:
        raise InputError(f"{path}: it holds no question; is this the right file?")
    return found


def read_predictions(path: Path) -> dict[str, str]:
    """Answers by id, as SQuAD's own form has them: {"id": "text"}; raises `InputError` for anything else."""
    value = read_json(path, remedy="predict again")
    require(str(path), value, {...: str}, 'answers by id are needed: {"id": "text"}')
    return value


def read_null_probabilities(path: Path) -> dict[str, float]:
    """P(no answer) by id, in [0, 1]; raises `InputError` for anything else."""
    value = read_json(path, remedy="predict again")
    remedy = 'probabilities by id are needed: {"id": 0.5}'
    require(str(path), value, {...: float}, remedy)
    if outside := [name for name, p in value.items() if not 0 <= p <= 1]:
        raise InputError(f"{path}: {outside[0]!r}: {value[outside[0]]} is not within 0 and 1; {remedy}")
    return value


def main() -> None:
    """Print the scores of a file of predictions as JSON."""
    parser = argparse.ArgumentParser(prog="python -m reckon.squad.metric", description="Score SQuAD answers.")
    parser.add_argument("data", type=Path, help="SQuAD json(.gz)")
    parser.add_argument("predictions", type=Path, help='{"id": "answer"}, empty where there is none')
    parser.add_argument("--na-prob", type=Path, help='{"id": P(no answer)}')
    args = parser.parse_args()
    probabilities = read_null_probabilities(args.na_prob) if args.na_prob else None
    predictions = read_predictions(args.predictions)
    found = evaluate(answers_of(args.data), predictions, probabilities, str(args.predictions))
    print(json.dumps(found, indent=2))  # noqa: T201  it is what the program is for


if __name__ == "__main__":
    run(main)
