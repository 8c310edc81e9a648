"""Gold labels and predictions on disk: reading with every fault named, writing the official format."""

import json
import math
import os
import re
from typing import Any

from reckon.errors import InputError
from reckon.files.reading import read_json, read_jsonl
from reckon.files.shapes import is_identity
from reckon.files.writing import writing
from reckon.qa.labels import Label, Prediction, Predictions, Span

MAX_PREDICTION_CHARACTERS = 1 << 29  # all of the training pages need about 150 million
_INTEGER_ID = re.compile(r"0|-?[1-9][0-9]{0,19}")


def read_gold(path: str | os.PathLike[str]) -> dict[str, list[Label]]:
    """Read jsonl(.gz) in the Kaggle simplified form (tokens) or the original form (tokens and bytes).

    Raises `InputError` with file and line for a missing or malformed field and for a repeated id.
    """
    gold: dict[str, list[Label]] = {}
    for number, row in read_jsonl(path):
        where = f"{path}:{number}"
        question = _id(row, where)
        if question in gold:
            raise InputError(f"{where}: example_id {question} occurs twice; keep one")
        if "annotations" not in row:
            raise InputError(f"{where}: no annotations (a hidden test file?); nothing to score against")
        notes = _list(row, "annotations", where)
        gold[question] = [_label(note, f"{where}: annotation {i}") for i, note in enumerate(notes)]
    return gold


def read_predictions(path: str | os.PathLike[str]) -> dict[str, Prediction]:
    """Read the official prediction json; raises `InputError` for anything that is not exactly that.

    Refused are: more than `MAX_PREDICTION_CHARACTERS`, truncated or deeply nested JSON, repeated ids, scores
    that are not finite numbers, offsets that are not integers, YES or NO beside a span.
    """
    rows = _list(_load(path), "predictions", str(path))
    predictions: dict[str, Prediction] = {}
    for i, row in enumerate(rows):
        where = f"{path}: prediction {i}"
        question = _id(row, where)
        where = f"{where} (example_id {question})"
        if question in predictions:
            raise InputError(f"{where}: occurs twice; keep one")
        label = _label(row, where)
        if label.short and label.yes_no != "NONE":
            raise InputError(f"{where}: yes_no_answer {label.yes_no} beside short spans; give one of the two")
        scores = [_score(row, key, where) for key in ("long_answer_score", "short_answers_score")]
        predictions[question] = Prediction(label, *scores)
    return predictions


def write_predictions(path: str | os.PathLike[str], predictions: Predictions) -> None:
    """Write the official prediction json, atomically, one question a line; raises `InputError` for a NaN."""
    with writing(path) as out:
        separator = '{"predictions": [\n'
        for question, prediction in predictions.items():
            row = _row(question, prediction)
            for key in ("long_answer_score", "short_answers_score"):
                _score(row, key, f"{path}: example_id {question}")
            out.write(separator + json.dumps(row, ensure_ascii=False))
            separator = ",\n"
        out.write(("" if predictions else separator) + "\n]}\n")


def _row(question: str, prediction: Prediction) -> dict[str, Any]:
    label = prediction.label
    return {
        # The official tool compares ids as JSON values: its own are integers and stay so.
        "example_id": int(question) if _is_number(question) else question,
        "long_answer": _offsets(label.long),
        "long_answer_score": float(prediction.long_score),
        "short_answers": [_offsets(span) for span in label.short],
        "short_answers_score": float(prediction.short_score),
        "yes_no_answer": label.yes_no,
    }


def _is_number(question: str) -> bool:
    return bool(_INTEGER_ID.fullmatch(question)) and is_identity(int(question))


def _offsets(span: Span) -> dict[str, int]:
    return {name: int(offset) for name, offset in vars(span).items()}


def _load(path: str | os.PathLike[str]) -> dict[str, Any]:
    whole = read_json(path, most=MAX_PREDICTION_CHARACTERS, remedy="write it again, or split the questions")
    if not isinstance(whole, dict):
        raise InputError(f'{path}: expected {{"predictions": [...]}}, found a {type(whole).__name__}')
    return whole


def _id(row: Any, where: str) -> str:
    value = row.get("example_id") if isinstance(row, dict) else None
    if not is_identity(value):
        raise InputError(
            f"{where}: needs an example_id that is a whole number of 64 bits, or a text without half a "
            "surrogate pair"
        )
    return str(value)


def _list(row: dict[str, Any], key: str, where: str) -> list[Any]:
    value = row.get(key)
    if not isinstance(value, list):
        raise InputError(f"{where}: {key} must be a list, found {type(value).__name__}")
    return value


def _label(row: Any, where: str) -> Label:
    """Parse an annotation, or a prediction: both have long_answer, short_answers and yes_no_answer."""
    if not isinstance(row, dict):
        raise InputError(f"{where}: expected a JSON object, found {type(row).__name__}")
    long = _span(row["long_answer"], f"{where}: long_answer") if "long_answer" in row else Span()
    items = _list(row, "short_answers", where) if "short_answers" in row else []
    short = tuple(_span(item, f"{where}: short answer {i}") for i, item in enumerate(items))
    yes_no = row.get("yes_no_answer", "NONE")
    if not isinstance(yes_no, str) or yes_no.upper() not in ("YES", "NO", "NONE"):
        raise InputError(f"{where}: yes_no_answer must be YES, NO or NONE, found {str(yes_no)[:40]!r}")
    return Label(long, tuple(span for span in short if span.given), yes_no.upper())


def _span(value: Any, where: str) -> Span:
    names = ("start_token", "end_token", "start_byte", "end_byte")
    if not isinstance(value, dict) or not any(name in value for name in names):
        raise InputError(f"{where}: expected start_token and end_token (or start_byte and end_byte)")
    offsets = [value.get(name, -1) for name in names]
    for name, offset in zip(names, offsets, strict=True):
        if isinstance(offset, bool) or not isinstance(offset, int):
            raise InputError(f"{where}: {name} must be an integer, found {type(offset).__name__}")
    try:
        return Span(*offsets)
    except ValueError as error:
        raise InputError(f"{where}: {error}") from error


def _score(row: dict[str, Any], key: str, where: str) -> float:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InputError(
            f"{where}: {key} must be a number, found {type(value).__name__}; without one write 0"
        )
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise InputError(f"{where}: {key} is {number}; scores must be finite")
    return number
