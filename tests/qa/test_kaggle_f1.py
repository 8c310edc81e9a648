"""Kaggle's micro F1 on cases worked by hand, in both ways of counting a wrong answer, and its program."""

import csv
import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.qa.kaggle_f1 import counts, f1_of, micro_f1, report, write_submission
from reckon.qa.label_files import write_predictions
from reckon.qa.labels import Label, Prediction, Span
from reckon.qa.nq_eval import evaluate

ENVIRONMENT = {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}
NOBODY = Label()
ALL = (-math.inf, -math.inf)
TABLE, ROW = Span(10, 40), Span(12, 20)

# Five questions, the first with three annotators.
GOLD = {
    "a": [Label(TABLE, (Span(13, 15),)), Label(ROW, (Span(13, 14), Span(16, 17))), NOBODY],
    "b": [Label(Span(0, 8), (), "YES")],
    "c": [Label(Span(3, 9))],  # a long answer only
    "d": [NOBODY],
    "e": [Label(Span(0, 5), (Span(1, 2),))],
}
ANSWERS = {
    "a": Prediction(Label(ROW, (Span(16, 17),)), 0.9, 0.9),  # long right (second annotator), short right
    "b": Prediction(Label(Span(0, 7), (), "NO"), 0.8, 0.7),  # long wrong, NO wrong
    "c": Prediction(Label(Span(3, 9), (Span(4, 5),)), 0.6, 0.2),  # long right, short where none exists
    "d": Prediction(Label(Span(1, 2)), 0.5, 0.0),  # long where none exists, short rightly blank
    "e": Prediction(),  # both blank, both exist
}
BY_HAND = {
    "fp": [[2, 0, 0], [0, 2, 0], [1, 1, 0], [0, 1, 0], [0, 0, 2]],
    "fp_fn": [[2, 0, 0], [0, 2, 2], [1, 1, 0], [0, 1, 0], [0, 0, 2]],
}


@pytest.mark.parametrize(
    ("wrong", "f1"), [("fp", 2 * 3 / (2 * 3 + 4 + 2)), ("fp_fn", 2 * 3 / (2 * 3 + 4 + 4))]
)
def test_both_variants_by_hand(wrong: str, f1: float) -> None:
    assert counts(GOLD, ANSWERS, *ALL, wrong=wrong).tolist() == BY_HAND[wrong]
    assert micro_f1(GOLD, ANSWERS, *ALL, wrong=wrong) == pytest.approx(f1)


def test_answers_below_their_threshold_are_blank_and_at_it_they_count() -> None:
    # Long at 0.6: a and c right, b wrong, e missed. Short at 0.8: a right, b and e missed.
    assert micro_f1(GOLD, ANSWERS, 0.6, 0.8) == pytest.approx(2 * 3 / (2 * 3 + 1 + 3))
    assert counts(GOLD, ANSWERS, math.inf, math.inf).sum(axis=0).tolist() == [0, 0, 7]


def test_the_variants_agree_without_wrong_answers_on_answerable_rows() -> None:
    good = ANSWERS | {"b": Prediction(GOLD["b"][0])}
    assert np.array_equal(counts(GOLD, good, *ALL), counts(GOLD, good, *ALL, wrong="fp_fn"))


def test_nested_candidate_is_right_only_if_an_annotator_chose_it() -> None:
    inner = {"q": Prediction(Label(ROW))}
    assert counts({"q": [Label(TABLE)]}, inner, *ALL).tolist() == [[0, 1, 0]]
    assert counts({"q": [Label(TABLE), Label(ROW)]}, inner, *ALL).tolist() == [[1, 0, 0]]


def test_each_span_of_an_annotator_is_a_label_and_the_row_holds_the_first_predicted() -> None:
    gold = {"q": [Label(TABLE, (Span(13, 14), Span(16, 17)))]}
    second_first = {"q": Prediction(Label(TABLE, (Span(16, 17), Span(30, 31))))}
    assert counts(gold, second_first, *ALL).tolist() == [[2, 0, 0]]


def test_one_of_five_annotators_makes_no_gold_unless_asked_for() -> None:
    gold = {"q": [Label(TABLE), NOBODY, NOBODY, NOBODY, NOBODY]}
    answer = {"q": Prediction(Label(TABLE))}
    assert counts(gold, answer, *ALL).tolist() == [[0, 1, 0]]
    assert counts(gold, answer, *ALL, votes=1).tolist() == [[1, 0, 0]]


def test_perfect_answers_score_one_and_blanks_zero() -> None:
    perfect = {question: Prediction(labels[0]) for question, labels in GOLD.items()}
    for wrong in ("fp", "fp_fn"):
        assert micro_f1(GOLD, perfect, *ALL, wrong=wrong) == 1.0
        assert micro_f1(GOLD, dict.fromkeys(GOLD, Prediction()), *ALL, wrong=wrong) == 0.0


LABELS = st.builds(
    Label,
    st.sampled_from([Span(), TABLE, ROW]),
    st.sampled_from([(), (Span(13, 14),), (Span(16, 17), Span(13, 14))]),
)
ROWS = st.lists(
    st.tuples(
        st.lists(st.one_of(LABELS, st.just(Label(TABLE, (), "NO"))), min_size=1, max_size=5),
        st.builds(Prediction, LABELS, st.integers(0, 5), st.integers(0, 5)),
    ),
    min_size=1,
    max_size=10,
)


