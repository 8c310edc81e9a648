"""A SLURM of one node for all tests of this folder, or why there is none; a training to disturb."""

import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "workflow"))

from checkouts import BLOCKER, TABLE, Checkout, checkout
from drills import CONFIGS, LONG, MODEL, trained
from standin import SBIN, Driver, StandIn
from tally import Trial, record


def missing() -> str:
    """What keeps a SLURM from running here; empty if nothing does."""
    absent = [tool for tool in ("slurmctld", "slurmd", "munged", "srun") if not shutil.which(tool, path=SBIN)]
    if absent:
        return f"no {', '.join(absent)} here: apt-get install slurm-wlm munge, or tests/cluster/install.sh"
    return "" if os.geteuid() == 0 else "slurmd starts jobs as root only"


@pytest.fixture(scope="session")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    if reason := missing():
        pytest.skip(reason)
    cluster = StandIn(tmp_path_factory.mktemp("slurm"))
    cluster.start()
    yield cluster
    cluster.command("scancel", "--state=RUNNING", "--user=root")
    cluster.command("scancel", "--state=PENDING", "--user=root")
    cluster.stop()


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    blocker = tmp_path_factory.mktemp("blocker")
    (blocker / "sitecustomize.py").write_text(BLOCKER, "utf-8")
    copy = checkout(tmp_path_factory.mktemp("source") / "as it is", blocker)
    (copy.folder / "long.yaml").write_text(LONG, "utf-8")
    return copy


@pytest.fixture(scope="session")
def prepared(tmp_path_factory, slurm: StandIn, source: Checkout) -> Checkout:
    """A copy with the data and the encoder that the trainings need."""
    copy = source.moved_to(tmp_path_factory.mktemp("prepared") / "a copy")
    tokens = "results/qa/miniature/{}.bert_uncased.tokens.arrow"
    both = [tokens.format(split) for split in ("training", "evaluation")]
    done = copy.snakemake("--", *both, configs=CONFIGS)
    assert done.returncode == 0, done.stdout
    return copy


@pytest.fixture(scope="session")
def undisturbed_run(tmp_path_factory, prepared: Checkout) -> Checkout:
    """One training that nothing disturbed, on this machine and without SLURM."""
    copy = prepared.moved_to(tmp_path_factory.mktemp("undisturbed") / "a copy")
    done = copy.snakemake("--", MODEL, configs=CONFIGS)
    assert done.returncode == 0, done.stdout
    return copy


@pytest.fixture(scope="session")
def undisturbed(undisturbed_run: Checkout) -> dict[str, bytes]:
    """Bytes of its results."""
    return trained(undisturbed_run)


@pytest.fixture(scope="session")
def whole(tmp_path_factory, prepared: Checkout) -> Checkout:
    """The whole chain run on this machine, without SLURM."""
    copy = prepared.moved_to(tmp_path_factory.mktemp("whole") / "on this machine")
    done = copy.snakemake("--", TABLE)
    assert done.returncode == 0, done.stdout
    return copy


@pytest.fixture
def own(tmp_path: Path, slurm: StandIn) -> Iterator[Callable[[Checkout], Checkout]]:
    """Makes a copy of a checkout for one test, a space in its name; a failed test leaves nothing running."""
    folder = tmp_path / "a run"
    yield lambda checkout: checkout.moved_to(folder)
    for driver in Driver.started_in(folder):
        driver.send(signal.SIGKILL)
    slurm.command("scancel", *(job.number for job in slurm.jobs(folder)))


@pytest.fixture
def copy(own: Callable[[Checkout], Checkout], prepared: Checkout) -> Checkout:
    return own(prepared)


@pytest.fixture
def drill() -> Callable[[str], contextlib.AbstractContextManager[None]]:
    """`with drill("fault"):` from the fault to its last assertion; a line of docs/reliability.md.

    RECKON_DRILLS names the table; without it nothing is written. The seconds are those until all results
    were there again with the bytes of an undisturbed run.
    """
    table = os.environ.get("RECKON_DRILLS")

    @contextlib.contextmanager
    def trial(fault: str) -> Iterator[None]:
        start, survived = time.monotonic(), False
        try:
            yield
            survived = True
        finally:
            if table:
                seconds = time.monotonic() - start if survived else None
                record(Path(table), Trial(fault, survived, survived, seconds))

    return trial
