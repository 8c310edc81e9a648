"""The official Natural Questions files as pages: the simplified training file, the full development file.

The development set is distributed in the full form only (tokens with their bytes, HTML); it is simplified
as Google's `simplify_nq_example` does: words joined by single blanks, offsets in words kept as they are.
"""

import logging
import os
from collections.abc import Iterator
from typing import Any

from reckon.errors import InputError
from reckon.files.reading import read_jsonl
from reckon.files.shapes import Identity, require

log = logging.getLogger(__name__)

_SPAN = {"start_token": int, "end_token": int}
_ANNOTATION = {
    "annotation_id": Identity,
    "yes_no_answer": str,
    "long_answer": _SPAN | {"candidate_index": int},
    "short_answers": [_SPAN],
}
_RECORD = {
    "example_id": Identity,
    "question_text": str,
    "long_answer_candidates": [_SPAN | {"top_level": bool}],
    "annotations": [_ANNOTATION],
}


def pages(path: str | os.PathLike[str]) -> Iterator[dict[str, Any]]:
    """Yield the lines of a simplified or full NQ file as records of the simplified schema.

    Pages without a candidate, of which the official file has some, can be neither trained on nor answered:
    they are left out, and the log says how many were.
    Raises `InputError` with file and line if a record is in neither form.
    """
    left_out = 0
    for number, record in read_jsonl(path):
        where = f"{path}:{number}: neither the simplified nor the full form"
        form = {"document_text": str} if "document_text" in record else {"document_tokens": list}
        require(where, record, _RECORD | form, "fetch it again")
        try:
            page = _simple(record)
        except (KeyError, TypeError, AttributeError) as error:  # of a token
            raise InputError(f"{where} ({error!r}); fetch it again") from None
        if _can_be_answered(page):
            yield page
        else:
            left_out += 1
    if left_out:
        log.info("%s: %d pages left out, which have no candidate", path, left_out)


def _can_be_answered(page: dict[str, Any]) -> bool:
    """Whether there is a candidate; the reader of pages refuses an answer that none of them holds."""
    chosen = (note["long_answer"]["candidate_index"] for note in page["annotations"])
    return bool(page["long_answer_candidates"]) or any(index >= 0 for index in chosen)


def _simple(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "example_id": record["example_id"],
        "document_title": record.get("document_title", ""),
        "question_text": record["question_text"],
        "document_text": record["document_text"] if "document_text" in record else _joined(record),
        "long_answer_candidates": [
            _tokens_only(row) | {"top_level": row["top_level"]} for row in record["long_answer_candidates"]
        ],
        "annotations": [_annotation(row) for row in record["annotations"]],
    }


def _joined(record: dict[str, Any]) -> str:
    # A blank inside a token would shift every later offset; the official simplification writes "_".
    return " ".join(token["token"].replace(" ", "_") for token in record["document_tokens"])


def _tokens_only(span: dict[str, Any]) -> dict[str, Any]:
    return {"start_token": span["start_token"], "end_token": span["end_token"]}


def _annotation(row: dict[str, Any]) -> dict[str, Any]:
    long_answer = row["long_answer"]
    return {
        "annotation_id": row["annotation_id"],
        "long_answer": _tokens_only(long_answer) | {"candidate_index": long_answer["candidate_index"]},
        "short_answers": [_tokens_only(span) for span in row["short_answers"]],
        "yes_no_answer": row["yes_no_answer"],
    }
