"""Evaluation: perfect and empty systems, the fixed halves, and thresholds that see no scored page."""

import math
from dataclasses import replace

import numpy as np
import pytest

from reckon.errors import InputError
from reckon.qa.evaluation import SCORED, evaluate, gold_ranks, mrr, ranking, recall_at
from reckon.qa.kaggle_f1 import f1_of, micro_f1
from reckon.qa.labels import Label, Prediction, Span, gold_of
from reckon.qa.pages import gold, part
from reckon.qa.thresholds import best_thresholds

SHARE = 0.3
SPANS = [(0, 4), (4, 8), (8, 12)]
IDS = [str(i) for i in range(120)]
PARTS = {name: part(name, SHARE) for name in IDS}


@pytest.fixture(scope="module")
def pages(make_page):
    """A third without answer, the others with a short, a YES or a long answer."""
    kinds = [
        {},
        {"gold": 1, "short": [(5, 7)]},
        {"gold": 2},
        {"gold": 0, "yes_no": "YES"},
        {},
        {"gold": 0, "short": [(1, 2), (2, 4)]},
    ]
    return [make_page(name, "a b c d e f g h i j k l", SPANS, **kinds[i % 6]) for i, name in enumerate(IDS)]


def perfect(pages) -> dict[str, Prediction]:
    found = {}
    for page in pages:
        label = gold_of([page])[page.example_id][0]
        answered = label.long.given
        found[page.example_id] = Prediction(label, float(answered), float(answered))
    return found


def noisy(pages, seed=0) -> dict[str, Prediction]:
    """Guesses of one candidate with the truth in two cases of three, surer where right."""
    rng = np.random.default_rng(seed)
    found = {}
    for page, right in zip(pages, perfect(pages).values(), strict=True):
        if right.label.long.given and rng.random() < 0.67:
            found[page.example_id] = replace(right, long_score=rng.beta(4, 2), short_score=rng.beta(3, 2))
        else:
            start, end = SPANS[rng.integers(3)]
            label = Label(Span(start, end), (Span(start, start + 1),))
            found[page.example_id] = Prediction(label, rng.beta(2, 4), rng.beta(2, 4))
    return found


def test_perfect_answers_score_one_everywhere(pages):
    summary = evaluate(pages, perfect(pages), SHARE).summary
    for part_name in ("public", "private", "scored"):
        assert [summary[part_name][kind]["f1"] for kind in ("all", "long", "short")] == [1, 1, 1]
        assert summary[part_name]["f1"] == 1
    assert summary["development_f1"] == 1
    assert summary["recall_at_1"] == 1
    assert summary["official"]["long-best-threshold-f1"] == 1
    assert summary["official"]["short-best-threshold-f1"] == 1


def test_blank_answers_score_nothing_and_miss_every_row(pages):
    summary = evaluate(pages, dict.fromkeys(IDS, Prediction()), SHARE).summary
    assert summary["scored"]["f1"] == summary["recall_at_1"] == 0
    rows = [
        row for page in pages if PARTS[page.example_id] in SCORED for row in gold_of([page])[page.example_id]
    ]
    assert summary["scored"]["all"]["fn"] == sum(row.long.given + row.has_short for row in rows)
    assert summary["thresholds"] == {"long": "inf", "short": "inf"}


def test_the_halves_are_disjoint_and_complete(pages):
    scores = evaluate(pages, noisy(pages), SHARE)
    by_part = {name: [row["example_id"] for row in scores.by_page if row["part"] == name] for name in SCORED}
    assert [row["example_id"] for row in scores.by_page] == [name for name in IDS if PARTS[name] in SCORED]
    assert not set(by_part["public"]) & set(by_part["private"])
    sizes = {name: scores.summary[name]["n"] for name in (*SCORED, "scored")}
    assert sizes == {name: len(by_part[name]) for name in SCORED} | {"scored": len(scores.by_page)}
    assert all(len(names) > 20 for names in by_part.values())
    assert sum(value == "development" for value in PARTS.values()) == len(IDS) - len(scores.by_page)


def test_f1_is_that_of_the_metric_on_the_part_at_the_development_thresholds(pages):
    answers = noisy(pages)
    summary = evaluate(pages, answers, SHARE).summary

    def chosen(*names):
        inside = [page for page in pages if PARTS[page.example_id] in names]
        return gold_of(inside), {page.example_id: answers[page.example_id] for page in inside}

    best = best_thresholds(*chosen("development"))
    assert summary["thresholds"] == {"long": best.long, "short": best.short}
    assert summary["development_f1"] == best.f1
    for name, names in (("public", ("public",)), ("private", ("private",)), ("scored", SCORED)):
        assert summary[name]["f1"] == micro_f1(*chosen(*names), best.long, best.short)


