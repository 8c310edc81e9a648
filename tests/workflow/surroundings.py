"""What can be wrong around a run: clocks, missing tools, disks that cannot be written, damaged downloads."""

import contextlib
import hashlib
import os
import random
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checkouts import TABLE, Checkout, jobs
from damage import DAMAGES, comparable, damage
from kills import NOTHING
from tally import Trial

DAY = 86_400
# Of every run but the trainings: pages, a system without training, its scores.
SCORES = "results/qa/miniature/blank/seed0/scores.json"

FUTURE = "find . -newermt now -exec touch {} +"  # in the error

Clock = Callable[[Path, random.Random], float]
# Folders whose files get another time, and which. The last is that of a clone, or of a copy without `-p`.
CLOCKS: dict[str, tuple[tuple[str, ...], Clock]] = {
    "results dated a day ahead": (("results",), lambda path, draw: path.stat().st_mtime + DAY),
    "sources dated a year ahead": (
        ("src", "workflow", "config", "reported"),
        lambda path, draw: time.time() + 365 * DAY,
    ),
    "all files of one time": ((".",), lambda path, draw: 1.7e9),
    "fresh times in any order": ((".",), lambda path, draw: time.time() - draw.uniform(0, 100)),
}


def set_times(folder: Path, name: str) -> None:
    """Give files of a copy the times of a drill; Snakemake's own records keep theirs.

    Files that the copy shares with others become its own first: `--touch` sets times as well.
    """
    places, clock = CLOCKS[name]
    for path in folder.rglob("*.safetensors"):
        own = path.with_name(f"{path.name}.own")
        shutil.copy2(path, own)
        own.replace(path)
    draw = random.Random(1)
    for path in sorted(path for place in places for path in (folder / place).rglob("*")):
        if path.is_file() and ".snakemake" not in path.parts:
            moment = clock(path, draw)
            os.utime(path, (moment, moment))


def clock_trial(
    run: Checkout, name: str, targets: tuple[str, ...], options: dict[str, Any], *, alone: bool
) -> Trial:
    """A finished run with other times; `alone`: without the record in .snakemake.

    Survived: nothing reruns, if need be after what the error or the documents say: `touch` for sources of
    the future, `--touch` for results that seem older.
    """
    set_times(run.folder, name)
    if alone:
        shutil.rmtree(run.folder / ".snakemake")
    before, start = comparable(run.results()), time.monotonic()
    first = run.snakemake("-n", "--", *targets, **options)
    if FUTURE in first.stdout:
        subprocess.run(shlex.split(FUTURE), cwd=run.folder, check=True)
        first = run.snakemake("-n", "--", *targets, **options)
    touched = NOTHING not in first.stdout
    if touched:
        run.snakemake("--touch", "--", *targets, **options)
    done = run.snakemake("--", *targets, **options)
    survived, seconds = NOTHING in done.stdout, time.monotonic() - start
    fault = f"{name}{', without .snakemake' if alone else ''}"
    return Trial(fault, survived, comparable(run.results()) == before, seconds, "touched" if touched else "")


def tools_without(folder: Path, *absent: str) -> str:
    """A PATH with every tool of the present one but those."""
    folder.mkdir()
    for place in map(Path, os.environ["PATH"].split(os.pathsep)):
        for tool in place.iterdir() if place.is_dir() else ():
            if tool.name not in absent and not (folder / tool.name).is_symlink():
                (folder / tool.name).symlink_to(tool)
    return str(folder)


