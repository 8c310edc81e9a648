"""What is kept of a run: its small files, wall times and machine; what studies measured stays."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[2] / "tools/keep_reference.py"
BENCHMARK = "s\th:m:s\tmax_rss\tcpu_time\n{}\t0:00:10\t900.5\t9\n"


def written(top: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, "utf-8")
    return top


@pytest.fixture
def results(tmp_path) -> Path:
    kept = ("qa/metrics.csv", "qa/nq/counts.json", "qa/nq/sift/seed0/sift.json", "qa/figures/a.svg")
    left = ("qa/metrics.csv.prov.json", "qa/nq/seed0/model.safetensors", "fem/metrics.csv")
    benchmarks = {
        "benchmarks/qa/nq/train.seed1.tsv": BENCHMARK.format("10.0"),
        "benchmarks/qa/metrics.tsv": BENCHMARK.format("0.5"),
        "benchmarks/fem/metrics.tsv": BENCHMARK.format("0.7"),
    }
    return written(tmp_path / "results", dict.fromkeys((*kept, *left), "x") | benchmarks)


def keep(results: Path, out: Path) -> subprocess.CompletedProcess[str]:
    options = ["--results", str(results), "--experiment", "qa", "--out", str(out)]
    return subprocess.run(
        [sys.executable, str(PROGRAM), *options], capture_output=True, text=True, check=False
    )


def test_small_files_are_kept_and_old_ones_make_room(tmp_path, results):
    out = written(tmp_path / "reference", {"word_pairs.csv": "measured", "old.csv": "", "old/a.json": ""})
    done = keep(results, out)
    assert (done.returncode, done.stdout) == (0, f"4 files, 2 jobs: {out}\n")
    found = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    assert found == {
        *("metrics.csv", "nq/counts.json", "nq/sift/seed0/sift.json", "figures/a.svg"),
        *("wall_times.csv", "machine.json", "word_pairs.csv"),
    }
    assert (out / "word_pairs.csv").read_text("utf-8") == "measured"
    assert (out / "wall_times.csv").read_text("utf-8") == (
        "job,s,cpu_time,max_rss\nqa/metrics,0.5,9,900.5\nqa/nq/train.seed1,10.0,9,900.5\n"
    )
    machine = json.loads((out / "machine.json").read_text("utf-8"))
    assert machine.keys() == {"processor", "cores", "memory_gib", "python", "system"}


def test_without_results_the_old_reference_stays(tmp_path):
    out = written(tmp_path / "reference", {"metrics.csv": "old"})
    done = keep(tmp_path / "results", out)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"error: {tmp_path}/results/qa: no results; run the workflow first\n"
    assert (out / "metrics.csv").read_text("utf-8") == "old"
