"""The drills of docs/reliability.md, a short version of each; tools/drills.py makes the table."""

import csv
import random
import subprocess
import sys

import pytest
from checkouts import ROOT, TABLE, TINY, Job
from damage import DAMAGES, Damaged, damage, one_of_each_kind
from kills import SIGNALS, TARGETS, drill, planned
from surroundings import SCORES, clock_trial, scored, tools_without
from tally import COLUMNS, Trial, read_trials, record, summary

OPTIONS = {"configs": (TINY,)}
FAST = "results/qa/miniature/fast_uniform/seed0/scores.json"


@pytest.mark.workflow
def test_six_kills_in_a_row_cost_no_byte(tmp_path, source, first_run):
    """Data, encoder, training, scoring and scores: killed by every signal, and to every target."""
    kills = planned(12, seed=4, longest=25.0)
    chosen = [kills[i] for i in (0, 5, 11, 2, 3, 10)]
    assert {kill.signal for kill in chosen} == set(SIGNALS)
    assert {kill.target for kill in chosen} == set(TARGETS)
    copies = iter(range(100))

    def same(copy):
        found, expected = copy.results(), first_run.results()
        return len(found) > 20 and all(expected[name] == content for name, content in found.items())

    trials = list(
        drill(
            chosen,
            lambda: source.moved_to(tmp_path / f"a run {next(copies)}"),
            same,
            OPTIONS | {"targets": (FAST,)},
        )
    )
    assert len(trials) == 6
    assert [trial for trial in trials if not (trial.survived and trial.identical)] == []


def test_kills_go_around_all_signals_and_targets():
    kills = planned(50, seed=1, longest=30.0)
    assert len(kills) == 50
    assert len({kill.fault for kill in kills[:12]}) == len({kill.fault for kill in kills[12:24]}) == 12
    assert all(0 <= kill.after < 30 and 0 <= kill.choice < 1 for kill in kills)
    assert planned(50, seed=1, longest=30.0) == kills != planned(50, seed=2, longest=30.0)
    assert [kill.fault for kill in kills[:2]] == ["SIGINT to the driver", "SIGTERM to the driver"]


@pytest.fixture(scope="module")
def to_be_damaged(tmp_path_factory, first_run):
    return Damaged(
        first_run.moved_to(tmp_path_factory.mktemp("damaged") / "a run"), first_run.results(), OPTIONS
    )


@pytest.mark.workflow
@pytest.mark.parametrize(
    ("file", "kind", "said"),
    [
        # The next rule cannot read it; the next rule reads another number; nothing reads it again.
        ("results/qa/miniature/strong/seed0/probabilities.parquet", "cut in half", "error: "),
        ("results/qa/miniature/strong/seed0/training.json", "digit", "cells tampered"),
        (TABLE, "one bit flipped", "named by the check"),
    ],
)
def test_a_damaged_file_is_never_taken_for_a_whole_one(to_be_damaged, file, kind, said):
    path = to_be_damaged.copy.folder / file
    if kind == "digit":
        text = path.read_text("utf-8")
        path.write_text(text.replace("0.", "0.1", 1), "utf-8")
        assert path.read_text("utf-8") != text
    else:
        damage(path, kind, random.Random(3))
    survived, found = to_be_damaged.answer(file)
    assert survived, found
    assert found.startswith(said)
    assert to_be_damaged.made_again(file)


def test_damage_changes_a_file_and_not_its_other_names(tmp_path):
    whole, copy = tmp_path / "a", tmp_path / "b"
    for kind, size in zip(DAMAGES, (8, 16, 0), strict=True):
        copy.unlink(missing_ok=True)
        whole.write_bytes(b"0123456789abcdef")
        copy.hardlink_to(whole)
        damage(copy, kind, random.Random(1))
        assert whole.read_bytes() == b"0123456789abcdef" != copy.read_bytes()
        assert len(copy.read_bytes()) == size


def test_of_every_kind_of_output_the_file_with_most_behind_it_is_chosen():
    def job(rule, wildcards, inputs, outputs):
        return Job(rule, wildcards, frozenset(inputs), frozenset(outputs))

    plan = [
        job("predict", "seed=0", [], ["r/seed0/p.json"]),
        job("predict", "seed=1", [], ["r/seed1/p.json"]),
        job("train", "", [], ["r/epoch0.5.safetensors", "r/epoch1.safetensors", "r/record.json"]),
        job("gather", "", ["r/seed1/p.json"], ["r/all.csv"]),
    ]
    assert one_of_each_kind(plan) == [
        ("gather", "r/all.csv"),
        ("predict", "r/seed1/p.json"),
        ("train", "r/epoch0.5.safetensors"),
        ("train", "r/record.json"),
    ]


@pytest.mark.workflow
@pytest.mark.parametrize("name", ["results dated a day ahead", "fresh times in any order"])
def test_other_times_rerun_nothing_or_nothing_after_touch(tmp_path, finished, name):
    trial = clock_trial(finished.moved_to(tmp_path / "a copy"), name, (TABLE,), OPTIONS, alone=False)
    assert (trial.survived, trial.identical) == (True, True)


@pytest.mark.workflow
def test_neither_git_nor_a_home_is_needed(tmp_path, source, first_run):
    run = source.moved_to(tmp_path / "a run")
    path = tools_without(tmp_path / "tools", "git")
    done = scored(run, "HOME", "RECKON_CACHE", PATH=path)
    assert done.returncode == 0, done.stdout
    assert (run.folder / SCORES).read_bytes() == (first_run.folder / SCORES).read_bytes()


@pytest.mark.workflow
def test_the_check_names_what_is_damaged_and_only_that(tmp_path, finished):
    run = finished.moved_to(tmp_path / "a copy")
    command = [sys.executable, "tools/damaged_results.py"]

    def checked():
        return subprocess.run(command, cwd=run.folder, capture_output=True, text=True, check=False)

    assert checked().returncode == 0, checked().stdout
    damage(run.folder / SCORES, "one bit flipped", random.Random(1))
    done = checked()
    assert (done.returncode, done.stdout) == (1, f"{SCORES}\n")
    assert f"snakemake -f -- {SCORES}" in done.stderr


def test_trials_are_counted_by_fault(tmp_path):
    table = tmp_path / "new" / "drills.csv"
    trials = [
        Trial("a kill", True, True, 3.0, "after 1 s"),
        Trial("a full disk", True, False, None),
        Trial("a kill", False, True, 5.04),
    ]
    for trial in trials:
        record(table, trial)
    assert read_trials(table.with_suffix(".trials.csv")) == [*trials[:2], Trial("a kill", False, True, 5.0)]
    with open(table, encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert rows == [
        list(COLUMNS),
        ["a kill", "2", "1", "2", "4.0", "5.0"],
        ["a full disk", "1", "1", "0", "", ""],
    ]


@pytest.mark.parametrize("name", ["drills", "cluster_drills"])
def test_the_committed_counts_are_those_of_the_committed_trials(name):
    table = ROOT / "reference" / f"{name}.csv"
    if not table.exists():
        pytest.skip(f"no {table.name} yet")
    with open(table, encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    counted = [
        {k: str(v) for k, v in row.items()} for row in summary(read_trials(table.with_suffix(".trials.csv")))
    ]
    assert rows == counted
