"""A terminal closed over a run: the driver ends as after SIGTERM, so that the same command goes on."""

import os
import signal
import stat
from types import FrameType


def end_on_hangup(is_driver: bool) -> None:
    """Let SIGHUP end Snakemake as SIGTERM does, its lock given back; without us it would die with it.

    Not where SIGHUP is ignored, as under nohup, nor in a Snakemake that Snakemake started for a job.
    """
    if is_driver and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:
        signal.signal(signal.SIGHUP, _hung_up)


def _hung_up(number: int, frame: FrameType | None) -> None:
    """Writing to a terminal that is gone would fail, and end the run before its lock is given back."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        if _is_terminal(stream):
            os.dup2(nowhere, stream)
    os.close(nowhere)
    # Before there are jobs nothing listens to SIGTERM: it would leave the lock, too.
    if signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        raise SystemExit(128 + number)
    os.kill(os.getpid(), signal.SIGTERM)


def _is_terminal(stream: int) -> bool:
    """Whether a stream is no file and no pipe; a terminal that is gone no longer says what it was."""
    try:
        return stat.S_ISCHR(os.fstat(stream).st_mode)
    except OSError:  # closed
        return False
