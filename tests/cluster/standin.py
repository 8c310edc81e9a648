"""A one-node SLURM for tests, and drivers that send the jobs of a copy of this checkout to it."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from checkouts import TINY, Checkout

HERE = Path(__file__).parent
SBIN = f"{os.environ['PATH']}:/usr/sbin:/sbin"  # where Debian has the daemons
STATES = ("PENDING", "CONFIGURING", "RUNNING", "COMPLETING", "SUSPENDED")


def until(condition: Callable[[], object], what: str, seconds: float = 240) -> None:
    """Wait until `condition` holds; a test that waits in vain says for what."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"waited {seconds} s in vain: {what}"
        time.sleep(0.2)


@dataclass(frozen=True)
class Job:
    """One line of squeue."""

    number: str
    state: str
    reason: str
    folder: str
    comment: str


@dataclass(frozen=True)
class StandIn:
    """The SLURM whose settings and states are in `folder`."""

    folder: Path

    @property
    def settings(self) -> dict[str, str]:
        """What clients and drivers need in their environment."""
        return {"SLURM_CONF": str(self.folder / "slurm.conf"), "PATH": f"{self.folder}/bin:{SBIN}"}

    def start(self) -> None:
        code, said = self._bash("start.sh", str(self.folder))
        assert code == 0, said

    def stop(self, *daemons: str) -> None:
        self._bash("stop.sh", str(self.folder), *daemons)

    @contextlib.contextmanager
    def without_controller(self) -> Iterator[None]:
        self.stop("slurmctld")
        try:
            yield
        finally:
            self.start()

    def _bash(self, script: str, *words: str) -> tuple[int, str]:
        # Files, not pipes: the daemons keep what they inherit, and a pipe would never end.
        with open(self.folder / "script.out", "w") as out:
            done = subprocess.run(["bash", HERE / script, *words], stdout=out, stderr=out, check=False)
        return done.returncode, (self.folder / "script.out").read_text("utf-8")

    def command(self, *words: str) -> str:
        """What a client such as squeue prints; empty if the controller does not answer."""
        done = subprocess.run(
            words, env=os.environ | self.settings, capture_output=True, text=True, check=False
        )
        return done.stdout

    def jobs(self, folder: Path, states: Iterable[str] = STATES) -> list[Job]:
        """Jobs that work in `folder`, by default those that wait or run."""
        listed = self.command("squeue", "--states=all", "--noheader", "--format=%i|%T|%r|%Z|%k")
        every = (Job(*line.split("|")) for line in listed.splitlines())
        return [job for job in every if job.folder == str(folder) and job.state in states]

    def running(self, folder: Path, rule: str) -> list[Job]:
        return [job for job in self.jobs(folder, ["RUNNING"]) if job.comment.startswith(f"rule_{rule}")]


class Driver:
    """Snakemake with profiles/slurm, started in a copy of this checkout; what it prints goes to `printed`."""

    _every: ClassVar[list["Driver"]] = []

    def __init__(
        self, slurm: StandIn, copy: Checkout, *words: str, configs: Iterable[Path] = (TINY,), **changes: str
    ) -> None:
        overlay = ["--configfile", *map(str, configs)]
        # A small cluster without accounts that answers at once; all else is as the profile has it.
        small = ["--slurm-no-account", "--slurm-init-seconds-before-status-checks=3", "--latency-wait=5"]
        profile = ["--workflow-profile", "profiles/slurm"]
        self.folder = copy.folder
        Driver._every.append(self)
        self.log = copy.folder / f"driver{len(list(copy.folder.glob('driver*.log')))}.log"
        with open(self.log, "w") as out:
            self.process = subprocess.Popen(
                [sys.executable, str(HERE / "impatient.py"), "-p", *profile, *small, *overlay, *words],
                cwd=copy.folder,
                env=copy.environment(slurm.settings | changes),
                stdout=out,
                stderr=out,
                start_new_session=True,
                # Ctrl-C reaches it even if these tests run in the background of a script.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            )

    @classmethod
    def started_in(cls, folder: Path) -> list["Driver"]:
        """Those that still run."""
        return [driver for driver in cls._every if driver.folder == folder and driver.alive]

    @property
    def printed(self) -> str:
        return self.log.read_text("utf-8")

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def send(self, number: signal.Signals) -> None:
        """A signal to the driver and the rules that it runs itself, as from a terminal; not to its jobs."""
        os.killpg(self.process.pid, number)

    def wait(self, seconds: float = 600) -> int:
        """Its exit code."""
        until(lambda: not self.alive, f"the driver to end; it printed\n{self.printed[-3000:]}", seconds)
        return self.process.returncode
