"""The program behind `make report`: what it writes, and what it says when an input is damaged."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from reckon.report.final_table import final_rows, write_rows
from reckon.tables.transcription import read_transcription

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def table(tmp_path):
    """The final table of the decks before anything was recomputed."""
    path = tmp_path / "final_table.csv"
    write_rows(path, final_rows(read_transcription(ROOT / "reported"), [], scale="demo", planned={}))
    return path


def report(folder, table, *options):
    program = [sys.executable, ROOT / "workflow/scripts/report.py", "--scale", "demo", "--table", table]
    files = [
        "--reported",
        ROOT / "reported",
        "--html",
        folder / "report.html",
        "--latex",
        folder / "table.tex",
    ]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    command = [*program, *files, *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=folder)


def test_it_needs_nothing_but_the_final_table(tmp_path, table):
    done = report(tmp_path, table)
    assert done.returncode == 0, done.stderr
    assert "435 cells" in done.stdout
    assert (tmp_path / "report.html").read_text("utf-8").startswith("<!doctype html>")
    assert r"\begin{longtable}" in (tmp_path / "table.tex").read_text("utf-8")


def test_the_page_names_no_folder_of_this_machine(tmp_path, table):
    report(tmp_path, table)
    html = (tmp_path / "report.html").read_text("utf-8")
    assert str(tmp_path) not in html
    assert str(ROOT) not in html


@pytest.mark.parametrize(
    ("option", "text", "complaint"),
    [
        ("--claims", "claim,deck\n", ":1: no column"),
        ("--findings", "check\n", ":1: no column"),
        ("--previous", "table,row\n", ":1: columns must be"),
        ("--metrics", "experiment,table\n", ":1: columns must be"),
        ("--figures", "<svg", ":1: not an SVG"),
    ],
)
def test_a_damaged_input_is_one_line_and_leaves_no_page(tmp_path, table, option, text, complaint):
    (tmp_path / "damaged").write_text(text)
    done = report(tmp_path, table, option, "damaged")
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: damaged{complaint}")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "report.html").exists()


@pytest.mark.workflow
def test_every_figure_of_the_report_has_its_caption():
    command = [sys.executable, "-m", "snakemake", "-n", "-p", "results/report.html"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    job = re.search(r"^(?:local)?rule report:\n    input: (.*)$", done.stdout + done.stderr, re.M)
    figures = [path for path in job[1].split(", ") if path.endswith(".svg")]
    assert figures != []
    captions = [f"workflow/report/{Path(path).stem}.rst" for path in figures]
    assert [path for path in captions if not (ROOT / path).is_file()] == []
