import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).parents[3] / "workflow/scripts/solve_level.py"
MPIEXEC = Path(sys.prefix).parent / "bin" / "mpiexec"


def solve(folder, ranks):
    out = folder / f"{ranks}.json"
    command = [
        sys.executable,
        PROGRAM,
        "--preset",
        "robust",
        "--level",
        "4",
        "--epsilon",
        "0.1",
        "--record",
        out,
    ]
    command += ["--ranks", str(ranks), "--cost", folder / "cost.json"]
    # The test is an MPI process itself: its children must not take themselves for parts of it.
    outside = {key: value for key, value in os.environ.items() if not key.startswith(("OMPI_", "PMIX_"))}
    command = [MPIEXEC, "-n", str(ranks), *command]
    subprocess.run(command, check=True, capture_output=True, text=True, env=outside)
    return json.loads(out.read_text())


def test_two_processes_compute_what_one_does(tmp_path):
    one, two = solve(tmp_path, 1), solve(tmp_path, 2)
    assert (one["ranks"], two["ranks"]) == (1, 2)
    assert two["errors"] == pytest.approx(one["errors"], rel=1e-6)
    for equation, steps in one["steps"].items():
        assert abs(two["steps"][equation] - steps) <= 2


def test_a_level_that_does_not_fit_ends_in_one_line(tmp_path):
    command = [sys.executable, PROGRAM, "--preset", "robust", "--level", "13", "--epsilon", "1"]
    command += ["--record", tmp_path / "x.json", "--cost", tmp_path / "y.json"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 1
    assert "GiB" in done.stderr.strip().splitlines()[-1]
    assert "Traceback" not in done.stderr
