"""Files of a finished run damaged one at a time: what the next run says, and what makes them again."""

import csv
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from checkouts import TABLE, Checkout, Job, affected, jobs
from tally import Trial

# Times of this machine: no two runs have the same.
MEASURED = re.compile(r"\.cost\.json|timings\.csv|costs\.csv")


def cut(content: bytes, draw: random.Random) -> bytes:
    return content[: len(content) // 2]


def flipped(content: bytes, draw: random.Random) -> bytes:
    """One bit is another one, anywhere."""
    place = draw.randrange(len(content))
    return content[:place] + bytes([content[place] ^ (1 << draw.randrange(8))]) + content[place + 1 :]


def emptied(content: bytes, draw: random.Random) -> bytes:
    return b""


DAMAGES = {"cut in half": cut, "one bit flipped": flipped, "emptied": emptied}


def damage(path: Path, kind: str, draw: random.Random) -> None:
    """Damage a file; its other names, in other copies of a run, keep what they had."""
    content = DAMAGES[kind](path.read_bytes(), draw)
    path.unlink()
    path.write_bytes(content)


def comparable(results: dict[str, bytes]) -> dict[str, bytes]:
    """Without what holds times of this machine."""
    return {name: content for name, content in results.items() if not MEASURED.search(name)}


def one_of_each_kind(plan: Iterable[Job]) -> list[tuple[str, str]]:
    """(rule, file): of every pattern of an output that a rule has, the file from which most follows."""
    plan = list(plan)
    found: dict[tuple[str, str], str] = {}
    for job in sorted(plan, key=lambda job: job.name):
        for output in sorted(job.outputs):
            kind = (job.rule, re.sub(r"[\d.e-]+\.", "N.", Path(output).name))
            if kind not in found or len(affected(plan, output)) > len(affected(plan, found[kind])):
                found[kind] = output
    return [(rule, file) for (rule, _), file in found.items()]


@dataclass
class Damaged:
    """A finished run in `copy`, whose results were `undisturbed`; `options` of Checkout.snakemake."""

    copy: Checkout
    undisturbed: dict[str, bytes]
    options: dict[str, Any]
    targets: tuple[str, ...] = (TABLE,)

    def answer(self, file: str) -> tuple[bool, str]:
        """Whether the same command deals with a damaged file as promised, and what it does."""
        done = self.copy.snakemake("--", *self.targets, **self.options)
        if "Traceback" in done.stdout:
            return False, "traceback"
        if done.returncode:
            lines = [line for line in done.stdout.splitlines() if line.startswith("error: ")]
            return any(file in line for line in lines), lines[0] if lines else "an error without a word"
        if self.intact():
            return True, "made again" if jobs(done.stdout) else "nothing changed"
        return self._verdict(file)

    def _verdict(self, file: str) -> tuple[bool, str]:
        if file != TABLE and any(
            row["verdict"] == "tampered" and file in row["reason"] for row in self._table()
        ):
            return True, "cells tampered"
        # Nothing reads it again, so that Snakemake has nothing to do: the documented check names it.
        command = [sys.executable, "tools/damaged_results.py"]
        done = subprocess.run(command, cwd=self.copy.folder, capture_output=True, text=True, check=False)
        named = file in done.stdout.splitlines()
        return named, "named by the check" if named else "NOT NOTICED"

    def _table(self) -> list[dict[str, str]]:
        with open(self.copy.folder / TABLE, encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def intact(self) -> bool:
        """Whether all results have the bytes of the undisturbed run."""
        return comparable(self.copy.results()) == comparable(self.undisturbed)

    def made_again(self, file: str) -> bool:
        """The documented command; whether all results are as before."""
        done = self.copy.snakemake("-f", "--", *dict.fromkeys((file, *self.targets)), **self.options)
        return done.returncode == 0 and self.intact()


def drill(
    new_run: Callable[[], Damaged],
    kinds: list[tuple[str, str]],
    damages: Iterable[str],
    seed: int,
    deadline: float = float("inf"),
) -> Iterator[Trial]:
    """Damage each file in a random order, each time in another way, until all is done or the time is up."""
    draw, run, ways = random.Random(seed), new_run(), list(damages)
    for turn in range(len(ways)):
        for rule, file in draw.sample(kinds, len(kinds)):
            if time.monotonic() > deadline:
                return
            kind = ways[(kinds.index((rule, file)) + turn) % len(ways)]
            damage(run.copy.folder / file, kind, draw)
            survived, said = run.answer(file)
            before = time.monotonic()
            identical = run.made_again(file)
            seconds = time.monotonic() - before
            yield Trial(f"a result {kind}", survived, identical, seconds, f"{rule}: {file}: {said}")
            run = run if identical else new_run()
