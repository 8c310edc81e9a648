"""From predictions by system and seed to tidy metrics, the table of arms, and the deck's cells."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reckon.config.squad import REFERENCE
from reckon.data.squad import of_split, read_paragraphs
from reckon.errors import InputError
from reckon.files.reading import read_json, read_jsonl
from reckon.files.shapes import require
from reckon.squad.answer import answers_without_numbers
from reckon.squad.metric import (
    Scores,
    always_no_answer,
    best,
    read_null_probabilities,
    read_predictions,
    scores,
    summary,
)
from reckon.squad.tokens import TokenParagraphs
from reckon.tables.metrics import Metric

Values = Mapping[str, Mapping[str, float]]  # by system and name
_AGAIN = "make it again"
_COUNTERS = ("precision", "skipped_steps", "loss_scale", "zero_gradients", "first_nonfinite_step")
_ARITHMETIC = {"precision": str, "skipped_steps": int, "loss_scale": float}
# Rows of the deck's table (lines 95-97); the third is the arm that the configuration calls mixed.
FP32_ROW, FP16_ROW, MIXED_ROW = ("FP32 only", "FP16 Only", "Mixed precision")
# Systems without a network, and their rows beside the deck's.
TRIVIAL, BROKEN = "no_answer", "no_number"
UNTRAINED_ROWS = {TRIVIAL: "Always no answer", BROKEN: "Every logit not a number"}


@dataclass(frozen=True)
class Run:
    """One trained system: its scores by question and over all, and the record of its training."""

    system: str
    seed: int
    path: Path
    scores: Scores
    values: Mapping[str, float]
    record: Mapping[str, Any]
    unreadable: int  # questions whose logits were not finite


def evaluation_answers(paths: Iterable[Path], corpus: str) -> dict[str, list[str]]:
    """Reference answers by id of what a corpus is evaluated on."""
    paragraphs = of_split(read_paragraphs(paths), corpus, "evaluation")
    return {q.question_id: [a.text for a in q.answers] for p in paragraphs for q in p.questions}


def evaluation_articles(paths: Iterable[Path], corpus: str) -> dict[str, str]:
    """The article of each question that a corpus is evaluated on, by the question's id."""
    paragraphs = of_split(read_paragraphs(paths), corpus, "evaluation")
    return {q.question_id: p.title for p in paragraphs for q in p.questions}


def read_run(predictions: Path, answers: Mapping[str, Sequence[str]]) -> Run:
    """One run from its folder results/squad/<data>/<system>/seed<seed>.

    Raises `InputError` for a file that is damaged, or lacks a question of `answers`.
    """
    folder = predictions.parent
    found = scores(answers, read_predictions(predictions), str(predictions))
    null = read_null_probabilities(folder / "null_probabilities.json")
    if missing := [name for name in answers if name not in null]:
        raise InputError(f"{folder}/null_probabilities.json: none for {missing[0]!r}; {_AGAIN}")
    p = np.array([null[name] for name in answers])
    values = summary(found)
    for name, by_question in (("exact", found.exact), ("f1", found.f1)):
        values[f"best_{name}"], values[f"best_{name}_thresh"] = best(found, by_question, p)
    record = read_json(folder / "training.json")
    require(f"{folder}/training.json", record, {"arithmetic": _ARITHMETIC}, _AGAIN)
    rows = [row for _, row in read_jsonl(folder / "answers.jsonl.gz")]
    require(f"{folder}/answers.jsonl.gz", rows, [{"finite": bool}], _AGAIN)
    unreadable = sum(not row["finite"] for row in rows)
    seed = int(folder.name.removeprefix("seed"))
    return Run(folder.parent.name, seed, predictions, found, values, record, unreadable)


def untrained_values(
    answers: Mapping[str, Sequence[str]], tokens: TokenParagraphs
) -> dict[str, dict[str, float]]:
    """Scores of the systems without a network: that never answers, and that has no number to answer by."""
    given = {TRIVIAL: always_no_answer(answers), BROKEN: answers_without_numbers(tokens)}
    return {system: summary(scores(answers, predictions)) for system, predictions in given.items()}


def system_metrics(
    runs: Iterable[Run], untrained: Values, scale: str, data: str, evidence: str
) -> list[Metric]:
    """Every value of every system and seed, those without a network among them, as table `squad_systems`."""
    trained = [
        _metric("squad_systems", run.system, name, run, value, scale, data)
        for run in runs
        for name, value in run.values.items()
    ]
    other = [
        _fixed("squad_systems", system, name, value, values, scale, data, evidence)
        for system, values in untrained.items()
        for name, value in values.items()
    ]
    return trained + other


def deck_metrics(
    runs: Iterable[Run], mixed: str, untrained: Values, scale: str, data: str, evidence: str
) -> list[Metric]:
    """EM and F1 of the deck's table on mixed precision, and of the systems without a network."""
    names = {REFERENCE: FP32_ROW, "fp16": FP16_ROW, mixed: MIXED_ROW}
    columns = {"EM": "exact", "F1": "f1"}
    trained = [
        _metric("mixed_precision", names[run.system], column, run, run.values[name], scale, data)
        for run in runs
        if run.system in names
        for column, name in columns.items()
    ]
    other = [
        _fixed(
            "mixed_precision", row, column, untrained[system][name], untrained[system], scale, data, evidence
        )
        for system, row in UNTRAINED_ROWS.items()
        for column, name in columns.items()
    ]
    return trained + other


def arms_table(runs: Iterable[Run], arms: Sequence[str]) -> pd.DataFrame:
    """One line an arm and seed: scores, and what its precision did to its training."""
    rows = []
    compared = [run for run in runs if run.system in arms]
    for run in sorted(compared, key=lambda run: (arms.index(run.system), run.seed)):
        counted = run.record["arithmetic"]
        scored = {name: run.values[name] for name in ("exact", "f1", "best_f1")}
        rows.append(
            {"arm": run.system, "seed": run.seed}
            | scored
            | {name: counted.get(name, math.nan) for name in _COUNTERS}
            | {"questions_without_finite_logits": run.unreadable}
        )
    return pd.DataFrame(rows)


def _metric(table: str, row: str, column: str, run: Run, value: float, scale: str, data: str) -> Metric:
    n = len(run.scores.exact)
    path = str(run.path)
    return Metric("squad", table, row, column, run.seed, value, _unit(column), n, scale, data, path)


def _fixed(
    table: str,
    row: str,
    column: str,
    value: float,
    values: Mapping[str, float],
    scale: str,
    data: str,
    evidence: str,
) -> Metric:
    n = int(values["total"])
    return Metric("squad", table, row, column, 0, value, _unit(column), n, scale, data, evidence)


def _unit(name: str) -> str:
    if name.endswith("_thresh"):
        return "P"
    return "1" if name.endswith("total") else "%"
