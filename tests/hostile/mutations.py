"""Damage to a valid file: of its bytes, its lines, its fields, and the values of its JSON."""

import contextlib
import copy
import gzip
import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

JUNK_TEXT = (
    "",
    " ",
    "nan",
    "-inf",
    "1e999",
    "-1",
    "0.5",
    "1_0",
    "9" * 5000,
    "9" * 25,
    "٣",
    "x",
    "\x00",
    "\ud800",
    "é",
)
JUNK: list[Any] = [
    *(None, True, False, 0, -1, 0.5, 10**30, -(10**30), float("nan"), float("inf"), 1e308),
    *("", "x", "\x00", "é", [], {}, [[]], [None], {"": None}, [1, "a"], {"a": {"a": {"a": []}}}),
]
BYTES = st.binary(min_size=1, max_size=6) | st.sampled_from(
    [b"\x00", b"\xff\xfe", b"\n", b'"', b",", b"\r", b"{", b"[[[[", b"\x1f\x8b", b"9" * 400, b"&a *a"]
)


@st.composite
def damaged(draw: st.DrawFn, name: str, content: bytes) -> bytes:
    """The bytes of a damaged copy; a packed file is damaged in its packing or in what it holds."""
    if Path(name).suffix == ".gz":
        if draw(st.booleans()):
            return draw(_bytes(content))
        return gzip.compress(draw(damaged(Path(name).stem, gzip.decompress(content))), mtime=0)
    ways = {
        ".json": [_document],
        ".jsonl": [_lines, _jsonl],
        ".csv": [_lines, _fields],
        ".tsv": [_lines, _fields],
    }
    ways |= {".yaml": [_lines], ".lock": [_lines], ".svg": [_lines]}
    way = draw(st.sampled_from([_bytes, *ways.get(Path(name).suffix, [])]))
    return draw(way(content))


@st.composite
def _bytes(draw: st.DrawFn, content: bytes) -> bytes:
    """A few bytes replaced, inserted or removed, or the end cut off."""
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(content)))
        length = draw(st.sampled_from([0, 1, 2, 8, 64, len(content)]))
        new = draw(st.just(b"") | BYTES)
        content = content[:start] + new + content[start + length :]
    return content


@st.composite
def _lines(draw: st.DrawFn, content: bytes) -> bytes:
    """Lines removed, doubled or swapped."""
    lines = content.splitlines(keepends=True)
    i, j = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
    way = draw(st.sampled_from(["drop", "double", "swap", "blank"]))
    if way == "swap":
        lines[i], lines[j] = lines[j], lines[i]
    else:
        lines[i : i + 1] = {"drop": [], "double": [lines[i]] * 2, "blank": [b"\n", lines[i]]}[way]
    return b"".join(lines)


@st.composite
def _fields(draw: st.DrawFn, content: bytes) -> bytes:
    """A field of a csv replaced, or two of them swapped."""
    lines = content.split(b"\n")
    separator = b"\t" if b"\t" in content else b","
    i = draw(st.integers(0, max(0, len(lines) - 2)))
    fields = lines[i].split(separator)
    j, k = (draw(st.integers(0, len(fields) - 1)) for _ in range(2))
    if draw(st.booleans()):
        fields[j], fields[k] = fields[k], fields[j]
    else:
        fields[j] = draw(st.sampled_from(JUNK_TEXT)).encode("utf-8", "surrogatepass")
    lines[i] = separator.join(fields)
    return b"\n".join(lines)


@st.composite
def _document(draw: st.DrawFn, content: bytes) -> bytes:
    return json.dumps(draw(changed(json.loads(content)))).encode()


@st.composite
def _jsonl(draw: st.DrawFn, content: bytes) -> bytes:
    rows = [json.loads(line) for line in content.splitlines()]
    i = draw(st.integers(0, len(rows) - 1))
    rows[i] = draw(changed(rows[i]))
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


@st.composite
def changed(draw: st.DrawFn, value: Any) -> Any:
    """A JSON value in which one part is replaced, removed, or put twice."""
    return put(
        value,
        draw(st.sampled_from(places(value))),
        draw(st.sampled_from(JUNK)),
        draw(st.sampled_from(["set", "drop"])),
    )


def places(value: Any) -> list[tuple[Any, ...]]:
    """The way to every part of a value, itself first."""
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [(), *((key, *way) for key, part in parts for way in places(part))]


def put(value: Any, place: tuple[Any, ...], new: Any, how: str) -> Any:
    """A copy with the part at `place` set to `new`, or dropped."""
    if not place:
        return new
    whole = copy.deepcopy(value)
    *parents, last = place
    section = whole
    for key in parents:
        section = section[key]
    if how == "drop":
        del section[last]
    else:
        section[last] = new
    return whole


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
