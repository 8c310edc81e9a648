"""tools/drills.py itself, with one kill of the shortest run; its parts are tested in tests/workflow."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.workflow
def test_one_kill_is_survived_and_written_down(tmp_path):
    out = tmp_path / "drills.csv"
    options = ["--targets", "results/audit/findings.csv", "--kills", "1", "--longest", "1", "--out", str(out)]
    command = [sys.executable, "tools/drills.py", "kills", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    with open(out, encoding="utf-8", newline="") as lines:
        (row,) = csv.DictReader(lines)
    assert row["fault"] == "SIGINT to the driver"
    assert [row[count] for count in ("tried", "survived", "identical")] == ["1", "1", "1"]
    assert out.with_suffix(".trials.csv").read_text("utf-8").count("\n") == 2
