"""Faults made to happen to copies of this checkout, and what became of each run: docs/reliability.md.

    python tools/drills.py kills damage clock tools disks downloads

Writes one line a fault to --out and one line a trial to OUT.trials.csv; both grow if they are there. The run
that is disturbed is tests/workflow/drills.yaml, or the files of --configfile. Disks of their own need root.
"""

import argparse
import itertools
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests/workflow"))

import damage
import kills
import surroundings
from checkouts import BLOCKER, TABLE, Checkout, checkout
from tally import Trial, record

from reckon.config.load import default_cache

ROOT = Path(__file__).parents[1]
CLAIMS = "results/claims.csv"
PARTS = ("kills", "damage", "clock", "tools", "disks", "downloads")


class Drills:
    """An undisturbed run of a configuration, and copies of the checkout with and without its results."""

    def __init__(self, folder: Path, scratch: Path, args: argparse.Namespace) -> None:
        """`folder` keeps the undisturbed run for another time, `scratch` the copies."""
        self.scratch, self.args = scratch, args
        self.numbers = itertools.count()
        (scratch / "blocker").mkdir()
        (scratch / "blocker/sitecustomize.py").write_text(BLOCKER, "utf-8")
        self.source = checkout(scratch / "as it is", scratch / "blocker", args.cores)
        self.targets = tuple(args.targets)
        self.options: dict[str, Any] = {
            "configs": [path.resolve() for path in args.configfile],
            # That of the user: the environment of the finite elements is there.
            "RECKON_CACHE": str(default_cache()),
        }
        self.finished = Checkout(folder / "undisturbed", scratch / "blocker", args.cores)
        if not self.finished.folder.exists():
            self.source.moved_to(self.finished.folder)
        done = self.finished.snakemake("--", *self.targets, **self.options)
        if done.returncode:
            sys.exit(f"the undisturbed run failed:\n{done.stdout[-3000:]}")
        self.undisturbed = self.finished.results()

    def empty(self) -> Checkout:
        """A copy without results."""
        return self.source.moved_to(self.scratch / f"copy {next(self.numbers)}")

    def done(self) -> Checkout:
        """A copy of the finished run."""
        return self.finished.moved_to(self.scratch / f"copy {next(self.numbers)}")

    def same(self, copy: Checkout) -> bool:
        """Whether the results have the bytes of the undisturbed ones."""
        return damage.comparable(copy.results()) == damage.comparable(self.undisturbed)

    @property
    def scores(self) -> bytes:
        """Those of the system without training."""
        return self.undisturbed[surroundings.SCORES.removeprefix("results/")]


def kill_trials(drills: Drills) -> Iterator[Trial]:
    """Kills at random moments."""
    planned = kills.planned(drills.args.kills, drills.args.seed, drills.args.longest)
    options = drills.options | {"targets": drills.targets}
    return kills.drill(planned, drills.empty, drills.same, options)


def damage_trials(drills: Drills) -> Iterator[Trial]:
    """Every kind of file in every way, as far as the time goes."""
    plan = drills.finished.snakemake("-n", "--forceall", "--", *drills.targets, **drills.options)
    kinds = damage.one_of_each_kind(damage.jobs(plan.stdout))

    def run() -> damage.Damaged:
        return damage.Damaged(drills.done(), drills.undisturbed, drills.options, drills.targets)

    deadline = time.monotonic() + 60 * drills.args.minutes
    return damage.drill(run, kinds, damage.DAMAGES, drills.args.seed, deadline)


def clock_trials(drills: Drills) -> Iterator[Trial]:
    """Other times, with and without what Snakemake remembers."""
    for alone in (False, True):
        for name in surroundings.CLOCKS:
            yield surroundings.clock_trial(drills.done(), name, drills.targets, drills.options, alone=alone)


def tool_trials(drills: Drills) -> Iterator[Trial]:
    """Missing tools."""
    yield from surroundings.tool_trials(drills.empty, drills.scratch, drills.scores)
    yield surroundings.no_environment_trial(drills.empty(), drills.scratch, drills.options)
    level = drills.undisturbed.get(surroundings.LEVEL.removeprefix("results/"), b"")
    trial = surroundings.mpiexec_trial(drills.empty(), drills.scratch, level, drills.options)
    if level and trial:
        yield trial


def disk_trials(drills: Drills) -> Iterator[Trial]:
    """Read-only and full disks."""
    return surroundings.disk_trials(drills.empty, drills.scores)


def download_trials(drills: Drills) -> Iterator[Trial]:
    """Damaged downloads."""
    return surroundings.download_trials(drills.empty, drills.scratch)


TRIALS: dict[str, Callable[[Drills], Iterator[Trial]]] = dict(
    zip(
        PARTS,
        (kill_trials, damage_trials, clock_trials, tool_trials, disk_trials, download_trials),
        strict=True,
    )
)


def main() -> None:
    """Run the parts that are asked for, and write down each trial as soon as it is over."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    tiny = [ROOT / "tests/workflow/tiny.yaml", ROOT / "tests/workflow/drills.yaml"]
    parser.add_argument("parts", nargs="+", choices=PARTS)
    parser.add_argument("--configfile", type=Path, nargs="+", default=tiny, help="of the run to disturb")
    parser.add_argument("--targets", nargs="+", default=[TABLE, CLAIMS], help="of the run to disturb")
    parser.add_argument("--kills", type=int, default=50, help="so many (default 50)")
    parser.add_argument("--longest", type=float, default=40.0, help="latest moment of a kill, in seconds")
    parser.add_argument("--minutes", type=float, default=60.0, help="for the damage (default 60)")
    parser.add_argument("--cores", type=int, default=2, help="of every run (default 2)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--folder", type=Path, help="keep the undisturbed run there, and take one that is there"
    )
    parser.add_argument("--out", type=Path, default=ROOT / "reference/drills.csv")
    args = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with tempfile.TemporaryDirectory(prefix="drills ") as scratch:
        drills = Drills(args.folder or Path(scratch), Path(scratch), args)
        for part in args.parts:
            for trial in TRIALS[part](drills):
                record(args.out, trial)
                print(trial, flush=True)


if __name__ == "__main__":
    main()
