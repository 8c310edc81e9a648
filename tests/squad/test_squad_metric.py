"""The metric: worked cases of its definition, its properties, and the program."""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.squad.metric import (
    always_no_answer,
    best,
    evaluate,
    exact_match,
    f1_score,
    normalised,
    references,
    scores,
)

ROOT = Path(__file__).parents[2]
WORDS = st.lists(
    st.sampled_from(["the", "Paris", "of", "a", "dog", "U.S.", "an", "1,000", "it's"]), max_size=5
)
TEXTS = WORDS.map(" ".join)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The  Dog's\tbone.", "dogs bone"),
        ("A man, an apple & the end", "man apple end"),
        ("U.S.A.", "usa"),
        ("theatre and another", "theatre and another"),  # an article is a whole word
        ("the", ""),
        ("the-end", "theend"),  # punctuation goes first, and joins
        ("café – naïve", "café – naïve"),  # punctuation outside ASCII stays
        ("«a»", "« »"),
        ("", ""),
    ],
)
def test_normalisation_by_hand(text, expected):
    assert normalised(text) == expected


@pytest.mark.parametrize(
    ("prediction", "reference", "exact", "f1"),
    [
        ("the Eiffel Tower", "Eiffel tower.", 1, 1),
        ("in the late 1990s", "late 1990s", 0, 2 * 2 / 5),
        ("dog dog cat", "dog", 0, 2 * 1 / 4),  # a word counts as often as it stands in both
        ("cat", "dog", 0, 0),
        ("", "dog", 0, 0),
        ("", "", 1, 1),
        ("the", "", 1, 1),  # nothing is left of it
        ("dog", "", 0, 0),
    ],
)
def test_a_pair_by_hand(prediction, reference, exact, f1):
    assert exact_match(prediction, reference) == exact
    assert f1_score(prediction, reference) == pytest.approx(f1)


def test_references_of_which_nothing_is_left_do_not_count():
    assert references(["the", "Paris"]) == ["Paris"]
    assert references(["the", "..."]) == references([]) == [""]


@given(TEXTS, TEXTS)
def test_properties_of_a_pair(one, other):
    assert f1_score(one, other) == f1_score(other, one)
    assert exact_match(one, other) <= f1_score(one, other) <= 1
    assert f1_score(one, one) == exact_match(one, one) == 1
    assert normalised(normalised(one)) == normalised(one)
    words = one.split()
    assert f1_score(" ".join(reversed(words)), other) == f1_score(one, other)


ANSWERS = {"a": ["Paris", "in Paris"], "b": ["a dog"], "c": [], "d": []}
PREDICTED = {"a": "paris", "b": "one dog", "c": "", "d": "cat"}


def test_the_summary_by_hand():
    """exact: 1, 0, 1, 0; F1: 1, 2/3, 1, 0."""
    found = evaluate(ANSWERS, PREDICTED)
    expected = {"exact": 50, "f1": 100 * (2 + 2 / 3) / 4, "total": 4}
    expected |= {"HasAns_exact": 50, "HasAns_f1": 100 * (1 + 2 / 3) / 2, "HasAns_total": 2}
    expected |= {"NoAns_exact": 50, "NoAns_f1": 50, "NoAns_total": 2}
    assert found == pytest.approx(expected)


def test_a_file_without_impossible_questions_has_no_such_rows():
    assert not any(name.startswith("NoAns") for name in evaluate({"a": ["Paris"]}, {"a": ""}))


def test_never_to_answer_scores_the_share_of_impossible_questions():
    found = evaluate(ANSWERS, always_no_answer(ANSWERS))
    assert found["exact"] == found["f1"] == found["NoAns_exact"] / 2 == 50
    assert found["HasAns_f1"] == 0


@given(st.dictionaries(st.text("abc", min_size=1), st.lists(TEXTS, max_size=2), min_size=1), st.data())
def test_properties_of_a_whole(answers, data):
    predictions = {name: data.draw(TEXTS) for name in answers}
    found = evaluate(answers, predictions)
    assert found["exact"] <= found["f1"] + 1e-9
    parts = sum(found.get(f"{p}_total", 0) * found.get(f"{p}_f1", 0) for p in ("HasAns", "NoAns"))
    assert parts / found["total"] == pytest.approx(found["f1"])
    assert evaluate(answers, {name: references(texts)[0] for name, texts in answers.items()})["exact"] == 100
    more = {name: [*texts, "xyz"] for name, texts in answers.items() if references(texts) != [""]}
    if more:  # a further reference never lowers a score
        assert evaluate(more, predictions)["f1"] >= evaluate({n: answers[n] for n in more}, predictions)["f1"]