def scored(run: Checkout, *unset: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """The scores computed by a driver whose environment has `changes`, and lacks the variables `unset`."""
    environment = {name: value for name, value in run.environment(changes).items() if name not in unset}
    return subprocess.run(
        run.command("--", SCORES),
        cwd=run.folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


def tool_trials(new_copy: Callable[[], Checkout], scratch: Path, expected: bytes) -> Iterator[Trial]:
    """Runs that must do without a tool or a folder, and end as well as others."""
    lacking: dict[str, tuple[tuple[str, ...], dict[str, str]]] = {
        "no git": ((), {"PATH": tools_without(scratch / "tools", "git")}),
        "HOME unset": (("HOME", "RECKON_CACHE"), {}),
        # Snakemake insists on a cache of its own; docs/reliability.md says where else it may be.
        "HOME not writable": ((), {"HOME": os.devnull, "XDG_CACHE_HOME": str(scratch / "xdg")}),
        "cache not writable": ((), {"RECKON_CACHE": f"{os.devnull}/cache"}),
    }
    for fault, (unset, changes) in lacking.items():
        run, start = new_copy(), time.monotonic()
        done = scored(run, *unset, **changes)
        scores = run.folder / SCORES
        identical = scores.is_file() and scores.read_bytes() == expected
        survived = done.returncode == 0 and "Traceback" not in done.stdout
        yield Trial(
            fault, survived, identical, time.monotonic() - start, "" if survived else done.stdout[-300:]
        )


def no_environment_trial(run: Checkout, scratch: Path, options: dict[str, Any]) -> Trial:
    """Without the environment of the finite elements the plan is that of all the rest."""
    start = time.monotonic()
    nowhere = options | {"RECKON_CACHE": str(scratch / "empty")}
    without = run.snakemake("-n", "--forceall", "--", TABLE, **nowhere)
    seconds = time.monotonic() - start
    planned = {job.rule for job in jobs(without.stdout)}
    rest = {job.rule for job in jobs(run.snakemake("-n", "--forceall", "--", TABLE, **options).stdout)}
    rest -= {"solve_level", "measure_errors", "collect_levels"}
    survived = without.returncode == 0 and "final_table" in planned
    return Trial("no environment of the finite elements", survived, planned == rest, seconds, "a dry run")


LEVEL = "results/fem/levels/published/epsilon1/level1.json"


def mpiexec_trial(run: Checkout, scratch: Path, expected: bytes, options: dict[str, Any]) -> Trial | None:
    """The finite elements without mpiexec, then with it; None where their environment is not built."""
    built = Path(options["RECKON_CACHE"]) / "envs"
    for python in built.glob("fem-*/bin/python"):
        crippled = scratch / "crippled/envs" / python.relative_to(built)
        crippled.parent.mkdir(parents=True)
        crippled.symlink_to(python)
    if not (scratch / "crippled").exists():
        return None
    first = run.snakemake("--", LEVEL, **options | {"RECKON_CACHE": str(scratch / "crippled")})
    start = time.monotonic()
    second = run.snakemake("--", LEVEL, **options)
    identical = second.returncode == 0 and (run.folder / LEVEL).read_bytes() == expected
    survived = first.returncode == 1 and said_in_one_line(first.stdout, "mpiexec: no such file")
    return Trial("no mpiexec", survived, identical, time.monotonic() - start)


@contextlib.contextmanager
def disk(folder: Path, size: str) -> Iterator[Callable[..., None]]:
    """A disk of its own at `folder`; yields a function that mounts it again with other options.

    Raises `PermissionError` where one may not mount.
    """
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise PermissionError(f"a disk of its own needs the right to mount one: {done.stderr.strip()}")

    def again(*options: str) -> None:
        subprocess.run(["mount", "-o", ",".join(("remount", *options)), str(folder)], check=True)

    try:
        yield again
    finally:
        subprocess.run(["umount", str(folder)], check=True)


# Place, size, options of the fault, options of the remedy, and what must be said in one line.
DISKS = {
    "results read-only": ("results", "200m", "ro", "rw", "read-only"),
    "Snakemake's own folder read-only": (".snakemake", "20m", "ro", "rw", "read-only"),
    "disk of the pages full": ("results/qa", "4k", "size=4k", "size=20m", "no space left"),
    "disk of the models full": ("results/encoders", "2m", "size=2m", "size=200m", "no space left"),
    "disk of Snakemake's own folder full": (".snakemake", "8k", "size=8k", "size=20m", "no space left"),
}


def disk_trials(new_copy: Callable[[], Checkout], expected: bytes) -> Iterator[Trial]:
    """Commands that meet a bad disk say so in one line; after the remedy the same command goes on."""
    for fault, (place, size, bad, good, words) in DISKS.items():
        run = new_copy()
        with disk(run.folder / place, size) as again:
            again(bad)
            first = scored(run)
            again(good)
            start = time.monotonic()
            second = scored(run)
            identical = second.returncode == 0 and (run.folder / SCORES).read_bytes() == expected
            survived = first.returncode != 0 and said_in_one_line(first.stdout, words)
            yield Trial(fault, survived, identical, time.monotonic() - start, first.stdout[-300:])


def said_in_one_line(printed: str, words: str) -> bool:
    """Whether a line says it, and there is no traceback."""
    return "Traceback" not in printed and any(words in line.lower() for line in printed.splitlines())


CONTENT = b"a download\n" * 100
LINE = f"toy,toy.txt,1,CC0,none,{len(CONTENT)},{hashlib.sha256(CONTENT).hexdigest()},,toy/toy.txt,converted"


@dataclass(frozen=True)
class Download:
    """A file in the catalogue of a copy, with a cache and a mirror of its own in `scratch`."""

    run: Checkout
    scratch: Path

    @property
    def places(self) -> dict[str, Path]:
        """Where it lies."""
        cache, mirror = (self.scratch / place / "toy/toy.txt" for place in ("cache/data", "mirror"))
        return {"cache": cache, "mirror": mirror, "results": self.run.folder / "results/raw/toy/toy.txt"}

    def lay_out(self, *where: str) -> None:
        """Whole in these places, absent in the others."""
        for name, path in self.places.items():
            path.unlink(missing_ok=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            if name in where:
                path.write_bytes(CONTENT)

    def fetched(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The rule that brings it."""
        folders = {f"RECKON_{name.upper()}": str(self.scratch / name) for name in ("cache", "mirror")}
        return self.run.snakemake(*words, "--", "results/raw/toy/toy.txt", **folders)

    def whole(self) -> bool:
        result = self.places["results"]
        return result.is_file() and result.read_bytes() == CONTENT

    def damaged_in_cache(self, kind: str) -> bool:
        """The mirror's file is taken."""
        self.lay_out("cache", "mirror")
        damage(self.places["cache"], kind, random.Random(kind))
        return self.fetched().returncode == 0

    def damaged_in_results(self, kind: str) -> bool:
        """Fetched again when it is asked for; the cache holds the same file under another name."""
        self.lay_out("cache", "mirror")
        self.fetched()
        self.places["results"].write_bytes(DAMAGES[kind](CONTENT, random.Random(kind)))
        return self.fetched("-f").returncode == 0

    def damaged_in_mirror(self, kind: str) -> bool:
        """Said in one line, and nothing is left; a whole one is taken by the same command."""
        self.lay_out("mirror")
        damage(self.places["mirror"], kind, random.Random(kind))
        done = self.fetched()
        refused = done.returncode == 1 and said_in_one_line(done.stdout, "wrong checksum")
        nothing_left = not self.places["results"].exists()
        self.lay_out("mirror")
        return refused and nothing_left and self.fetched().returncode == 0


def download_trials(new_copy: Callable[[], Checkout], scratch: Path) -> Iterator[Trial]:
    """A download damaged in each place in each way."""
    download = Download(new_copy(), scratch)
    with download.run.edited("config/datasets.csv", LINE):
        for place in ("cache", "results", "mirror"):
            for kind in DAMAGES:
                start = time.monotonic()
                survived = getattr(download, f"damaged_in_{place}")(kind)
                seconds = time.monotonic() - start
                yield Trial(f"a download damaged in the {place}", survived, download.whole(), seconds, kind)