def test_counts_by_page_add_up_to_the_scores(pages):
    scores = evaluate(pages, noisy(pages), SHARE)
    for name, wanted in (("public", ("public",)), ("private", ("private",)), ("scored", SCORED)):
        counts = [[row[k] for k in ("tp", "fp", "fn")] for row in scores.by_page if row["part"] in wanted]
        assert f1_of(np.array(counts)) == scores.summary[name]["f1"]
        assert np.sum(counts, axis=0).tolist() == [scores.summary[name]["all"][k] for k in ("tp", "fp", "fn")]


def test_development_pages_reach_the_scores_through_the_thresholds_alone(pages):
    """Other right and wrong answers there, at scores that leave the best thresholds where they were."""
    answers = noisy(pages)
    before = evaluate(pages, answers, SHARE)
    for name in IDS:
        if PARTS[name] == "development":
            long, short = before.summary["thresholds"]["long"], before.summary["thresholds"]["short"]
            kept = perfect(pages)[name].label
            answers[name] = Prediction(kept, long if kept.long.given else -1, short if kept.has_short else -1)
    after = evaluate(pages, answers, SHARE)
    assert after.summary["development_f1"] == 1 > before.summary["development_f1"]
    assert after.summary["thresholds"] == before.summary["thresholds"]
    assert after.by_page == before.by_page
    assert all(after.summary[name] == before.summary[name] for name in (*SCORED, "scored", "official"))


def test_scored_pages_do_not_move_the_thresholds(pages):
    answers = noisy(pages)
    changed = {name: answers[name] if PARTS[name] == "development" else Prediction() for name in IDS}
    first, second = (evaluate(pages, one, SHARE).summary for one in (answers, changed))
    assert first["thresholds"] == second["thresholds"]


def test_recall_counts_the_gold_candidate_whatever_its_score(pages):
    answers = {name: replace(one, long_score=-9.0) for name, one in perfect(pages).items()}
    scores = evaluate(pages, answers, SHARE)
    assert scores.summary["recall_at_1"] == 1
    answered = [
        page for page in pages if PARTS[page.example_id] in SCORED and gold(page).candidate is not None
    ]
    assert scores.summary["answered"] == len(answered) == sum(row["answered"] for row in scores.by_page)


def test_predictions_must_be_of_these_pages(pages):
    answers = perfect(pages)
    with pytest.raises(InputError, match="predicted but not in the gold file"):
        evaluate(pages, answers | {"z": Prediction()}, SHARE)
    scored = next(name for name in IDS if PARTS[name] in SCORED)
    del answers[scored]
    with pytest.raises(InputError):
        evaluate(pages, answers, SHARE)


def test_ranking_by_hand(pages):
    """The gold candidate is second of three on every page; only scored pages count."""
    scores = {}
    for page in pages:
        right = gold(page).candidate
        values = np.array([0.9, 0.1, 0.2]) if right is None else np.full(3, 0.3)
        if right is not None:
            values[right], values[(right + 1) % 3] = 0.5, 0.8
        scores[page.example_id] = values if PARTS[page.example_id] in SCORED else np.full(3, math.nan)
    found = ranking(pages, scores, SHARE)
    assert (found["recall_at_1"], found["recall_at_4"], found["mrr"]) == (0, 1, 0.5)
    assert found["mean_score_gold"] == pytest.approx(0.5)
    assert found["mean_score_other"] == pytest.approx(0.55)
    assert found["mean_score_null_page"] == pytest.approx(0.4)


def test_ranks_by_hand_pages_without_gold_left_out() -> None:
    scores = [[0.1, 0.9, 0.5], [0.3, 0.2], [0.7, 0.6, 0.8, 0.1]]
    ranks = gold_ranks(scores, [{2}, set(), {3, 1}])
    assert ranks.tolist() == [2, 3]
    assert [recall_at(ranks, k) for k in (1, 2, 3)] == [0, 0.5, 1]
    assert mrr(ranks) == pytest.approx((1 / 2 + 1 / 3) / 2)


def test_equal_scores_count_against_the_scorer_but_not_among_gold() -> None:
    assert gold_ranks([[1.0] * 4], [{0}]).tolist() == [4]
    assert gold_ranks([[1.0] * 4], [{0, 1, 2, 3}]).tolist() == [1]


def test_sifted_away_gold_is_never_found() -> None:
    ranks = gold_ranks([[-math.inf, 0.4], [0.4, -math.inf]], [{0}, {0}])
    assert ranks.tolist() == [math.inf, 1]
    assert (recall_at(ranks, 2), mrr(ranks)) == (0.5, 0.5)


def test_no_pages_have_no_measure() -> None:
    assert math.isnan(recall_at([], 1))
    assert math.isnan(mrr(gold_ranks([[1.0]], [[]])))


def test_scores_and_gold_must_be_of_the_same_pages() -> None:
    with pytest.raises(ValueError, match="longer"):
        gold_ranks([[1.0]], [{0}, {0}])
