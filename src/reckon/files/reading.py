"""Reading within bounds, with file and line in every error."""

import contextlib
import gzip
import io
import json
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from reckon.errors import InputError

# What is read is bounded, so that a damaged or hostile file ends in a message and not in a full memory.
# Each limit is at least twice what the largest real file needs; docs/data.md lists them.
MOST_BYTES = 1 << 28  # of a table, unpacked: a file of e-SNLI has some 100 MB
MOST_LINES = 1_000_000  # of a table: the pages of Natural Questions are 307,373
LONGEST_LINE = 1 << 27  # bytes of a line of jsonl: a page may have 64 Mi characters
MOST_CHARACTERS = 1 << 26  # of a JSON document: SQuAD 2.0 has 42 million
MOST_VALUES = 1 << 23  # of a JSON document or line: as Python objects they take a hundred bytes each
_BLOCK = 1 << 20
_AGAIN = "fetch it again, as docs/data.md says"
_MARK = b"\xef\xbb\xbf"  # byte order mark


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
            raise self._fault(f"damaged after line {self.lines} ({error})", _AGAIN) from error
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
        return parse_json(text)
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON ({error.msg}), or cut off; {remedy}") from error
    except ValueError as error:
        raise InputError(f"{path}: cannot be read ({error}); {remedy}") from error
    except RecursionError as error:
        raise InputError(f"{path}: JSON nested too deeply; {remedy}") from error


def parse_json(text: str) -> Any:
    """The JSON value that a text is; raises ValueError for none, too many values, or a key given twice."""
    if len(text) > MOST_VALUES and sum(map(text.count, ",[{")) > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES:,} values")
    return json.loads(text, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON, in which Python would let the last of two equal keys win without a word."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"the key {twice!r:.40} is given twice; keep one")
    return found


def read_jsonl(path: str | os.PathLike[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (line number from 1, object) of a jsonl file, one line in memory at a time.

    Raises `InputError` naming file and line for a truncated archive, a line that is not JSON,
    or a line that is not an object.
    """
    number = 0
    with reading(path, most=None, lines=None) as lines:
        try:
            for number, line in enumerate(lines, 1):
                row = parse_json(line)
                if not isinstance(row, dict):
                    raise InputError(f"{path}:{number}: expected a JSON object, found {type(row).__name__}")
                yield number, row
        except UnicodeDecodeError as error:
            raise InputError(f"{path}:{number + 1}: not UTF-8 ({error.reason}); fetch it again") from error
        except json.JSONDecodeError as error:
            raise InputError(f"{path}:{number}: not JSON ({error}); is the line cut off?") from error
        except ValueError as error:  # a key given twice, too many values, integers of thousands of digits
            raise InputError(f"{path}:{number}: not JSON as it must be ({error}); correct it") from error
        except RecursionError as error:
            raise InputError(f"{path}:{number}: JSON nested too deeply") from error
