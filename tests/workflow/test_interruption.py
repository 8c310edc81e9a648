"""A training killed without warning, and run again: every result has the bytes of the undisturbed run."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from checkouts import TABLE
from processes import wait_until_gone

pytestmark = pytest.mark.workflow

CHECKPOINTS = "results/checkpoints/qa"
SEED = "results/qa/miniature/fast_uniform/seed{}/"


def wait_for_checkpoint(run: subprocess.Popen, folder: Path, seconds: float = 600) -> Path:
    end = time.monotonic() + seconds
    while time.monotonic() < end and run.poll() is None:
        if found := [path for path in folder.glob("*.pt") if not path.name.startswith(".")]:
            return found[0]
        time.sleep(0.005)
    raise AssertionError("no checkpoint was written while the run was going on")


@pytest.fixture(scope="module")
def killed_and_rerun(tmp_path_factory, source):
    """A second run from nothing: killed in its first training, unlocked, run to the end."""
    second = source.moved_to(tmp_path_factory.mktemp("second") / "the second run")
    with open(second.folder / "killed.txt", "w") as out:
        run = subprocess.Popen(
            second.command("--", TABLE),
            cwd=second.folder,
            env=second.environment({}),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        try:
            wait_for_checkpoint(run, second.folder / CHECKPOINTS)
        finally:
            os.killpg(run.pid, signal.SIGKILL)
            run.wait()
    assert not (second.folder / SEED.format(0) / "model.safetensors").exists(), "killed too late"
    wait_until_gone(second.folder)

    locked = second.snakemake("--", TABLE)
    assert locked.returncode != 0
    assert "--unlock" in locked.stdout
    assert second.snakemake("--unlock").returncode == 0
    done = second.snakemake("--", TABLE)
    assert done.returncode == 0, done.stdout
    return second


def test_it_resumed_from_the_checkpoint(killed_and_rerun):
    log = (killed_and_rerun.folder / "results/logs/qa/miniature/train.fast_uniform.seed0.log").read_text()
    assert "resuming after step" in log


def test_every_result_has_the_bytes_of_the_undisturbed_run(first_run, killed_and_rerun):
    expected, found = first_run.results(), killed_and_rerun.results()
    assert len(expected) > 60
    assert found.keys() == expected.keys()
    assert [name for name in expected if found[name] != expected[name]] == []


def test_nothing_half_written_is_left(killed_and_rerun):
    top = killed_and_rerun.folder / "results"
    assert [path for path in top.rglob(".*") if path.is_file()] == []
    assert list((killed_and_rerun.folder / CHECKPOINTS).iterdir()) == []


def test_another_seed_gives_another_model_and_other_metrics(killed_and_rerun):
    wanted = SEED.format(1) + "training.json"
    done = killed_and_rerun.snakemake("--", wanted)
    assert done.returncode == 0, done.stdout
    for name in ("training.json", "model.safetensors"):
        zero, one = ((killed_and_rerun.folder / SEED.format(seed) / name).read_bytes() for seed in (0, 1))
        assert zero != one
