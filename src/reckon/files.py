"""Reading and writing: atomic writes, bounded reading with file and line in every error, hashes."""

import contextlib
import errno
import fcntl
import gzip
import hashlib
import io
import json
import os
import shutil
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, cast

from reckon.errors import InputError

# What is read is bounded, so that a damaged or hostile file ends in a message and not in a full memory.
# Each limit is at least twice what the largest real file needs; docs/data.md lists them.
MOST_BYTES = 1 << 28  # of a table, unpacked: a file of e-SNLI has some 100 MB
MOST_LINES = 1_000_000  # of a table: the pages of Natural Questions are 307,373
LONGEST_LINE = 1 << 27  # bytes of a line of jsonl: a page may have 64 Mi characters
MOST_CHARACTERS = 1 << 26  # of a JSON document: SQuAD 2.0 has 42 million
MOST_VALUES = 1 << 23  # of a JSON document or line: as Python objects they take a hundred bytes each
_BLOCK = 1 << 20
_ROOM = 1 << 20  # bytes that a run needs at the very least
_UNFINISHED = ".unfinished-"  # in the name of every temporary file, before what makes it unique
_MARK = b"\xef\xbb\xbf"  # byte order mark


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


def regular(path: str | os.PathLike[str]) -> Path:
    """The path of a file that is there; raises `InputError` for anything else, such as a folder or a pipe."""
    if not os.path.isfile(path):  # noqa: PTH113  Path.is_file raises for names that are too long
        raise InputError(f"{path}: no such file")
    return Path(path)


def reading(
    path: str | os.PathLike[str], *, most: int | None = MOST_BYTES, lines: int | None = MOST_LINES
) -> contextlib.AbstractContextManager[IO[str]]:
    """Open `path` for text (utf-8), unpacking gzip by suffix, up to `most` unpacked bytes and so many lines.

    Raises `InputError` that names the file if it is missing, and while it is read if the archive is damaged,
    the text is not UTF-8 or holds NUL bytes, or a limit is passed.
    """
    return _opened(regular(path), most, lines)


@contextlib.contextmanager
def _opened(path: Path, most: int | None, lines: int | None) -> Iterator[IO[str]]:
    with open(path, "rb") as raw:
        source = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
        bounded = io.BufferedReader(_Bounded(path, source, most, lines), _BLOCK)
        with io.TextIOWrapper(bounded, encoding="utf-8") as text:
            try:
                yield text
            except UnicodeDecodeError as error:
                raise InputError(
                    f"{path}: cannot be read as UTF-8 ({error.reason}); save it as such"
                ) from error


class _Bounded(io.RawIOBase):
    """The bytes of a text, unpacked, as long as they are sound and within the limits."""

    def __init__(self, path: Path, source: Any, most: int | None, lines: int | None) -> None:
        self.path, self.source, self.most, self.most_lines = path, source, most, lines
        self.bytes = self.lines = self.line = 0  # read so far; `line`: of the line that is not at its end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            block = self.source.read1(len(buffer))
        except (EOFError, gzip.BadGzipFile, zlib.error) as error:
            raise self._fault(f"damaged after line {self.lines} ({error})", "fetch it again") from error
        if b"\0" in block:
            raise self._fault("it holds a NUL byte", "fetch it again, or save it as text")
        if not self.bytes and block.startswith(_MARK):
            raise self._fault("it begins with a byte order mark", "save it as UTF-8 without one")
        self._count(block)
        buffer[: len(block)] = block
        return len(block)

    def _count(self, block: bytes) -> None:
        self.bytes += len(block)
        self.lines += block.count(b"\n")
        end = block.rfind(b"\n")
        self.line = self.line + len(block) if end < 0 else len(block) - end - 1
        limits = (("bytes", self.bytes, self.most), ("lines", self.lines, self.most_lines))
        for what, count, most in limits:
            if most is not None and count > most:
                raise self._fault(f"more than {most:,} {what}", "is this the right file? else split it")
        if self.line > LONGEST_LINE:
            raise self._fault(f"line {self.lines + 1} is longer than {LONGEST_LINE:,} bytes", "split it")

    def _fault(self, what: str, remedy: str) -> InputError:
        return InputError(f"{self.path}: cannot be read: {what}; {remedy}")


def read_json(
    path: str | os.PathLike[str], *, most: int = MOST_CHARACTERS, remedy: str = "make it again"
) -> Any:
    """The one JSON value of a file of at most so many characters.

    Raises `InputError` that names the file, the line of the fault, and what to do: the `remedy`.
    """
    with reading(path, most=None, lines=None) as file:
        try:
            text = file.read(most + 1)
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: cannot be read as UTF-8 ({error.reason}); {remedy}") from error
    if len(text) > most:
        raise InputError(f"{path}: more than {most} characters; {remedy}")
    try:
        return _parsed(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON ({error.msg}), or cut off; {remedy}") from error
    except ValueError as error:
        raise InputError(f"{path}: cannot be read ({error}); {remedy}") from error
    except RecursionError as error:
        raise InputError(f"{path}: JSON nested too deeply; {remedy}") from error


def _parsed(text: str) -> Any:
    if len(text) > MOST_VALUES and sum(map(text.count, ",[{")) > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES:,} values")
    return json.loads(text)


def read_jsonl(path: str | os.PathLike[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) of a jsonl file, one line in memory at a time.

    Raises `InputError` naming file and line for a truncated archive, a line that is not JSON,
    or a line that is not an object.
    """
    number = 0
    with reading(path, most=None, lines=None) as lines:
        try:
            for number, line in enumerate(lines, 1):
                row = _parsed(line)
                if not isinstance(row, dict):
                    raise InputError(f"{path}:{number}: expected a JSON object, found {type(row).__name__}")
                yield number, row
        except UnicodeDecodeError as error:
            raise InputError(f"{path}:{number + 1}: not UTF-8 ({error.reason}); fetch it again") from error
        except ValueError as error:  # JSONDecodeError, and integers of thousands of digits
            raise InputError(f"{path}:{number}: not JSON ({error}); is the line cut off?") from error
        except RecursionError as error:
            raise InputError(f"{path}:{number}: JSON nested too deeply") from error


def write_jsonl(path: str | os.PathLike[str], rows: Iterable[dict[str, Any]]) -> int:
    """Write one JSON object a line, atomically; return the number of lines."""
    count = 0
    with writing(path) as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def sha256(path: str | os.PathLike[str]) -> str:
    """SHA-256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def fingerprint(value: Any) -> str:
    """SHA-256 of a JSON-able value, independent of the order of its keys; 64 hexadecimal digits."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
