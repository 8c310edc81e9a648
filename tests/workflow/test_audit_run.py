"""The audit from a fresh checkout: one job, no data, and no finding that fails a build."""

import csv
from pathlib import Path

import pytest
from checkouts import Checkout, jobs

pytestmark = pytest.mark.workflow
FINDINGS = "results/audit/findings.csv"


def outcomes(folder: Path, check: str) -> list[str]:
    with open(folder / FINDINGS, encoding="utf-8", newline="") as file:
        return [row["outcome"] for row in csv.DictReader(file) if row["check"] == check]


def test_one_job_and_an_inconsistent_figure_is_no_failure(source: Checkout, tmp_path: Path) -> None:
    copy = source.moved_to(tmp_path / "a clone")
    done = copy.snakemake("--", FINDINGS, configs=())
    assert done.returncode == 0, done.stdout
    assert {job.rule for job in jobs(done.stdout)} == {"audit_reported"}
    assert outcomes(copy.folder, "dofs_brinkman") == ["consistent"] * 10

    table = copy.folder / "reported" / "iterations.csv"
    table.write_text(table.read_text("utf-8").replace("equal,480,", "equal,481,"), "utf-8")
    done = copy.snakemake("--", FINDINGS, configs=())
    assert done.returncode == 0, done.stdout
    assert outcomes(copy.folder, "dofs_brinkman").count("inconsistent") == 1
