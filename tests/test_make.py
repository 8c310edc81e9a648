"""The Makefile and the environments' programs, as far as nothing need be built."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def ran(*command: str, without: str = "") -> subprocess.CompletedProcess[str]:
    # A make inside `make test` would take itself for a part of it, and say which folder it enters.
    outer = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", without)
    environment = {name: value for name, value in os.environ.items() if name not in outer}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("cores", ["0", "-1", "two", "", "1.5", "08", "1;echo", "it's"])
@pytest.mark.parametrize("target", ["all", "report"])
def test_what_is_no_number_of_jobs_is_refused(target, cores):
    done = ran("make", target, f"CORES={cores}")
    assert done.returncode == 2
    assert done.stderr.startswith(f"CORES={cores}: how many jobs at a time, 1 or more")
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([], "make"),
        (["report", "CORES=12"], "make CORES=12 report"),
        (["report", "PREVIOUS=it's.csv"], "make PREVIOUS=it'\\''s.csv report"),
    ],
)
def test_a_run_knows_what_was_typed(typed, said):
    done = ran("make", "-n", *typed)
    assert f"RECKON_COMMAND='{said}' " in done.stdout, done.stdout


@pytest.mark.parametrize("name", ["nlp", "fem"])
def test_without_a_home_the_environments_lie_in_the_one_that_the_system_knows(name):
    done = ran("bash", "envs/build.sh", "--path", name, without="HOME")
    assert (done.returncode, done.stderr) == (0, "")
    assert "/envs/" in done.stdout
