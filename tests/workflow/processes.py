"""Snakemake as a process that one can signal, and the processes that work in a folder."""

import os
import re
import signal
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

from checkouts import TABLE, TINY, Checkout

PROGRAM = "workflow/scripts/"  # in the command of every job
UNDER_WAY = re.compile(r"^(?:local)?rule \w+:|^Nothing to be done", re.M)


def processes_in(folder: Path) -> dict[int, str]:
    """Commands of the processes that work in a folder, by number."""
    found = {}
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                found[int(process.name)] = (process / "cmdline").read_text().replace("\0", " ")
        except OSError:  # it ended, or is someone else's
            continue
    return found


def wait_until_gone(folder: Path, seconds: float = 60) -> None:
    """Return when no process works in `folder`, as docs/reruns.md asks before the lock is lifted."""
    end = time.monotonic() + seconds
    while alive := processes_in(folder):
        assert time.monotonic() < end, alive
        time.sleep(0.05)


def _as_in_a_terminal() -> None:
    """Ctrl-C and a closed terminal reach it even if the drills run in the background of a script."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


class Driver:
    """Snakemake, started in a copy of this checkout as from a terminal; what it prints is in `printed`."""

    def __init__(
        self,
        copy: Checkout,
        *words: str,
        targets: Iterable[str] = (TABLE,),
        configs: Iterable[Path] = (TINY,),
        **changes: str,
    ) -> None:
        self.folder = copy.folder
        self.log = copy.folder / f"driver{len(list(copy.folder.glob('driver*.txt')))}.txt"
        self.start = time.monotonic()
        with open(self.log, "w") as out:
            self.process = subprocess.Popen(
                copy.command(*words, "--", *targets, configs=configs),
                cwd=copy.folder,
                env=copy.environment(changes),
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=_as_in_a_terminal,
            )

    @property
    def printed(self) -> str:
        return self.log.read_text("utf-8")

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def age(self) -> float:
        """Seconds since it was started."""
        return time.monotonic() - self.start

    def jobs(self) -> list[int]:
        """The programs that run for it now."""
        return [number for number, command in processes_in(self.folder).items() if PROGRAM in command]

    def under_way(self) -> bool:
        """Whether it has started a job, or found that there is none to do."""
        return bool(UNDER_WAY.search(self.printed))

    def send(self, number: signal.Signals, target: str, choice: float = 0.0) -> bool:
        """A signal to the `driver`, to one `job` (0 ≤ `choice` < 1 says which), or to the whole `group`."""
        jobs = sorted(self.jobs())
        if target == "job" and not jobs:
            return False
        try:
            if target == "group":
                os.killpg(self.process.pid, number)
            else:
                os.kill(jobs[int(choice * len(jobs))] if target == "job" else self.process.pid, number)
        except ProcessLookupError:  # it ended this very moment
            return False
        return True

    def wait(self, seconds: float = 900) -> int:
        """Its exit code."""
        return self.process.wait(seconds)
