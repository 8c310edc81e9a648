"""Tidy metrics: every cell that is emitted is one of the deck's, or a declared baseline's, in its unit."""

import csv
import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reckon.errors import InputError
from reckon.qa.metrics import (
    MEASURES,
    SIFT,
    comparison,
    deck_metrics,
    read_run,
    system_metrics,
    without_short_answer,
)
from reckon.qa.pages import LONG, NO, NONE, SHORT, YES
from reckon.tables.metrics import Metric, read_metrics, write_metrics

REPORTED = Path(__file__).parents[2] / "reported"
NAMES = pd.read_csv(REPORTED / "qa_systems.csv", keep_default_na=False)
FAST = ("fast_uniform", "fast_hard")


def scores(f1: float) -> dict:
    """A scores.json in which every number is another one."""
    parts = {
        name: {"n": n, "f1": f1 + shift, "long": {"f1": f1 + shift / 2}, "short": {"f1": f1 - shift / 2}}
        for name, n, shift in (("public", 40, 0.01), ("private", 50, 0.02), ("scored", 90, 0.03))
    }
    official = {"n": 90, "long-best-threshold-f1": 0.71, "short-best-threshold-f1": 0.61}
    return parts | {"official": official, "recall_at_1": 0.81, "answered": 33}


def ranking() -> dict:
    means = {"mean_score_gold": 0.9, "mean_score_other": 0.3, "mean_score_null_page": 0.2}
    return {"ranking": {"recall_at_1": 0.8, "recall_at_4": 0.95, "mrr": 0.85} | means}


def record(epochs: int = 3) -> list[dict]:
    names = ("start", "end", "answer_class")
    return [
        {"epoch": epoch + 1, "sequences": 50, "none_share": 0.6}
        | {f"{name}_accuracy": (epoch + 1) / 10 + i / 100 for i, name in enumerate(names)}
        | {f"{name}_n": 20 + i for i, name in enumerate(names)}
        for epoch in range(epochs)
    ]


@pytest.fixture
def write(tmp_path):
    """Write a result file as the workflow lays it out, and read it back as a run."""

    def run(system, seed, name, content, data="nq"):
        path = tmp_path / "qa" / data / system / f"seed{seed}" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
        return read_run(path)

    return run


@pytest.fixture
def results(write):
    """Scores and records of every system that the deck's rows name; two seeds of the fast ones."""
    systems = sorted(set(NAMES["system"]))
    seeds = [(system, seed) for system in systems for seed in ((0, 1) if system in FAST else (0,))]
    found = [
        write(system, seed, "scores.json", scores(i / 50) | (ranking() if system in FAST else {}))
        for i, (system, seed) in enumerate(seeds)
    ]
    trained = [(system, seed) for system, seed in seeds if system in (*FAST, "strong", "strong_2")]
    return found, [write(system, seed, "training.json", record()) for system, seed in trained]


def deck(results) -> list[Metric]:
    return deck_metrics(NAMES, *results, (0.64, 1_000), "full")


def cells() -> dict[tuple[str, str, str], str]:
    """Unit by (table, row, column) of every reported cell."""
    known = {}
    for path in REPORTED.glob("*.csv"):
        with open(path, encoding="utf-8") as file:
            for line in csv.DictReader(file):
                if {"table", "row", "column", "unit"} <= line.keys():
                    known[line["table"], line["row"], line["column"]] = line["unit"]
    return known


def baselines() -> dict[str, list[str]]:
    """Baseline rows by table, as declared in reported/tables.csv."""
    with open(REPORTED / "tables.csv", encoding="utf-8") as file:
        return {line["table"]: line["baselines"].split("|") for line in csv.DictReader(file)}


def test_every_emitted_cell_is_reported_or_a_declared_baseline_in_the_unit_of_its_table(results):
    known, declared = cells(), baselines()
    units = {(table, column): unit for (table, _, column), unit in known.items()}
    for metric in deck(results):
        cell = (metric.table, metric.row, metric.column)
        assert cell in known or metric.row in declared[metric.table], cell
        assert metric.unit == units[metric.table, metric.column], cell


