"""The official evaluation on cases worked by hand, its identities, and every way to hand it bad files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.qa.label_files import write_predictions
from reckon.qa.labels import Label, Outcomes, Prediction, Span
from reckon.qa.nq_eval import curve_measures, evaluate, outcomes, same_spans

NOBODY = Label()
ENVIRONMENT = {"PYTHONPATH": str(Path(__file__).parents[2] / "src")}


def long(start: int, end: int) -> Label:
    return Label(Span(start, end))


def short(*spans: tuple[int, int]) -> Label:
    return Label(Span(0, 50), tuple(Span(*span) for span in spans))


def one(labels: list[Label], answer: Label) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """(has gold, answered, correct) of the long and of the short answer to a single question."""
    kinds = outcomes({"q": labels}, {"q": Prediction(answer)})
    return tuple((bool(k.has_gold[0]), bool(k.answered[0]), bool(k.correct[0])) for k in kinds)


# --- one question ------------------------------------------------------------------------------------------


def test_one_of_five_long_answers_is_no_gold_and_an_answer_is_wrong() -> None:
    assert one([long(0, 10), NOBODY, NOBODY, NOBODY, NOBODY], long(0, 10))[0] == (False, True, False)


@pytest.mark.parametrize(("span", "correct"), [((0, 10), True), ((0, 9), True), ((1, 9), False)])
def test_two_of_five_make_gold_and_either_of_the_two_matches(span: tuple[int, int], correct: bool) -> None:
    labels = [long(0, 10), long(0, 9), NOBODY, NOBODY, NOBODY]
    assert one(labels, long(*span))[0] == (True, True, correct)


def test_nested_candidates_do_not_match_each_other() -> None:
    table, row = long(5, 22), long(14, 17)
    assert one([table], row)[0] == (True, True, False)
    assert one([table], table)[0] == (True, True, True)


def test_single_annotator_is_enough_alone_but_not_beside_one_who_found_nothing() -> None:
    assert one([long(0, 10)], long(0, 10))[0] == (True, True, True)
    assert one([long(0, 10), NOBODY], long(0, 10))[0] == (False, True, False)


def test_no_annotation_at_all_is_no_gold() -> None:
    assert one([], long(0, 10))[0] == (False, True, False)


@pytest.mark.parametrize(
    ("spans", "correct"),
    [
        (((1, 3), (5, 6)), True),
        (((5, 6), (1, 3)), True),  # a set: no order
        (((1, 3),), False),  # part of the set
        (((1, 3), (5, 6), (8, 9)), False),  # more than the set
        (((2, 4),), True),  # the other annotator's set
        (((1, 3), (2, 4)), False),  # a mixture of two annotators' sets
    ],
)
def test_short_answers_match_as_a_whole_set_of_one_annotator(
    spans: tuple[tuple[int, int], ...], correct: bool
) -> None:
    labels = [short((1, 3), (5, 6)), short((2, 4)), NOBODY, NOBODY, NOBODY]
    assert one(labels, short(*spans))[1] == (True, True, correct)


@pytest.mark.parametrize(("answer", "correct"), [("YES", True), ("NO", False)])
def test_yes_and_spans_vote_together_and_yes_must_be_someones(answer: str, correct: bool) -> None:
    labels = [Label(Span(0, 50), (), "YES"), short((1, 3)), NOBODY, NOBODY, NOBODY]
    assert one(labels, Label(Span(0, 50), (), answer))[1] == (True, True, correct)


def test_blank_is_neither_answered_nor_correct_even_if_some_annotators_were_blank_too() -> None:
    labels = [short((1, 3)), short((1, 3)), NOBODY, NOBODY, NOBODY]
    assert one(labels, NOBODY) == ((True, False, False), (True, False, False))


def test_spans_agree_in_bytes_or_in_tokens() -> None:
    gold = Span(5, 22, 32, 106)
    assert gold.matches(Span(5, 22))
    assert gold.matches(Span(-1, -1, 32, 106))
    assert not gold.matches(Span(5, 23, 32, 107))
    assert not Span(5, 22).matches(Span(-1, -1, 32, 106))
    assert same_spans((gold,), (Span(5, 22),))
    assert not same_spans((), (gold,))


# --- thresholds --------------------------------------------------------------------------------------------


def test_best_threshold_by_hand() -> None:
    # Scores 10 (wrong), 1 (right), one gold answer: at 10 P = 0, at 1 P = 1/2 and R = 1, F1 = 2/3.
    measured = curve_measures(Outcomes.of([(True, True, True, 1.0), (False, True, False, 10.0)]))
    assert measured["best-threshold-f1"] == pytest.approx(2 / 3)
    assert (measured["best-threshold-precision"], measured["best-threshold-recall"]) == (0.5, 1.0)
    assert measured["best-threshold"] == 1.0
    assert measured["recall-at-precision>=0.5"] == 1.0
    assert measured["recall-at-precision>=0.75"] == measured["precision-at-precision>=0.9"] == 0.0


def test_recall_at_precision_by_hand() -> None:
    # Falling scores 5 4 3 2 1; right right wrong right wrong; four gold answers.
    right = (True, True, False, True, False)
    has_gold = (True, True, False, True, True)
    rows = zip(has_gold, [True] * 5, right, (5.0, 4.0, 3.0, 2.0, 1.0), strict=True)
    table = {row["target"]: row for row in curve_measures(Outcomes.of(rows))["recall-at-precision-table"]}
    assert table[0.9] == {"target": 0.9, "recall": 0.5, "precision": 1.0, "threshold": 4.0}
    assert table[0.75] == {"target": 0.75, "recall": 0.75, "precision": 0.75, "threshold": 2.0}
    assert table[0.5] == {"target": 0.5, "recall": 0.75, "precision": 0.75, "threshold": 2.0}


def test_equal_scores_stand_or_fall_together() -> None:
    measured = curve_measures(Outcomes.of([(True, True, True, 1.0), (False, True, False, 1.0)]))
    assert measured["best-threshold-precision"] == 0.5


def test_of_equal_f1_the_highest_threshold_and_zero_if_nothing_is_right() -> None:
    measured = curve_measures(Outcomes.of([(True, True, True, 3.0), (False, False, False, 1.0)]))
    assert measured["best-threshold"] == 3.0
    nothing = curve_measures(Outcomes.of([(True, True, False, 3.0)]))
    assert (nothing["best-threshold"], nothing["best-threshold-f1"]) == (0.0, 0.0)


ROWS = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.booleans(), st.integers(-3, 3)).map(
        lambda row: (row[0], row[1], row[0] and row[1] and row[2], float(row[3]))
    ),
    min_size=1,
    max_size=25,
)


@given(ROWS)
def test_best_threshold_is_the_best_of_all_tried_one_by_one(
    rows: list[tuple[bool, bool, bool, float]],
) -> None:
    def f1(threshold: float) -> float:
        kept = [row for row in rows if row[3] >= threshold]
        right = sum(row[2] for row in kept)
        below = sum(row[1] for row in kept) + sum(row[0] for row in rows)
        return 2 * right / below if below else 0.0

    measured = curve_measures(Outcomes.of(rows))
    assert measured["best-threshold-f1"] == pytest.approx(max(f1(row[3]) for row in rows))
    if measured["best-threshold-f1"] > 0:
        assert f1(measured["best-threshold"]) == pytest.approx(measured["best-threshold-f1"])


# --- whole files -------------------------------------------------------------------------------------------

GOLD = {
    "1": [Label(Span(5, 22), (Span(15, 16), Span(18, 19)))],
    "2": [Label(Span(0, 9), (), "YES")],
    "3": [NOBODY],
    "4": [Label(Span(3, 30))],
}


def test_perfect_predictions_score_one_and_blank_ones_zero() -> None:
    metrics = evaluate(GOLD, {question: Prediction(labels[0]) for question, labels in GOLD.items()})
    blank = evaluate(GOLD, dict.fromkeys(GOLD, Prediction()))
    for kind in ("long", "short"):
        assert metrics[f"{kind}-best-threshold-f1"] == metrics[f"{kind}-answer-f1"] == 1.0
        assert metrics[f"{kind}-recall-at-precision>=0.9"] == 1.0
        assert blank[f"{kind}-best-threshold-f1"] == blank[f"{kind}-answer-f1"] == 0.0
    assert (metrics["long-answer-gold"], metrics["short-answer-gold"]) == (3, 2)
    assert metrics["signature"].startswith("nq_eval|votes:2|annotators:1|n:4|version:reckon-")


LABELS = st.builds(
    Label,
    st.sampled_from([Span(), Span(0, 5), Span(0, 9)]),
    st.sampled_from([(), (Span(1, 2),), (Span(1, 2), Span(3, 4))]),
)
QUESTIONS = st.lists(
    st.tuples(st.lists(LABELS, max_size=5), LABELS, st.integers(0, 4), st.integers(0, 4)),
    min_size=1,
    max_size=8,
)


@given(QUESTIONS, st.randoms())
def test_measures_are_fractions_and_do_not_depend_on_the_order(questions: list, random: object) -> None:
    gold = {str(i): labels for i, (labels, *_) in enumerate(questions)}
    answers = {str(i): Prediction(label, a, b) for i, (_, label, a, b) in enumerate(questions)}
    metrics = evaluate(gold, answers)
    order = list(gold)
    random.shuffle(order)
    assert evaluate({q: gold[q] for q in order}, answers) == metrics
    fractions = [v for k, v in metrics.items() if k.endswith(("f1", "precision", "recall")) or ">=" in k]
    assert len(fractions) == 24
    assert all(0 <= value <= 1 for value in fractions)


def test_both_sides_must_hold_the_same_questions() -> None:
    answers = dict.fromkeys(GOLD, Prediction())
    with pytest.raises(InputError, match="without a prediction, the first is 3"):
        evaluate(GOLD, {question: answer for question, answer in answers.items() if question != "3"})
    with pytest.raises(InputError, match="not in the gold file, the first is 9"):
        evaluate(GOLD, answers | {"9": Prediction()})
    with pytest.raises(InputError, match="holds no question"):
        evaluate({}, {})


def test_byte_offsets_against_gold_without_bytes_are_refused_not_scored_zero() -> None:
    with pytest.raises(InputError, match="byte offsets only"):
        evaluate({"1": [long(5, 22)]}, {"1": Prediction(Label(Span(-1, -1, 32, 106)))})


def test_program_prints_json_or_one_line_and_exits_with_one(tmp_path: Path) -> None:
    span = {"start_token": 5, "end_token": 22}
    note = {"long_answer": span, "short_answers": [], "yes_no_answer": "NONE"}
    (tmp_path / "gold.jsonl").write_text(json.dumps({"example_id": 1, "annotations": [note]}))
    write_predictions(tmp_path / "good.json", {"1": Prediction(long(5, 22))})
    (tmp_path / "bad.json").write_text((tmp_path / "good.json").read_text().replace("0.0", "NaN"))
    command = [sys.executable, "-m", "reckon.qa.nq_eval", tmp_path / "gold.jsonl"]
    good, bad = (
        subprocess.run([*command, tmp_path / name], capture_output=True, text=True, env=ENVIRONMENT)
        for name in ("good.json", "bad.json")
    )
    assert json.loads(good.stdout)["long-best-threshold-f1"] == 1.0
    assert (bad.returncode, bad.stdout, bad.stderr.count("\n")) == (1, "", 1)
    assert bad.stderr.startswith("error: ")


def test_byte_offsets_against_gold_without_any_span_are_wrong_answers_as_the_official_tool_counts_them() -> (
    None
):
    in_bytes = Prediction(Label(Span(-1, -1, 0, 9), (Span(-1, -1, 2, 4),)))
    for labels in ([], [NOBODY], [NOBODY] * 5, [Label(yes_no="YES")] * 2):
        measures = evaluate({"q": labels}, {"q": in_bytes})
        assert (measures["long-answer-answered"], measures["long-answer-f1"]) == (1, 0.0)
        assert (measures["short-answer-answered"], measures["short-answer-f1"]) == (1, 0.0)
