"""Studies are run as a person runs them, at a size of seconds."""

import csv
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def study() -> Callable[..., list[dict[str, str]]]:
    """Run a program of tools/studies with the given interpreter; the rows of the csv that it prints."""

    def rows(name: str, *options: str, python: str = sys.executable) -> list[dict[str, str]]:
        command = [python, f"tools/studies/{name}.py", *options]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return list(csv.DictReader(done.stdout.splitlines()))

    return rows


@pytest.fixture(scope="session")
def fem_python() -> str:
    """The interpreter of the finite-element environment, in which Firedrake, scikit-fem and PyAMG are."""
    command = ["bash", ROOT / "envs/build_fem.sh", "--path"]
    path = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    if not Path(path).exists():
        pytest.skip(f"the finite-element environment is not built ({path}); bash envs/build_fem.sh makes it")
    return path
