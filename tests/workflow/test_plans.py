"""All three scales plan, in good form, with and without the default profile."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from checkouts import ROOT, TABLE, Job, jobs

pytestmark = pytest.mark.workflow

MIRROR = ROOT.parent / "shared/data"


def test_the_rules_are_in_good_form():
    snakefmt = [str(Path(sys.executable).with_name("snakefmt")), "--check", "Snakefile", "workflow"]
    lint = [sys.executable, "-m", "snakemake", "--lint"]
    for command in (snakefmt, lint):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def rules(plan: list[Job]) -> set[str]:
    return {job.rule for job in plan}


def test_the_default_plans_without_a_profile(fresh):
    printed = fresh.dry_run("--workflow-profile", "none", configs=())
    assert "Using workflow specific profile" not in printed
    assert {"generate_pages", "train_uniform", "train_strong", "final_table"} <= rules(jobs(printed))
    assert "assemble_pages" not in rules(jobs(printed))


@pytest.mark.parametrize("scale", ["laptop", "full"])
def test_the_other_scales_plan_without_the_data(fresh, scale):
    done = fresh.snakemake(
        *("-n", "--", TABLE),
        configs=(Path(f"config/{scale}.yaml"),),
        RECKON_MIRROR=str(MIRROR) if MIRROR.is_dir() and scale == "laptop" else "",
        PYTHONPATH=str(fresh.blocker),
    )
    assert done.returncode == 0, done.stdout
    plan = jobs(done.stdout)
    assert {"fetch", "assemble_pages", "train_strong", "final_table"} <= rules(plan)
    assert "generate_pages" not in rules(plan)
    trained = [job.wildcards for job in plan if job.rule == "train_uniform"]
    seeds = set(re.findall(r"seed=(\d)", " ".join(trained)))
    assert seeds == {"0", "1", "2"}
