"""Jobs as profiles/slurm sends them: what they ask for, and results as without a cluster."""

import re

import pytest
from checkouts import TABLE
from drills import CONFIGS, MODEL, assert_clean
from standin import Driver, until

pytestmark = pytest.mark.cluster
SEEDS = (0, 1, 2)


def test_seeds_as_an_array_each_on_a_gpu_of_its_own(slurm, copy):
    models = [MODEL.replace("seed0", f"seed{seed}") for seed in SEEDS]
    driver = Driver(slurm, copy, "--slurm-array-jobs=train_uniform", "--", *models, configs=CONFIGS)
    until(lambda: len(slurm.running(copy.folder, "train_uniform")) == 2, "two trainings at a time")
    running = slurm.running(copy.folder, "train_uniform")
    assert {job.gpus for job in running} == {"gres:gpu:1"}
    assert len({job.number.split("_")[0] for job in running}) == 1, "one array"
    # Of two cards each training has one; the third waits.
    cards = [slurm.command("scontrol", "show", "job", "--details", job.number) for job in running]
    assert {re.search(r"GRES=gpu:standin:1\(IDX:(\d)\)", card)[1] for card in cards} == {"0", "1"}
    assert [job.reason for job in slurm.jobs(copy.folder, ["PENDING"])] == ["Resources"]
    assert driver.wait() == 0, driver.printed
    assert all((copy.folder / model).exists() for model in models)
    assert_clean(slurm, copy)


def test_the_whole_chain_gives_the_bytes_of_a_run_without_a_cluster(slurm, prepared, tmp_path):
    local = prepared.moved_to(tmp_path / "on this machine")
    done = local.snakemake("--", TABLE)
    assert done.returncode == 0, done.stdout
    cluster = prepared.moved_to(tmp_path / "on the cluster")
    driver = Driver(slurm, cluster, "--", TABLE)
    assert driver.wait(1500) == 0, driver.printed
    assert re.search(r"^localrule final_table:", driver.printed, re.M), "the driver's own work"
    sent = set(re.findall(r"rule_\w+|group_\w+", driver.printed))
    assert {"rule_train_strong", "group_answers"} <= sent
    assert not {"rule_final_table", "rule_predict_answers"} & sent
    expected, found = local.results(), cluster.results()
    assert found.keys() == expected.keys()
    assert [name for name in expected if found[name] != expected[name]] == []
    assert_clean(slurm, cluster)