def by_all_thresholds(answers, predictions, p):
    """The best exact by withholding, for every threshold, each answer with a P above it."""
    tried = []
    for threshold in [-1.0, *sorted(set(p.values()))]:
        kept = {name: text if p[name] <= threshold else "" for name, text in predictions.items()}
        tried.append(evaluate(answers, kept)["exact"])
    return max(tried)


@given(
    st.lists(
        st.tuples(st.booleans(), TEXTS, st.sampled_from([0.0, 0.2, 0.2, 0.7, 1.0])), min_size=1, max_size=8
    )
)
def test_the_best_threshold_is_the_best_of_all(rows):
    answers = {str(i): ["Paris"] if has else [] for i, (has, _, _) in enumerate(rows)}
    predictions = {str(i): text for i, (_, text, _) in enumerate(rows)}
    p = {str(i): value for i, (_, _, value) in enumerate(rows)}
    found = evaluate(answers, predictions, p)
    assert found["best_exact"] == pytest.approx(by_all_thresholds(answers, predictions, p))
    assert (
        found["best_exact"]
        >= max(found["exact"], evaluate(answers, always_no_answer(answers))["exact"]) - 1e-9
    )
    assert found["best_f1"] >= found["best_exact"] - 1e-9


def test_the_best_threshold_by_hand():
    """In the order of P: right +1, wrong on a question without answer −1, right +1; one withheld is right."""
    answers = {"a": ["x"], "b": [], "c": ["y"]}
    found = evaluate(answers, {"a": "x", "b": "z", "c": "y"}, {"a": 0.1, "b": 0.2, "c": 0.3})
    assert found["best_exact"] == pytest.approx(200 / 3)
    assert found["best_exact_thresh"] == 0.1  # the least that reaches it
    swapped = evaluate(answers, {"a": "x", "b": "z", "c": "y"}, {"a": 0.1, "b": 0.3, "c": 0.2})
    assert (swapped["best_exact"], swapped["best_exact_thresh"]) == (100, 0.2)


def test_equal_probabilities_stand_on_one_side():
    """The official program passes them one by one and finds 100 or 50, by the order of the file."""
    answers, predictions = {"a": ["x"], "b": []}, {"a": "x", "b": "z"}
    for order in itertools.permutations(answers):
        found = scores({name: answers[name] for name in order}, predictions)
        assert best(found, found.exact, np.array([0.5, 0.5])) == (50.0, 0.0)


def test_a_missing_prediction_is_an_error_with_its_id():
    with pytest.raises(InputError, match=r"predictions: no prediction for 4 of 4 questions \(a, b, c, "):
        evaluate(ANSWERS, {})
    with pytest.raises(InputError, match="--na-prob: no probability for 4 questions, such as 'a'"):
        evaluate(ANSWERS, PREDICTED, {})


def program(*arguments: Path | str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "reckon.squad.metric", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT / "src", env={"PATH": ""}
    )


@pytest.fixture
def files(tmp_path):
    rows = [
        {"id": name, "question": "?", "answers": [{"text": t, "answer_start": 0} for t in texts]}
        for name, texts in ANSWERS.items()
    ]
    article = {"title": "t", "paragraphs": [{"context": "Paris in a dog", "qas": rows}]}
    contents = {"data": {"data": [article]}, "predictions": PREDICTED, "p": dict.fromkeys("abcd", 0.5)}
    for name, content in contents.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    return tmp_path


def test_the_program_prints_what_the_function_returns(files):
    done = program(files / "data.json", files / "predictions.json", "--na-prob", files / "p.json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == evaluate(ANSWERS, PREDICTED, dict.fromkeys("abcd", 0.5))
    without = program(files / "data.json", files / "predictions.json")
    assert json.loads(without.stdout) == evaluate(ANSWERS, PREDICTED)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("predictions.json", '{"a": "x"}', "no prediction for 3 of 4 questions (b, c, d)"),
        ("predictions.json", '{"a": 3}', "expected a text"),
        ("predictions.json", "[]", "expected an object"),
        ("p.json", '{"a": 1.5}', "'a': 1.5 is not within 0 and 1"),
        ("p.json", '{"a": NaN}', "not within 0 and 1"),
        ("data.json", '{"data": []}', "it holds no question"),
        ("data.json", "{", "not JSON"),
    ],
)
def test_the_program_ends_with_one_line_and_code_1(files, name, content, words):
    (files / name).write_text(content)
    done = program(files / "data.json", files / "predictions.json", "--na-prob", files / "p.json")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: ")
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
