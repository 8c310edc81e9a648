"""Limits of time for what a test must not let run for ever."""

import contextlib
import signal
from collections.abc import Iterator
from typing import Any

_BUSY = 30  # a machine that does other things gives a test no less than this part of its time


@contextlib.contextmanager
def within(seconds: int) -> Iterator[None]:
    """Raise TimeoutError in a block that computes for longer, or waits for ever."""

    def stop(*_: Any) -> None:
        raise TimeoutError(f"more than {seconds} s")

    timers = (
        (signal.ITIMER_PROF, signal.SIGPROF, seconds),
        (signal.ITIMER_REAL, signal.SIGALRM, _BUSY * seconds),
    )
    before = [signal.signal(number, stop) for _, number, _ in timers]
    for timer, _, limit in timers:
        signal.setitimer(timer, limit)
    try:
        yield
    finally:
        for (timer, number, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)
