"""From runs to tidy rows: the deck's cells, the table of arms, effects in points, speed-ups in turns."""

import json

import numpy as np
import pytest

from reckon.config.settings import Training
from reckon.errors import InputError
from reckon.squad import pace, results
from reckon.squad.effects import arm_effects, trivial_effects
from reckon.squad.model import new_reader
from reckon.squad.pace import Turn

ANSWERS = {"a": ["paris"], "b": ["dog"], "c": [], "d": []}
ARMS = ["fp32", "bf16_mixed", "fp16"]
RIGHT = {"a": "paris", "b": "dog", "c": "", "d": ""}
ARTICLES = {"a": "Rhine", "b": "Rhine", "c": "Oxygen", "d": "Pharmacy"}


@pytest.fixture
def run(tmp_path):
    """A run in a folder of its own, from its predictions; of which one question had no finite logits."""

    def made(system, seed, predictions, **counted):
        folder = tmp_path / system / f"seed{seed}"
        folder.mkdir(parents=True)
        arithmetic = {"precision": system, "skipped_steps": 0, "loss_scale": 1.0} | counted
        contents = {
            "predictions.json": predictions,
            "null_probabilities.json": {name: 0.0 if text else 1.0 for name, text in predictions.items()},
            "training.json": {"arithmetic": arithmetic},
        }
        for name, content in contents.items():
            (folder / name).write_text(json.dumps(content))
        import gzip

        rows = [{"id": name, "finite": name != "d"} for name in predictions]
        (folder / "answers.jsonl.gz").write_bytes(
            gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode())
        )
        return results.read_run(folder / "predictions.json", ANSWERS)

    return made


@pytest.fixture
def runs(run):
    none = dict.fromkeys(ANSWERS, "")
    return [
        run("fp16", 1, none, first_nonfinite_step=0),
        *(run("fp32", seed, RIGHT) for seed in (1, 2)),
        *(run("bf16_mixed", seed, RIGHT | {"b": "cat"}, skipped_steps=3) for seed in (1, 2)),
        run("fp16", 2, none, first_nonfinite_step=0),
    ]


def test_a_run_is_read_with_its_scores(run):
    found = run("fp32", 7, RIGHT | {"b": "the dog cat"})
    assert (found.system, found.seed, found.unreadable) == ("fp32", 7, 1)
    assert found.values["exact"] == 75
    assert found.values["f1"] == pytest.approx(100 * (3 + 2 / 3) / 4)
    assert found.values["best_f1"] >= found.values["f1"]


UNTRAINED = {
    "no_answer": {"exact": 50.0, "f1": 50.0, "total": 4},
    "no_number": {"exact": 20.0, "f1": 25.0, "total": 4},
}


def test_systems_without_a_network_never_answer_or_take_the_first_word(tokens_of):
    tokens = tokens_of(("paris is the dog", [("who", "paris"), ("who", None)]))
    found = results.untrained_values({"0.0": ["paris"], "0.1": []}, tokens)
    assert (found["no_answer"]["HasAns_exact"], found["no_answer"]["NoAns_exact"]) == (0, 100)
    assert (found["no_number"]["HasAns_exact"], found["no_number"]["NoAns_exact"]) == (100, 0)


def test_the_deck_has_three_arms_and_two_rows_without_a_network(runs):
    rows = results.deck_metrics(runs, "bf16_mixed", UNTRAINED, "laptop", "articles", "dev.json")
    cells = {(row.row, row.column, row.seed): row.value for row in rows}
    assert len(cells) == len(rows) == 3 * 2 * 2 + 2 * 2
    assert cells["Every logit not a number", "F1", 0] == 25
    assert cells["FP32 only", "EM", 1] == 100
    assert cells["Mixed precision", "F1", 2] == 75
    assert cells["FP16 Only", "EM", 1] == cells["Always no answer", "EM", 0] == 50


def test_every_value_of_every_system_has_its_unit(runs):
    rows = results.system_metrics(runs, UNTRAINED, "laptop", "articles", "dev.json")
    assert {row.unit for row in rows if row.column in ("exact", "HasAns_f1", "best_f1")} == {"%"}
    assert {row.unit for row in rows if row.column == "best_f1_thresh"} == {"P"}
    assert {(row.unit, row.value) for row in rows if row.column == "total"} == {("1", 4.0)}
    assert {row.row for row in rows} == {*ARMS, "no_answer", "no_number"}


def test_the_table_of_arms_is_in_their_order_with_what_was_counted(runs):
    table = results.arms_table(runs, ARMS)
    assert table[["arm", "seed"]].to_numpy().tolist() == [[arm, seed] for arm in ARMS for seed in (1, 2)]
    assert table["skipped_steps"].tolist() == [0, 0, 3, 3, 0, 0]
    assert table["first_nonfinite_step"].tolist()[4:] == [0, 0]
    assert table["first_nonfinite_step"].isna().sum() == 4


def test_effects_are_paired_and_in_points(runs):
    found = {
        (e.contrast, e.measure): e
        for e in arm_effects(runs, ARMS, "bf16_mixed", "laptop", "articles", ARTICLES)
    }
    assert found["bf16_mixed - fp32", "F1"].effect == -25
    assert found["mixed - fp32", "F1"].effect == -25
    assert found["fp16 - fp32", "EM"].effect == -50
    one = found["mixed - fp32", "F1"]
    assert (one.n_seeds, one.n_documents, one.unit) == (2, 4, "%")
    assert (one.cluster, one.n_clusters) == ("article", 3)
    assert one.ci_low < -25 < one.ci_high
    trivial = {
        (e.contrast, e.measure): e.effect for e in trivial_effects(runs, "laptop", "articles", ARTICLES)
    }
    assert trivial["fp32 - no_answer", "EM"] == 50
    assert trivial["fp16 - no_answer", "F1"] == 0


