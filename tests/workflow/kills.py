"""Runs that are killed again and again at random moments, and each time go on by the documented commands."""

import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from signal import SIGHUP, SIGINT, SIGKILL, SIGTERM, Signals
from typing import Any

from checkouts import Checkout
from processes import Driver, processes_in, wait_until_gone
from tally import Trial

from reckon.files.writing import unfinished

SIGNALS = (SIGINT, SIGTERM, SIGKILL, SIGHUP)
TARGETS = {"driver": "the driver", "job": "one job", "group": "driver and jobs"}
NOTHING = "Nothing to be done"
LOCKED = "--unlock"  # in what a locked folder makes Snakemake say


@dataclass(frozen=True)
class Kill:
    """One signal, `after` so many seconds of a command."""

    signal: Signals
    target: str
    after: float
    choice: float  # which job, 0 to 1

    @property
    def fault(self) -> str:
        return f"{self.signal.name} to {TARGETS[self.target]}"


def planned(count: int, seed: int, longest: float) -> list[Kill]:
    """So many kills: every signal to every target in turn, at moments drawn up to `longest` seconds."""
    draw = random.Random(seed)
    kinds = [(number, target) for target in TARGETS for number in SIGNALS]
    order = [kinds, *(draw.sample(kinds, len(kinds)) for _ in range(count // len(kinds)))]
    chosen = [kind for block in order for kind in block][:count]
    return [Kill(*kind, draw.uniform(0, longest), draw.random()) for kind in chosen]


@dataclass
class Disturbed:
    """A run from nothing in `copy`, killed as planned until it is finished; `options` are those of Driver."""

    copy: Checkout
    options: dict[str, Any]
    seconds: float = 900  # no single command may take longer
    finished: bool = False

    def killed(self, kills: list[Kill]) -> Iterator[tuple[Kill, bool, float]]:
        """Take kills off the list until the run has ended; yield each, whether and how soon it went on."""
        driver = Driver(self.copy, **self.options)
        while kills and self._struck(driver, kills[0]):
            kill = kills.pop(0)
            driver.wait(self.seconds)
            before = time.monotonic()
            driver = self.resumed(kill)
            yield kill, driver.under_way(), time.monotonic() - before
        self.finished = driver.wait(self.seconds) == 0

    def _struck(self, driver: Driver, kill: Kill) -> bool:
        """Wait for the moment and strike; False if the run was finished before."""
        while driver.alive and NOTHING not in driver.printed:
            if driver.age >= kill.after and driver.send(kill.signal, kill.target, kill.choice):
                return True
            time.sleep(0.1)
        return False

    def resumed(self, kill: Kill) -> Driver:
        """The same command, under way; as docs/reliability.md says, a locked folder is first unlocked."""
        if kill.signal is not SIGKILL or kill.target == "job":
            driver = self._started()
            if driver.under_way() or LOCKED not in driver.printed:
                return driver
        wait_until_gone(self.copy.folder, self.seconds)
        self.copy.snakemake("--unlock", configs=self.options["configs"])
        return self._started()

    def _started(self) -> Driver:
        driver = Driver(self.copy, **self.options)
        while driver.alive and not driver.under_way():
            time.sleep(0.05)
        return driver


def left_over(folder: Path) -> list[str]:
    """Half-written files, checkpoints, locks, and processes that should not be there after a run."""
    files = [
        *unfinished(folder / "results"),
        *(path for path in (folder / "results/checkpoints").rglob("*") if path.is_file()),
        *(folder / ".snakemake/locks").glob("*"),
        *(folder / ".snakemake/incomplete").glob("*"),
    ]
    return [*(str(path.relative_to(folder)) for path in files), *processes_in(folder).values()]


def drill(
    kills: list[Kill],
    new_copy: Callable[[], Checkout],
    same: Callable[[Checkout], bool],
    options: dict[str, Any],
) -> Iterator[Trial]:
    """Kill runs in copies of their own until the list is used up; `same` compares a finished one."""
    kills = list(kills)
    while kills:
        copy = new_copy()
        run = Disturbed(copy, options)
        struck = list(run.killed(kills))
        wait_until_gone(copy.folder)
        left = left_over(copy.folder)
        identical = run.finished and not left and same(copy)
        for kill, survived, seconds in struck:
            detail = f"after {kill.after:.1f} s" + (f"; left over: {left}" if left else "")
            yield Trial(kill.fault, survived and run.finished, identical, seconds, detail)
