"""A result edited by hand: Snakemake computes on from it, the final table says so."""

import csv
import json

import pytest
from checkouts import TABLE

pytestmark = pytest.mark.workflow

PREDICTIONS = "results/qa/miniature/blank/seed0/predictions.json"
METRICS = "results/qa/metrics.csv"


@pytest.fixture
def run(finished, tmp_path):
    return finished.moved_to(tmp_path / "to be edited")


def verdicts(run):
    """(verdict, reason) of the cells that question answering computes."""
    done = run.snakemake("--", TABLE)
    assert done.returncode == 0, done.stdout
    with open(run.folder / TABLE, encoding="utf-8") as file:
        return {(row["verdict"], row["reason"]) for row in csv.DictReader(file) if row["mean"]}


def test_edited_results_become_tampered_cells(run):
    metrics = run.folder / METRICS
    text = metrics.read_text("utf-8")
    metrics.write_text(text.replace(",0.", ",1.", 1), "utf-8")
    assert metrics.read_text("utf-8") != text
    found = verdicts(run)
    assert {verdict for verdict, _ in found} == {"tampered"}
    assert all(f"{METRICS} changed after its rule wrote it" in reason for _, reason in found)

    metrics.write_text(text, "utf-8")
    predictions = run.folder / PREDICTIONS
    content = json.loads(predictions.read_text("utf-8"))
    predictions.write_text(json.dumps(content, indent=3), "utf-8")
    found = verdicts(run)
    assert {verdict for verdict, _ in found} == {"tampered"}
    assert all(f"{PREDICTIONS} changed after its rule wrote it" in reason for _, reason in found)

    (run.folder / f"{PREDICTIONS}.prov.json").unlink()
    predictions.write_text(json.dumps(content, indent=5), "utf-8")
    found = verdicts(run)
    assert {verdict for verdict, _ in found} == {"tampered"}
    assert all(f"{PREDICTIONS} has lost its record" in reason for _, reason in found)
