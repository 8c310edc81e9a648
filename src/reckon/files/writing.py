"""Writing whole or not at all: a temporary name beside the file, then a rename."""

import contextlib
import errno
import fcntl
import gzip
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from reckon.errors import InputError

_ROOM = 1 << 20  # bytes that a run needs at the very least
_UNFINISHED = ".unfinished-"  # in the name of every temporary file, before what makes it unique


@contextlib.contextmanager
def replaced(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Yield a temporary path beside `path`; rename it to `path` when the block ends well.

    The suffix is kept, so that libraries which look at it choose the same format.
    If the block raises, the temporary file is removed and `path` is left as it was. A process that is
    killed cannot do that: the next write into the folder does. Libraries that report a full disk in words
    of their own, as those of weights do, raise `OSError` like all others.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    clear_leftovers(path.parent.glob(f".*{_UNFINISHED}*"))
    temporary, lock = _temporary(path)
    try:
        yield temporary
        make_readable(temporary)
        temporary.replace(path)
    except Exception as error:
        if not isinstance(error, OSError) and ("No space left" in str(error) or _is_full(path.parent)):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path)) from error
        raise
    finally:
        temporary.unlink(missing_ok=True)
        os.close(lock)


def unfinished(folder: Path) -> Iterator[Path]:
    """Temporary files anywhere in `folder`, those that are being written among them."""
    return folder.rglob(f".*{_UNFINISHED}*")


def clear_leftovers(temporaries: Iterable[Path]) -> None:
    """Remove those temporary files whose writer is dead.

    A writer holds a lock on its file, and the system drops the lock when the process ends, however it ends
    and on whichever node. Where the file system has no locks, or one may not write, nothing is removed.
    """
    for temporary in temporaries:
        with contextlib.suppress(OSError):
            handle = os.open(temporary, os.O_RDWR)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                temporary.unlink()
            finally:
                os.close(handle)


def _temporary(path: Path) -> tuple[Path, int]:
    """A new temporary file beside `path`, and the open file that holds its lock."""
    while True:
        handle, name = tempfile.mkstemp(
            prefix=f".{path.name}{_UNFINISHED}", suffix=path.suffix, dir=path.parent
        )
        with contextlib.suppress(OSError):  # a file system without locks: then nobody removes by them either
            fcntl.flock(handle, fcntl.LOCK_EX)
        if Path(name).exists():
            return Path(name), handle
        os.close(handle)  # removed before it was locked, by a writer that took it for a leftover


def require_writable(folder: Path) -> None:
    """Raise `InputError` if `folder` is there and takes no file: no right, a read-only or a full disk."""
    if not folder.exists():
        return
    if not os.access(folder, os.W_OK):
        raise InputError(
            f"{folder}: cannot be written, or is read-only; change its mode or mount, or use another"
        )
    if _is_full(folder):
        raise InputError(f"{folder}: no space left on its disk; free some, then run the same command again")


def _is_full(folder: Path) -> bool:
    return shutil.disk_usage(folder).free < _ROOM


def make_readable(path: Path) -> None:
    """Give a file that was made private the mode of any other new file."""
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(0o666 & ~umask)


@contextlib.contextmanager
def writing(path: str | os.PathLike[str]) -> Iterator[IO[str]]:
    """Open `path` for text, atomically; gzip when it ends in .gz, with the same bytes every time."""
    with replaced(path) as temporary, contextlib.ExitStack() as stack:
        raw = stack.enter_context(open(temporary, "wb"))
        binary: IO[bytes] = raw
        if temporary.suffix == ".gz":
            # No file name and no time stamp in the header: same content, same bytes.
            packed = gzip.GzipFile(fileobj=raw, filename="", mode="wb", mtime=0)
            binary = cast(IO[bytes], stack.enter_context(packed))
        yield stack.enter_context(io.TextIOWrapper(binary, encoding="utf-8", newline=""))


def write_jsonl(path: str | os.PathLike[str], rows: Iterable[dict[str, Any]]) -> int:
    """Write one JSON object a line, atomically; return the number of lines."""
    count = 0
    with writing(path) as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def write_json(path: str | os.PathLike[str], value: Any, *, end: str = "") -> None:
    """Write one JSON value, atomically, indented, and `end` after it."""
    with writing(path) as out:
        json.dump(value, out, indent=1)
        out.write(end)
