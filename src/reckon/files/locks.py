"""One process at a time: a lock that the system drops when its holder ends, however it ends."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def alone(lock: Path) -> Iterator[bool]:
    """Hold the file `lock`, made if it is missing; who comes later waits. Yield whether it is held.

    The file stays: to remove it would let two holders in. On a file system without locks nobody waits, so
    that what is done inside must end in a rename.
    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    with open(lock, "a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            held = True
        except OSError:
            held = False
        yield held
