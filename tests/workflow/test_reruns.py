"""What a change reruns: the table of docs/reruns.md, each line of it, on a finished run."""

import json
import os
import re
import shutil
import subprocess
import sys
from typing import Any

import pytest
import yaml
from checkouts import ROOT, TABLE, Checkout, Job, affected, jobs

pytestmark = pytest.mark.workflow

DOCUMENT = (ROOT / "docs/reruns.md").read_text("utf-8")
LINES = dict(re.findall(r"^\| (.+?) \|(.*)\|$", DOCUMENT, re.M)[1:])
CHANGES = {change.strip("`"): set(re.findall(r"`(\w+)`", rules)) for change, rules in LINES.items()}
SETTINGS = {change: rules for change, rules in CHANGES.items() if ": " in change and rules}
EDITS = {change: rules for change, rules in CHANGES.items() if change.endswith((".py", ".csv")) and rules}
IDLE = {change for change, rules in CHANGES.items() if not rules}
NEW_SEED = "qa.pages.miniature.seeds: [0, 1]"


@pytest.fixture(scope="module")
def everything(finished):
    """Every job of the run, with the files that it reads and writes."""
    return finished.plan("--forceall")


def overlay(setting: str) -> dict[str, Any]:
    """`a.b: 3` as a configuration."""
    path, _, value = setting.partition(": ")
    config: Any = yaml.safe_load(value)
    for key in reversed(path.split(".")):
        config = {key: config}
    return config


def test_the_table_is_read_whole():
    assert len(SETTINGS) + len(EDITS) + len(IDLE) == len(CHANGES) >= 15
    assert overlay("a.b: [0, 1]") == {"a": {"b": [0, 1]}}
    assert {"train_uniform", "train_on_negatives"}.isdisjoint(CHANGES["qa.sift.keep: 3"])
    assert {"train_uniform", "train_strong"}.isdisjoint(CHANGES["src/reckon/qa/sift.py"])


def test_dry_runs_cannot_import_what_is_heavy(blocker):
    """The tests below would fail if they did: here is the proof."""
    command = [sys.executable, "-c", "import torch"]
    done = subprocess.run(
        command, env={"PYTHONPATH": str(blocker)}, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (97, "imported: torch\n")


def test_a_second_run_has_nothing_to_do(first_run):
    done = first_run.snakemake("--", TABLE)
    assert done.returncode == 0
    assert "Nothing to be done" in done.stdout


def test_moving_touching_and_what_the_chain_does_not_read_rerun_nothing(finished):
    """All lines without rules at once; `finished` is a copy in another folder."""
    assert IDLE - {"nothing", "touch src/reckon/qa/model.py", "device: auto"} == {
        "src/reckon/config/load.py",
        "src/reckon/data/squad_pages.py",
    }
    for path in (finished.folder / "src").rglob("*.py"):
        os.utime(path)
    with (
        finished.edited("src/reckon/config/load.py", "ADDED = 1"),
        finished.edited("src/reckon/data/squad_pages.py", "ADDED = 1"),
    ):
        assert "Nothing to be done" in finished.dry_run(config={"device": "auto"})


@pytest.mark.parametrize("setting", sorted(SETTINGS))
def test_a_setting_reruns_what_depends_on_it(finished, setting):
    planned = finished.plan(config=overlay(setting))
    assert {job.rule for job in planned} == SETTINGS[setting]
    if setting == NEW_SEED:
        gathering = {"compare_samplers", "qa_metrics", "final_table"}
        assert {job.rule for job in planned if "seed=1" not in job.wildcards} == gathering
    else:
        assert not [job.name for job in planned if "system=blank" in job.wildcards]


@pytest.mark.parametrize("file", sorted(EDITS))
def test_an_edit_reruns_what_reads_the_file(finished, everything, file):
    expected = affected(everything, file)
    statement = "qa_final,added,added,1,,points,higher,1" if file.endswith(".csv") else "ADDED = 1"
    with finished.edited(file, statement):
        planned = finished.plan()
    assert {job.name for job in planned} == expected
    assert {job.rule for job in planned} == EDITS[file]


def waited_for(job: Job) -> set[str]:
    """Inputs that a rule has made beside its own outputs, and that its program does not read."""
    return {file for file in job.inputs if job.rule == "qa_metrics" and "_minus_" in file}


def test_every_result_has_a_record_of_all_that_it_was_made_from(finished, everything):
    """And the record names no file of the package that its rule does not list."""
    for job in everything:
        for output in job.outputs:
            record = json.loads((finished.folder / f"{output}.prov.json").read_text("utf-8"))
            loaded = {file for file in record["code"] if not file.endswith("__init__.py")}
            assert loaded <= job.inputs, job.name
            results = {file for file in job.inputs if file.startswith("results/")} - waited_for(job)
            assert results <= record["inputs"].keys(), job.name


def test_results_that_came_alone_are_declared_current(finished, tmp_path):
    """Without the record of .snakemake, and with times as after a clone, all would run again."""
    folder = tmp_path / "results alone"
    shutil.copytree(finished.folder, folder)
    shutil.rmtree(folder / ".snakemake")
    for path in (folder / "src").rglob("*.py"):
        os.utime(path)
    alone = Checkout(folder, finished.blocker)
    assert "train_uniform" in {job.rule for job in alone.plan()}
    assert alone.snakemake("--touch", "--", TABLE).returncode == 0
    assert "Nothing to be done" in alone.dry_run()


def test_one_rule_again_and_no_other(finished):
    planned = finished.plan("-R", "sift_candidates", "--until", "sift_candidates")
    assert [job.name for job in planned] == ["sift_candidates data=miniature, seed=0"]


def test_plans_are_read_as_snakemake_prints_them():
    printed = (
        "Building DAG\n\nlocalrule a:\n    input: x, y\n    output: z\n    wildcards: d=m, seed=1\n\n"
        "rule b:\n    input: z\n    output: w\n\nrule c:\n    output: v\n"
    )
    plan = jobs(printed)
    assert [job.name for job in plan] == ["a d=m, seed=1", "b", "c"]
    assert affected(plan, "y") == {"a d=m, seed=1", "b"}
    assert affected(plan, "v") == set()