@given(ROWS, st.integers(0, 6), st.integers(0, 6), st.sampled_from(["fp", "fp_fn"]), st.randoms())
def test_f1_is_a_fraction_of_summed_counts_whatever_the_order(
    rows: list, long: int, short: int, wrong: str, random: object
) -> None:
    gold = {str(i): labels for i, (labels, _) in enumerate(rows)}
    answers = {str(i): answer for i, (_, answer) in enumerate(rows)}
    each = counts(gold, answers, long, short, wrong=wrong)
    f1 = micro_f1(gold, answers, long, short, wrong=wrong)
    assert 0 <= f1 <= 1
    assert f1 == f1_of(each) == f1_of(each.sum(axis=0))
    order = list(gold)
    random.shuffle(order)
    shuffled = {question: gold[question] for question in order}
    assert micro_f1(shuffled, answers, long, short, wrong=wrong) == f1
    assert counts(shuffled, answers, long, short, wrong=wrong).tolist() == [
        each[int(q)].tolist() for q in order
    ]


@given(ROWS, st.integers(0, 6), st.integers(0, 6))
def test_counting_wrong_answers_twice_never_helps(rows: list, long: int, short: int) -> None:
    gold = {str(i): labels for i, (labels, _) in enumerate(rows)}
    answers = {str(i): answer for i, (_, answer) in enumerate(rows)}
    once, twice = (counts(gold, answers, long, short, wrong=wrong) for wrong in ("fp", "fp_fn"))
    assert f1_of(twice) <= f1_of(once)
    # Under "fp_fn" TP + FN is the number of gold rows, so recall has its usual meaning.
    assert twice[:, [0, 2]].sum() == counts(gold, answers, math.inf, math.inf)[:, 2].sum()


@given(ROWS)
def test_long_rows_alone_with_wrong_answers_counted_twice_are_the_official_f1(rows: list) -> None:
    gold = {str(i): labels for i, (labels, _) in enumerate(rows)}
    answers = {str(i): answer for i, (_, answer) in enumerate(rows)}
    ours = report(gold, answers, *ALL, wrong="fp_fn")["long"]["f1"]
    assert ours == pytest.approx(evaluate(gold, answers)["long-answer-f1"])


@given(ROWS, st.integers(0, 6))
def test_by_kaggles_wording_an_answer_to_an_answerable_row_never_hurts(rows: list, threshold: int) -> None:
    answerable = {str(i): [Label(TABLE, (Span(13, 14),))] for i in range(len(rows))}
    answers = {str(i): answer for i, (_, answer) in enumerate(rows)}
    assert micro_f1(answerable, answers, *ALL) >= micro_f1(answerable, answers, threshold, threshold)


def test_submission_has_two_rows_a_question_sorted_by_id(tmp_path: Path) -> None:
    answers = {"9": ANSWERS["a"], "-12": ANSWERS["b"], "page, 1": Prediction(Label(ROW), 0.1, 0.9)}
    write_submission(tmp_path / "out.csv", answers, 0.5, 0.5)
    with open(tmp_path / "out.csv", newline="") as file:
        assert list(csv.reader(file)) == [
            ["example_id", "PredictionString"],
            ["-12_long", "0:7"],
            ["-12_short", "NO"],
            ["9_long", "12:20"],
            ["9_short", "16:17"],
            ["page, 1_long", ""],
            ["page, 1_short", ""],
        ]


def test_answers_in_bytes_only_are_refused() -> None:
    with pytest.raises(InputError, match="byte offsets only"):
        counts({"q": [Label(Span(1, 2, 10, 20))]}, {"q": Prediction(Label(Span(-1, -1, 10, 20)))}, *ALL)


def test_report_splits_long_and_short_and_signs_how_it_counted() -> None:
    result = report(GOLD, ANSWERS, -math.inf, 0.5)
    assert result["all"] == {"f1": result["f1"], "tp": 3, "fp": 3, "fn": 2}
    assert [result[kind][key] for kind in ("long", "short") for key in ("tp", "fp", "fn")] == [
        2,
        2,
        1,
        1,
        1,
        1,
    ]
    assert result["thresholds"] == ["-inf", 0.5]
    assert result["signature"].startswith("kaggle_f1|wrong:fp|votes:2|annotators:1-3|n:5|version:reckon-")


def program(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reckon.qa.kaggle_f1", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)


def test_program_scores_and_writes_the_submission_of_a_hidden_test_set(tmp_path: Path) -> None:
    note = {"long_answer": {"start_token": 3, "end_token": 9}, "short_answers": [], "yes_no_answer": "NONE"}
    (tmp_path / "gold.jsonl").write_text(json.dumps({"example_id": "c", "annotations": [note]}))
    write_predictions(tmp_path / "p.json", {"c": ANSWERS["c"]})
    scored = program(tmp_path / "gold.jsonl", tmp_path / "p.json", "--short-threshold", 0.5)
    assert json.loads(scored.stdout)["f1"] == 1.0
    hidden = program(tmp_path / "p.json", "--submission", tmp_path / "out.csv")
    assert (hidden.returncode, hidden.stdout) == (0, "")
    assert (tmp_path / "out.csv").read_text().splitlines()[1:] == ["c_long,3:9", "c_short,4:5"]
    idle = program(tmp_path / "p.json")
    assert (idle.returncode, idle.stderr.count("\n")) == (1, 1)
