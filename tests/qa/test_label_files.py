"""Gold and prediction files: what is read, what is written, and every way to hand over a bad one."""

import gzip
import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.qa import label_files
from reckon.qa.label_files import read_gold, read_predictions, write_predictions
from reckon.qa.labels import Label, Prediction, Span, annotators, gold_of
from reckon.qa.nq_eval import evaluate
from reckon.qa.pages import read_pages

LABELS = st.builds(
    Label,
    st.sampled_from([Span(), Span(0, 5), Span(5, 22, 32, 106)]),
    st.sampled_from([(), (Span(1, 2),), (Span(1, 2), Span(3, 4))]),
)


def original_record() -> dict:
    """The toy record of the release: `who founded google`, both kinds of offsets."""
    return {
        "example_id": 797803103760793766,
        "annotations": [
            {
                "long_answer": {"start_byte": 32, "end_byte": 106, "start_token": 5, "end_token": 22},
                "short_answers": [
                    {"start_byte": 73, "end_byte": 78, "start_token": 15, "end_token": 16},
                    {"start_byte": 87, "end_byte": 92, "start_token": 18, "end_token": 19},
                ],
                "yes_no_answer": "NONE",
            }
        ],
    }


def prediction_record(**changes: object) -> dict:
    return {
        "example_id": "797803103760793766",
        "long_answer": {"start_byte": 32, "end_byte": 106, "start_token": -1, "end_token": -1},
        "long_answer_score": 13.5,
        "short_answers": [
            {"start_byte": -1, "end_byte": -1, "start_token": 18, "end_token": 19},
            {"start_byte": -1, "end_byte": -1, "start_token": 15, "end_token": 16},
        ],
        "short_answers_score": 26,
        "yes_no_answer": "none",
    } | changes


def write_gold(path: Path, *records: dict) -> Path:
    text = "".join(json.dumps(record) + "\n" for record in records)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def write_raw(path: Path, *records: dict) -> Path:
    path.write_text(json.dumps({"predictions": list(records)}))
    return path


@given(st.lists(st.builds(Prediction, LABELS, st.floats(-9, 9), st.integers(0, 4)), max_size=8))
def test_predictions_survive_the_file(drawn: list[Prediction]) -> None:
    answers = {str(i - 3): prediction for i, prediction in enumerate(drawn)}
    with tempfile.TemporaryDirectory() as folder:
        write_predictions(Path(folder) / "p.json.gz", answers)
        assert read_predictions(Path(folder) / "p.json.gz") == answers


def test_numbers_of_the_official_release_stay_numbers_and_other_ids_stay_text(tmp_path: Path) -> None:
    ids = ["-2226525965842375672", "0", "007", "page-1", "-0", "1" * 30]
    label = Label(Span(np.int64(1), np.int64(2)))
    write_predictions(tmp_path / "p.json", {i: Prediction(label, np.float32(0.5), 0) for i in ids})
    rows = json.loads((tmp_path / "p.json").read_text())["predictions"]
    assert [type(row["example_id"]) for row in rows] == [int, int, str, str, str, str]
    assert list(read_predictions(tmp_path / "p.json")) == ids


def test_no_predictions_is_a_file_too(tmp_path: Path) -> None:
    write_predictions(tmp_path / "p.json", {})
    assert read_predictions(tmp_path / "p.json") == {}


def test_scores_that_are_not_finite_are_not_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="long_answer_score is nan"):
        write_predictions(tmp_path / "p.json", {"1": Prediction(long_score=float("nan"))})
    assert not list(tmp_path.iterdir())


def test_original_release_compares_bytes_and_tokens_and_ids_as_text(tmp_path: Path) -> None:
    gold = read_gold(write_gold(tmp_path / "gold.jsonl.gz", original_record()))
    metrics = evaluate(gold, read_predictions(write_raw(tmp_path / "p.json", prediction_record())))
    assert metrics["long-best-threshold-f1"] == metrics["short-best-threshold-f1"] == 1.0
    assert (metrics["long-best-threshold"], metrics["short-best-threshold"]) == (13.5, 26.0)


def test_gold_of_pages_is_gold_of_their_file(tmp_path: Path) -> None:
    chosen = {"candidate_index": 1, "start_token": 1, "end_token": 3}
    blank = {"candidate_index": -1, "start_token": -1, "end_token": -1}
    page = {
        "example_id": 7,
        "question_text": "who",
        "document_text": "<P> a b </P>",
        "long_answer_candidates": [
            {"start_token": 0, "end_token": 4, "top_level": True},
            {"start_token": 1, "end_token": 3, "top_level": False},
        ],
        "annotations": [
            {
                "long_answer": chosen,
                "short_answers": [{"start_token": 1, "end_token": 2}],
                "yes_no_answer": "NONE",
            },
            {"long_answer": chosen, "short_answers": [], "yes_no_answer": "NO"},
            {"long_answer": blank, "short_answers": [], "yes_no_answer": "NONE"},
        ],
    }
    path = write_gold(tmp_path / "gold.jsonl", page)
    gold = read_gold(path)
    assert gold_of(read_pages(path)) == gold
    assert gold["7"] == [Label(Span(1, 3), (Span(1, 2),)), Label(Span(1, 3), (), "NO"), Label()]
    assert annotators(gold) == "3"