def test_every_measured_cell_of_the_tables_of_question_answering_is_served(results):
    """But for the row of the model that was fine-tuned first, and the sentence's batch and rate."""
    served = {(metric.table, metric.row, metric.column) for metric in deck(results)}
    with open(REPORTED / "tables.csv", encoding="utf-8") as file:
        tables = [line["table"] for line in csv.DictReader(file) if line["experiment"] == "qa"]
    missing = set()
    for table in tables:
        with open(REPORTED / f"{table}.csv", encoding="utf-8") as file:
            lines = [line for line in csv.DictReader(file) if line["kind"] == "measured"]
        missing |= {
            (table, line["row"]) for line in lines if (table, line["row"], line["column"]) not in served
        }
    assert missing == {("qa_training_accuracy", "ALBERT xlarge (Finetuned)")}


def values(metrics, table, row, column) -> list[float]:
    return [m.value for m in metrics if (m.table, m.row, m.column) == (table, row, column)]


def test_shares_stay_shares_and_accuracies_become_per_cent(results):
    metrics = deck(results)
    by_system = {(run.system, run.seed): run.content for run in results[0]}
    hard = [by_system["fast_hard", seed]["private"]["f1"] for seed in (0, 1)]
    assert values(metrics, "hard_negatives", "BERT with Hard Negative Sampling", "Private F1") == hard
    assert values(metrics, "qa_training_accuracy", "BERT base (Original)", "End_acc") == pytest.approx(
        [11, 11]
    )
    assert values(metrics, "qa_training_accuracy", "ALBERT xlarge (Original)", "Start_acc") == pytest.approx(
        [30]
    )
    assert values(metrics, "qa_training_accuracy", "Majority class", "Class_acc") == pytest.approx([60, 60])


def test_the_improvement_is_in_percentage_points_seed_by_seed(results, write):
    scored, records = results
    found = values(deck(results), "statements", "Improvement by hard negative sampling", "Public leaderboard")
    by_seed = {(run.system, run.seed): run.content["public"]["f1"] for run in scored}
    points = [100 * (by_seed["fast_hard", s] - by_seed["fast_uniform", s]) for s in (0, 1)]
    assert found == pytest.approx(points)
    alone = [*scored, write("fast_hard", 9, "scores.json", scores(0.9))]  # a seed without its partner
    assert (
        len(
            values(
                deck((alone, records)),
                "statements",
                "Improvement by hard negative sampling",
                "Public leaderboard",
            )
        )
        == 2
    )


def test_counts_and_evidence_belong_to_the_value(results):
    for metric in deck(results):
        assert Path(metric.evidence).is_file()
        assert (metric.experiment, metric.scale, metric.data) == ("qa", "full", "nq")
        if metric.column in ("Public F1", "Private F1"):
            assert metric.n == {"Public F1": 40, "Private F1": 50}[metric.column]
            assert f"seed{metric.seed}" in metric.evidence
    share = next(m for m in deck(results) if m.row == "Training questions without any short answer")
    assert (share.value, share.unit, share.n) == (64, "%", 1_000)


def test_no_cell_of_a_seed_is_emitted_twice_and_all_survive_the_file(results, tmp_path):
    metrics = deck(results)
    keys = [(m.table, m.row, m.column, m.seed) for m in metrics]
    assert len(set(keys)) == len(keys)
    write_metrics(tmp_path / "m.csv", metrics)
    assert read_metrics(tmp_path / "m.csv") == metrics


def test_every_measure_of_a_system_has_its_value_and_its_number(write):
    content = scores(0.5) | ranking()
    sift = {
        "gold_recall": 0.97,
        "kept_candidates": 0.05,
        "kept_tokens": 0.07,
        "answered": 33,
        "candidates": 4_000,
    }
    metrics = system_metrics(
        [write("fast_hard", 3, "scores.json", content)], [write("sift", 3, "sift.json", sift)], "laptop"
    )
    by_column = {metric.column: metric for metric in metrics}
    assert set(by_column) == {*MEASURES, *SIFT}
    assert {m.unit for m in metrics} == {"share"}
    expected = {"Public F1": 0.51, "F1": 0.53, "Long F1": 0.515, "Official short F1": 0.61, "MRR": 0.85}
    expected |= {"Recall@1": 0.81, "Sift: gold recall": 0.97, "Sift: kept tokens": 0.07}
    assert {name: by_column[name].value for name in expected} == pytest.approx(expected)
    counts = {
        "Public F1": 40,
        "F1": 90,
        "Recall@1": 33,
        "Recall@4": 33,
        "Sift: gold recall": 33,
        "Sift: kept": 4_000,
    }
    assert {name: by_column[name].n for name in counts} == counts


