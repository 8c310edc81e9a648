"""Jobs as profiles/slurm sends them: what they ask for, and results as without a cluster."""

import json
import re
import subprocess
from pathlib import Path

import pytest
from checkouts import ROOT, TABLE
from drills import CONFIGS, MODEL, assert_clean, trained
from standin import Driver, until

pytestmark = pytest.mark.cluster
SEEDS = (0, 1, 2)


def test_seeds_as_an_array_each_on_a_gpu_of_its_own(slurm, copy):
    models = [MODEL.replace("seed0", f"seed{seed}") for seed in SEEDS]
    driver = Driver(slurm, copy, "--slurm-array-jobs=train_uniform", "--", *models, configs=CONFIGS)
    until(lambda: len(slurm.running(copy.folder, "train_uniform")) == 2, "two trainings at a time")
    running = slurm.running(copy.folder, "train_uniform")
    assert len({job.number.split("_")[0] for job in running}) == 1, "one array"
    # Of two cards each training has one; the third waits.
    cards = [slurm.command("scontrol", "show", "job", "--details", job.number) for job in running]
    assert all("TresPerJob=gres:gpu:1" in card for card in cards)
    assert {re.search(r"GRES=gpu:standin:1\(IDX:(\d)\)", card)[1] for card in cards} == {"0", "1"}
    until(
        lambda: [j.reason for j in slurm.jobs(copy.folder, ["PENDING"])] == ["Resources"], "the third to wait"
    )
    assert driver.wait() == 0, driver.printed
    assert all((copy.folder / model).exists() for model in models)
    assert_clean(slurm, copy)


def test_two_processes_share_a_training_in_one_job_with_two_gpus(slurm, copy):
    both = "qa: {training: {epochs: 20, processes: 2}}"
    (copy.folder / "both.yaml").write_text(both, "utf-8")
    configs = [*CONFIGS, Path("both.yaml")]
    local = copy.moved_to(copy.folder.with_name("on this machine"))
    assert local.snakemake("--", MODEL, configs=configs).returncode == 0
    driver = Driver(slurm, copy, "--", MODEL, configs=configs)
    until(lambda: slurm.running(copy.folder, "train_uniform"), "the training to run")
    (job,) = slurm.running(copy.folder, "train_uniform")
    asked_for = slurm.command("scontrol", "show", "job", job.number)
    assert {"NumCPUs=2", "CPUs/Task=2", "TresPerJob=gres:gpu:2"} <= set(asked_for.split())
    assert driver.wait() == 0, driver.printed
    assert trained(copy) == trained(local)
    assert_clean(slurm, copy)


def test_mpi_processes_of_the_finite_elements_share_one_job(slurm, source, tmp_path):
    python = subprocess.run(["bash", "envs/build_fem.sh", "--path"], cwd=ROOT, capture_output=True, text=True)
    if not Path(python.stdout.strip()).exists():
        pytest.skip("the environment of the finite elements is not built: make -s python-fem")
    copy = source.moved_to(tmp_path / "a run")
    runs = "{experiments: [fem], fem: {runs: [{preset: robust, epsilons: [1], levels: [4], ranks: 2}]}}"
    (copy.folder / "ranks.yaml").write_text(runs, "utf-8")
    record = "results/fem/levels/robust/epsilon1/level4.json"
    cache = {"RECKON_CACHE": str(Path(python.stdout.strip()).parents[3])}
    driver = Driver(slurm, copy, "--", record, configs=[Path("ranks.yaml")], **cache)
    until(lambda: slurm.running(copy.folder, "solve_level"), "the level to be solved")
    (job,) = slurm.running(copy.folder, "solve_level")
    assert "NumCPUs=2" in slurm.command("scontrol", "show", "job", job.number).split()
    assert driver.wait() == 0, driver.printed
    assert json.loads((copy.folder / record).read_text("utf-8"))["ranks"] == 2
    assert_clean(slurm, copy)


def test_the_whole_chain_gives_the_bytes_of_a_run_without_a_cluster(slurm, prepared, whole, tmp_path):
    cluster = prepared.moved_to(tmp_path / "on the cluster")
    driver = Driver(slurm, cluster, "--", TABLE)
    assert driver.wait(1500) == 0, driver.printed
    assert re.search(r"^localrule final_table:", driver.printed, re.M), "the driver's own work"
    sent = set(re.findall(r"logs/slurm/(group_answers|rule_\w+)", driver.printed))
    assert {"rule_train_strong", "group_answers"} <= sent
    assert not {"rule_final_table", "rule_predict_answers"} & sent
    expected, found = whole.results(), cluster.results()
    assert found.keys() == expected.keys()
    assert [name for name in expected if found[name] != expected[name]] == []
    assert_clean(slurm, cluster)