# --- bad input ---------------------------------------------------------------------------------------------

PACKED = gzip.compress(b'{"predictions": []}')
HALF = {"start_token": 3, "end_token": -1}
EMPTY = {"start_token": 3, "end_token": 3}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"example_id": None}, "needs an example_id"),
        ({"example_id": True}, "needs an example_id"),
        ({"example_id": 1.5}, "needs an example_id"),
        ({"example_id": "\ud800"}, "half a surrogate pair"),
        ({"long_answer": None}, "long_answer: expected start_token"),
        ({"long_answer": {"start_token": "5", "end_token": 22}}, "start_token must be an integer, found str"),
        (
            {"long_answer": {"start_token": 5.0, "end_token": 22}},
            "start_token must be an integer, found float",
        ),
        (
            {"long_answer": {"start_token": True, "end_token": 22}},
            "start_token must be an integer, found bool",
        ),
        ({"long_answer": HALF}, "has one end only"),
        ({"long_answer": EMPTY}, "is empty"),
        ({"short_answers": {}}, "short_answers must be a list"),
        ({"short_answers": [HALF]}, "short answer 0: token span 3:-1 has one end only"),
        ({"long_answer_score": float("nan")}, "long_answer_score is nan"),
        ({"short_answers_score": float("inf")}, "short_answers_score is inf"),
        ({"short_answers_score": 10**400}, "short_answers_score is inf"),
        ({"long_answer_score": None}, "long_answer_score must be a number"),
        ({"long_answer_score": "0.5"}, "long_answer_score must be a number"),
        ({"yes_no_answer": "maybe"}, "must be YES, NO or NONE"),
        ({"yes_no_answer": 1}, "must be YES, NO or NONE"),
        ({"yes_no_answer": "YES"}, "beside short spans"),
    ],
)
def test_faults_of_a_prediction_are_named(changes: dict, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_predictions(write_raw(tmp_path / "p.json", prediction_record(**changes)))
    assert str(tmp_path / "p.json") in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"predictions": [{"example_id": 1,', "cut off"),
        ("[" * 200_000, "nested too deeply"),
        ('{"predictions": ' + "9" * 5000 + "}", "cannot be read"),
        ("[]", "found a list"),
        ("{}", "predictions must be a list"),
        ('{"predictions": [1]}', "needs an example_id"),
        ("", "cut off"),
    ],
)
def test_files_that_hold_no_predictions_are_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "p.json").write_text(text)
    with pytest.raises(InputError, match=message):
        read_predictions(tmp_path / "p.json")


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00", PACKED[:-6], PACKED[:10] + b"\xff" * 40, b"\x1f\x8b\x08"],
    ids=["no text", "cut off", "overwritten", "only begun"],  # not the bytes: a packed file holds its time
)
def test_damaged_bytes_are_refused(content: bytes, tmp_path: Path) -> None:
    name = "p.json" if content[:1] == b"\xff" else "p.json.gz"
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match="cannot be read"):
        read_predictions(tmp_path / name)


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_files, "MAX_PREDICTION_CHARACTERS", 1000)
    (tmp_path / "p.json.gz").write_bytes(gzip.compress(b" " * 100_000))
    with pytest.raises(InputError, match="more than 1000 characters"):
        read_predictions(tmp_path / "p.json.gz")


def test_repeated_ids_are_refused(tmp_path: Path) -> None:
    twin = prediction_record(example_id=797803103760793766)
    with pytest.raises(InputError, match="occurs twice"):
        read_predictions(write_raw(tmp_path / "p.json", prediction_record(), twin))
    with pytest.raises(InputError, match=r"gold.jsonl:2: example_id 797803103760793766 occurs twice"):
        read_gold(write_gold(tmp_path / "gold.jsonl", original_record(), original_record()))


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"example_id": 1}, "gold.jsonl:1: no annotations"),
        ({"example_id": 1, "annotations": [3]}, "gold.jsonl:1: annotation 0: expected a JSON object"),
        ({"example_id": 1, "annotations": [{"long_answer": {}}]}, "annotation 0: long_answer: expected"),
        ({"example_id": [], "annotations": []}, "gold.jsonl:1: needs an example_id"),
    ],
)
def test_faults_of_the_gold_file_are_named(record: dict, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        read_gold(write_gold(tmp_path / "gold.jsonl", record))


@pytest.mark.parametrize("number", [5655493461695504401, 2**64 - 1, -(2**63)])
def test_ids_of_64_bits_come_back_as_numbers(tmp_path, number):
    write_predictions(tmp_path / "p.json", {str(number): Prediction()})
    assert json.loads((tmp_path / "p.json").read_text())["predictions"][0]["example_id"] == number
    assert list(read_predictions(tmp_path / "p.json")) == [str(number)]
    assert list(read_gold(write_gold(tmp_path / "g.jsonl", original_record() | {"example_id": number}))) == [
        str(number)
    ]


@pytest.mark.parametrize("text", [str(2**64), "-9223372036854775809", "007", "-0", "1e3"])
def test_what_is_no_such_number_stays_a_text(tmp_path, text):
    write_predictions(tmp_path / "p.json", {text: Prediction()})
    assert json.loads((tmp_path / "p.json").read_text())["predictions"][0]["example_id"] == text