def test_a_system_that_scored_no_whole_pages_has_no_ranks(write):
    columns = {m.column for m in system_metrics([write("strong", 0, "scores.json", scores(0.5))], [], "demo")}
    assert columns.isdisjoint({"Recall@4", "MRR", "Mean p of gold"})
    assert "Recall@1" in columns


def test_the_comparison_is_the_mean_over_seeds(write):
    runs = [write("fast_hard", seed, "scores.json", scores(f1)) for seed, f1 in enumerate((0.2, 0.4, 0.9))]
    runs += [
        write("strong", 0, "scores.json", scores(0.5)),
        write("strong", 0, "scores.json", scores(0.1), "wide"),
    ]
    table = comparison(system_metrics(runs, [], "demo")).set_index(["data", "system"])
    assert table.loc[("nq", "fast_hard"), "F1"] == pytest.approx(0.53)
    assert table["seeds"].to_dict() == {("nq", "fast_hard"): 3, ("nq", "strong"): 1, ("wide", "strong"): 1}
    assert table.loc[("wide", "strong"), "Public F1"] == pytest.approx(0.11)
    assert [c for c in table if c != "seeds"] == [c for c in MEASURES if c in table]


def test_questions_without_any_short_answer():
    answers = np.array([[-1, -1], [3, 4], [-1, -1], [-1, -1], [-1, -1]])
    classes = np.array([NONE, SHORT, LONG, YES, NO])
    assert without_short_answer(answers, classes, (NO, YES)) == 2 / 5


def test_a_file_that_is_not_a_result_is_named(write, tmp_path):
    write("strong", 0, "scores.json", {})
    path = tmp_path / "qa/nq/strong/seed0/scores.json"
    path.write_text("{")
    with pytest.raises(InputError, match=r"scores\.json:1: not JSON"):
        read_run(path)
    with pytest.raises(InputError, match="no such file"):
        read_run(path.with_name("other.json"))


def test_a_measure_without_pages_to_measure_is_left_out(write):
    """JSON has NaN for the mean over no page; a tidy file has no such value."""
    content = scores(0.5) | ranking()
    content["ranking"]["mean_score_null_page"] = math.nan
    metrics = system_metrics([write("fast_hard", 0, "scores.json", content)], [], "demo")
    assert "Mean p on null pages" not in {metric.column for metric in metrics}
    assert all(math.isfinite(metric.value) for metric in metrics)


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        (("public", "f1"), 7.3, r"public\.f1: 7\.3 is no share"),
        (("scored", "long", "f1"), -0.01, r"scored\.long\.f1: -0\.01 is no share"),
        (("public", "n"), -4, r"public\.n: -4 is no count"),
        (("scored", "n"), 4.5, r"scored\.n: 4\.5 is no count"),
        (("recall_at_1",), 81, r"recall_at_1: 81 is no share"),
    ],
)
def test_a_number_outside_its_unit_is_refused(write, place, value, words):
    content = scores(0.5)
    inner = content
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    runs = [write("fast_hard", 0, "scores.json", content)]
    with pytest.raises(InputError, match=rf"scores\.json: {words}; make it again"):
        system_metrics(runs, [], "demo")


def test_a_mean_of_single_precision_may_pass_one_by_a_rounding(write):
    content = scores(0.5) | ranking()
    content["ranking"]["mean_score_gold"] = 1.0000001
    assert system_metrics([write("fast_hard", 0, "scores.json", content)], [], "demo")


def test_accuracies_and_shares_of_the_record_are_held_to_their_unit(write):
    content = record()
    content[0]["start_accuracy"] = 1.5
    runs = [write("fast_uniform", 0, "training.json", content)]
    with pytest.raises(InputError, match=r"training\.json: 0\.start_accuracy: 1\.5 is no share"):
        deck_metrics(NAMES, [], runs, (0.5, 9), "demo")