def test_seeds_are_paired_by_number_and_not_by_place(run):
    """Each arm is as fp32 of the same seed."""
    other = RIGHT | {"a": "x"}
    runs = [
        run("fp32", 1, RIGHT),
        run("fp32", 2, other),
        run("bf16_mixed", 2, other),
        run("bf16_mixed", 1, RIGHT),
    ]
    (em, f1, *_) = arm_effects(runs, ["fp32", "bf16_mixed"], "bf16_mixed", "s", "d", ARTICLES)
    assert (em.effect, em.ci_low, em.ci_high, f1.effect) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("predictions.json", "{}"),
        ("null_probabilities.json", '{"a": 0.5}'),
        ("training.json", "{}"),
        ("training.json", '{"arithmetic": {"precision": 1}}'),
    ],
)
def test_a_damaged_file_of_a_run_is_named(run, tmp_path, name, content):
    path = run("fp32", 1, RIGHT).path
    (path.parent / name).write_text(content)
    with pytest.raises(InputError, match=name):
        results.read_run(path, ANSWERS)


def turn(arm, repeat, training, prediction=1.0):
    return Turn(arm, repeat, training, 1 / training, prediction, 10 * repeat)


TURNS = [
    *(turn("fp32", repeat, rate) for repeat, rate in ((1, 100.0), (2, 50.0), (3, 200.0))),
    *(turn("bf16_mixed", repeat, rate, 3.0) for repeat, rate in ((1, 200.0), (2, 150.0), (3, 400.0))),
]


def test_a_speed_up_is_a_ratio_within_a_repeat():
    """What else the machine did in the second and third repeat met both arms."""
    assert pace.speed_ups(TURNS, "bf16_mixed") == [2, 3, 2]
    assert pace.speed_ups(TURNS, "fp32") == [1, 1, 1]
    found = {(e.contrast, e.measure): e for e in pace.effects(TURNS, "bf16_mixed", "s", "d", "speed.csv")}
    one = found["mixed / fp32", "speed-up"]
    assert (one.effect, one.n_seeds) == (pytest.approx(7 / 3), 3)
    assert one.ci_low < 2 < one.ci_high
    assert found["bf16_mixed / fp32", "speed-up of prediction"].effect == 3


def test_an_arm_that_was_not_timed_has_no_cell_and_says_so():
    settings = training("fp32")
    arms = {"fp32": settings, "bf16_mixed": settings, "fp16": settings}
    rows = {row["arm"]: row for row in pace.summary_rows(TURNS, arms, "cpu")}
    assert (rows["fp16"]["native"], rows["fp16"]["training_median"]) == (False, None)
    wanted = [rows["bf16_mixed"][f"training_{kind}"] for kind in ("least", "median", "most")]
    assert wanted == [150, 200, 400]
    assert rows["bf16_mixed"]["training_speed_up"] == 2
    cells = {(m.row, m.seed): m.value for m in pace.deck_metrics(TURNS, "bf16_mixed", "s", "d", "speed.csv")}
    assert cells == {
        (row, i): v
        for row, values in (("FP32 only", (1, 1, 1)), ("Mixed precision", (2, 3, 2)))
        for i, v in enumerate(values)
    }
    without = pace.effects([t for t in TURNS if t.arm == "fp32"], "bf16_mixed", "s", "d", "speed.csv")
    assert without == []


def training(precision):
    return Training(
        epochs=1,
        learning_rate=0.01,
        warmup_share=0.1,
        weight_decay=0.0,
        clip_norm=1.0,
        tokens_per_batch=60,
        max_tokens=24,
        checkpoint_minutes=1,
        precision=precision,
    )


@pytest.fixture
def turns(some_tokens, encoder):
    reader = {"layers": 1, "dropout": 0.0, "freeze_word_embeddings": True}

    def made(names, repeats):
        return pace.turns(
            lambda: new_reader(encoder("bert"), reader, seed=0),
            some_tokens,
            {name: training(name) for name in names},
            stride=8,
            steps=2,
            repeats=repeats,
            seed=0,
            device="cpu",
        )

    return made


def test_arms_take_turns_on_the_same_batches(turns, monkeypatch):
    order = []

    def turn(timed, _):
        order.append(timed.arithmetic.name)
        return 1.0, 0.5

    monkeypatch.setattr(pace, "is_native", lambda name, device: name != "fp16")
    monkeypatch.setattr(pace.Timed, "turn", turn)
    found = turns(["fp32", "bf16_mixed", "fp16"], 3)
    assert order == ["fp32", "bf16_mixed", "bf16_mixed", "fp32"] * 2
    assert [turn.repeat for turn in found] == [1, 1, 2, 2, 3, 3]  # the repeat that warms up is dropped
    assert {turn.training for turn in found} == {found[0].training}
    assert found[0].step_seconds == 0.5
    assert found[0].prediction == 2 * found[0].training


def test_a_real_turn_trains_and_predicts(turns):
    (only,) = turns(["fp32"], 1)
    assert min(only.training, only.prediction, only.step_seconds) > 0
    assert np.isfinite([only.training, only.prediction]).all()


def test_without_fp32_there_is_nothing_to_hold_a_speed_against(some_tokens):
    with pytest.raises(InputError, match="no arm 'fp32'"):
        pace.turns(lambda: None, some_tokens, {}, stride=8, steps=1, repeats=1, seed=0, device="cpu")
