"""The end of the SLURM job in which a training runs, so that it can stop before it is stopped."""

import math
import os
import subprocess
import time
from collections.abc import Callable

_LONGEST_MARGIN = 120.0  # s, to write a checkpoint or the results, and for the Snakemake around the program
_MARGIN_SHARE = 0.2  # of the job's time, if that is less


class Allocation:
    """When the job that this process runs in will be ended, if it runs in one and SLURM tells."""

    def __init__(self, ask: Callable[[], str] | None = None) -> None:
        """`ask` returns `END|START` of the job in seconds since 1970; by default it asks squeue."""
        self._ask = ask or _asked_of_squeue
        self._last_call: float | None = None  # seconds since 1970; None: not asked yet

    def ends_soon(self) -> bool:
        """Whether less time is left than it takes to end in order: a fifth of it all, two minutes at most."""
        if self._last_call is None:
            self._last_call = _last_call(self._ask())
        elif time.time() >= self._last_call and (answer := self._ask()):  # it may have more time by now
            self._last_call = _last_call(answer)
        return time.time() >= self._last_call


def _last_call(answer: str) -> float:
    try:
        end, start = map(float, answer.split("|"))
    except ValueError:  # no job, no answer, or no limit
        return math.inf
    return end - min(_LONGEST_MARGIN, _MARGIN_SHARE * (end - start))


def _asked_of_squeue() -> str:
    job = os.environ.get("SLURM_JOB_ID")
    if not job:
        return ""
    command = ["squeue", "--noheader", "--format=%e|%S", f"--jobs={job}"]
    try:
        done = subprocess.run(
            command,
            env=os.environ | {"SLURM_TIME_FORMAT": "%s"},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    except (OSError, subprocess.TimeoutExpired):  # no squeue on this node, or no controller
        return ""
    return done.stdout.strip()
