"""The example of a study of one's own: run in a copy, as its page says, without touching the package."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/two_tables"
pytestmark = pytest.mark.workflow


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The finished example, in a folder of its own with a space in its name."""
    folder = tmp_path_factory.mktemp("own") / "my study"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("results", ".snakemake"))
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", "results/report.html"],
        cwd=folder,
        env=os.environ | {"RECKON": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return folder


def column(path, key, value):
    with open(path, encoding="utf-8") as file:
        return {tuple(row[name] for name in key): row[value] for row in csv.DictReader(file)}


def test_the_three_planted_mistakes_are_found_and_nothing_else(study):
    verdicts = column(study / "results/final_table.csv", ("table", "row", "column"), "verdict")
    wrong = {cell for cell, verdict in verdicts.items() if verdict == "differs_worse"}
    assert wrong == {("efficiency", "Median", "Average"), ("errors", "Trimmed mean", "Laplace")}
    assert {verdicts["efficiency", "Median", name] for name in ("Normal", "Laplace", "Uniform")} == {
        "match_single"
    }
    assert {v for cell, v in verdicts.items() if cell not in wrong} == {"match_single", "compatible"}
    assert column(study / "results/claims.csv", ("claim",), "verdict") == {
        ("median_beats_mean",): "supported",
        ("trimming_is_better_still",): "contradicted",
    }
    assert column(study / "results/audit/findings.csv", ("check",), "outcome") == {
        ("average",): "inconsistent",
        ("gain",): "consistent",
        **{(f"source_paper_{table}",): "consistent" for table in ("efficiency", "errors", "gain")},
    }


def test_the_transcription_is_that_of_the_paper():
    lines = (EXAMPLE / "paper.txt").read_text("utf-8").splitlines()
    for table in ("efficiency", "errors", "gain"):
        with open(EXAMPLE / f"reported/{table}.csv", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                assert row["reported"] in lines[int(row["reported_line"]) - 1]


def test_the_page_holds_every_printed_number(study):
    page = (study / "results/report.html").read_text("utf-8")
    for printed in ("0.637", "2.000", "0.333", "1.090", "1.31", "33%"):
        assert printed in page
