"""Servers that send something else than was asked for: nothing damaged is kept, and nothing of it locked."""

import gzip
import hashlib
import multiprocessing
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pooch.core
import pytest

from reckon.data.catalogue import Entry
from reckon.data.fetch import LOCK, fetch
from reckon.errors import InputError

FIRST = b"".join(b"row %07d\n" % i for i in range(30_000))
SECOND = FIRST.replace(b"row", b"ROW")
PACKED = gzip.compress(FIRST, mtime=0)
LOGIN = b"<!DOCTYPE html><html><title>Sign in</title></html>"
Answer = tuple[int, bytes, dict[str, str]]  # status, what is sent, and headers beside it


class Server(ThreadingHTTPServer):
    """Answers by `answer(number of the request from 1, first byte asked for)`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, str]] = []
        self.answer: Callable[[int, int], Answer] = lambda number, start: (200, FIRST, {})


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.asked.append(dict(self.headers))
        start = int(self.headers.get("Range", "bytes=0-")[6:-1])
        status, body, headers = self.server.answer(len(self.server.asked), start)
        self.send_response(status)
        length = {} if "Connection" in headers else {"Content-Length": str(len(body))}
        for name, value in (length | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(pooch.core.time, "sleep", lambda seconds: None)


def entry(server: Server, file: str = "a.txt", **changes: object) -> Entry:
    fields = {
        "dataset": "toy", "file": file, "version": "1", "licence": "CC0", "citation": "us", "bytes": None,
        "sha256": None, "url": f"http://127.0.0.1:{server.server_port}/{file}", "mirror_path": "toy/" + file,
        "form": "official",
    }  # fmt: skip
    return Entry(**fields | changes)


def get(tmp_path: Path, wanted: Entry, mirror: Path | None = None) -> bytes:
    out = tmp_path / "raw" / wanted.file
    fetch(wanted, out, cache=tmp_path / "cache", mirror=mirror, retries=3)
    return out.read_bytes()


def refused(tmp_path: Path, wanted: Entry, words: str, mirror: Path | None = None) -> None:
    """Refused in these words, and nothing of it in the cache, the results or the lock."""
    with pytest.raises(InputError, match=words):
        get(tmp_path, wanted, mirror)
    assert not (tmp_path / "raw" / wanted.file).exists()
    assert not (tmp_path / "cache/data/toy" / wanted.file).exists()
    assert not (tmp_path / "cache" / LOCK).exists()


def cut(body: bytes = FIRST, **headers: str) -> Answer:
    """A connection that breaks in the middle of the body."""
    return 200, body[: len(body) // 2], {"Content-Length": str(len(body))} | headers


def rest(body: bytes, start: int, **headers: str) -> Answer:
    place = f"bytes {start}-{len(body) - 1}/{len(body)}"
    return 206, body[start:], {"Content-Range": place} | headers


@pytest.mark.parametrize("known", [{}, {"bytes": len(FIRST)}, {"sha256": hashlib.sha256(FIRST).hexdigest()}])
def test_a_part_is_continued_under_the_tag_of_its_edition(tmp_path, server, known):
    def answer(number: int, start: int) -> Answer:
        return cut(ETag='"one"') if number == 1 else rest(FIRST, start, ETag='"one"')

    server.answer = answer
    assert get(tmp_path, entry(server, **known)) == FIRST
    first, second = server.asked
    assert "If-Range" not in first
    assert second["If-Range"] == '"one"'
    assert int(second["Range"][6:-1]) > 0
    left = [path.name for path in (tmp_path / "cache/data").rglob("*") if path.is_file()]
    assert left == ["a.txt"]


def test_the_date_stands_for_a_tag_that_is_weak(tmp_path, server):
    date = {"ETag": 'W/"one"', "Last-Modified": "Mon, 01 Jan 2024 00:00:00 GMT"}
    server.answer = lambda number, start: cut(**date) if number == 1 else rest(FIRST, start, **date)
    assert get(tmp_path, entry(server)) == FIRST
    assert server.asked[1]["If-Range"] == date["Last-Modified"]


def test_two_editions_are_never_joined(tmp_path, server):
    """The server ignores If-Range and goes on in the second edition."""

    def answer(number: int, start: int) -> Answer:
        if number == 1:
            return cut(ETag='"one"')
        return rest(SECOND, start, ETag='"two"') if start else (200, SECOND, {"ETag": '"two"'})

    server.answer = answer
    assert get(tmp_path, entry(server, bytes=len(FIRST))) == SECOND
    assert (tmp_path / "cache" / LOCK).read_text() == f"{hashlib.sha256(SECOND).hexdigest()}  toy/a.txt\n"


def test_a_part_whose_edition_nobody_can_tell_is_begun_anew(tmp_path, server):
    server.answer = lambda number, start: cut() if number == 1 else (200, FIRST, {})
    assert get(tmp_path, entry(server)) == FIRST
    assert "Range" not in server.asked[1]


@pytest.mark.parametrize("place", ["bytes 7-{last}/{size}", "bytes", "", "bytes */{size}"])
def test_bytes_from_another_place_are_not_appended(tmp_path, server, place):
    def answer(number: int, start: int) -> Answer:
        if number == 1:
            return cut(ETag='"one"')
        sent = place.format(last=len(FIRST) - 1, size=len(FIRST))
        return (206, FIRST[7:], {"Content-Range": sent}) if start else (200, FIRST, {})

    server.answer = answer
    assert get(tmp_path, entry(server)) == FIRST


def test_a_rest_from_the_first_byte_replaces_the_part(tmp_path, server):
    server.answer = lambda number, start: cut(ETag='"one"') if number == 1 else rest(FIRST, 0)
    assert get(tmp_path, entry(server)) == FIRST


def test_an_early_end_without_a_length_is_no_end(tmp_path, server):
    server.answer = lambda number, start: (200, FIRST[:5000], {"Connection": "close"})
    refused(tmp_path, entry(server), "does not say how long the file is")
    refused(tmp_path, entry(server, bytes=len(FIRST)), r"ended after 5,000 of 360,000 bytes")
    server.answer = lambda number, start: (200, FIRST, {"Connection": "close"})
    assert get(tmp_path, entry(server, bytes=len(FIRST))) == FIRST


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/plain"])
def test_a_page_in_place_of_data_is_refused(tmp_path, server, kind):
    server.answer = lambda number, start: (200, LOGIN, {"Content-Type": kind})
    refused(tmp_path, entry(server), "a page .* in place of data")
    refused(tmp_path, entry(server, sha256="0" * 64), "a page of markup")


def test_a_page_that_is_asked_for_is_no_fault(tmp_path, server):
    server.answer = lambda number, start: (200, LOGIN, {"Content-Type": "text/html"})
    assert get(tmp_path, entry(server, "a.html")) == LOGIN


def test_another_size_is_refused_before_and_after(tmp_path, server):
    refused(tmp_path, entry(server, bytes=7), "360,000 bytes are announced, 7 are expected")
    (tmp_path / "mirror/toy").mkdir(parents=True)
    (tmp_path / "mirror/toy/a.txt").write_bytes(b"12345")
    words = r"it has 5 bytes, config/datasets\.csv says 7"
    refused(tmp_path, entry(server, bytes=7), words, tmp_path / "mirror")


def test_a_packing_that_nobody_asked_for_is_refused(tmp_path, server):
    server.answer = lambda number, start: (200, PACKED, {"Content-Encoding": "gzip"})
    refused(tmp_path, entry(server), "packed as gzip, which was not asked for")


def test_a_packed_file_that_a_server_takes_for_a_packing_stays_packed(tmp_path, server):
    server.answer = lambda number, start: (200, PACKED, {"Content-Encoding": "gzip"})
    assert get(tmp_path, entry(server, "a.txt.gz", bytes=len(PACKED))) == PACKED


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("a.txt", b"", "it is empty"),
        (
            "a.csv",
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n",
            "pointer of Git LFS",
        ),
        ("a.csv", b"/annex/objects/SHA256E-s9--00.csv\n", "pointer of git-annex"),
        ("a.json", b"\xef\xbb\xbf\n <HTML>", "a page of markup"),
        ("a.zip", b"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "a page of markup"),
        ("a.gz", PACKED[:-300], "it is damaged, or no .gz"),
        ("a.gz", b"plain text", "it is damaged, or no .gz"),
        ("a.zip", b"plain text", "it is damaged, or no .zip"),
    ],
)
def test_what_shows_that_a_file_is_another_is_seen_wherever_it_comes_from(
    tmp_path, server, file, content, words
):
    server.answer = lambda number, start: (200, content, {})
    refused(tmp_path, entry(server, file), words)
    mirror = tmp_path / "mirror"
    (mirror / "toy").mkdir(parents=True)
    (mirror / "toy" / file).write_bytes(content)
    refused(tmp_path, entry(server, file), words, mirror)
    (tmp_path / "cache/data/toy" / file).write_bytes(content)  # by hand
    refused(tmp_path, entry(server, file), words, mirror)


def test_what_lies_in_the_cache_is_locked_when_it_was_looked_at(tmp_path, server):
    (tmp_path / "cache/data/toy").mkdir(parents=True)
    (tmp_path / "cache/data/toy/a.txt").write_bytes(FIRST)
    assert get(tmp_path, entry(server)) == FIRST
    assert server.asked == []
    (tmp_path / "cache/data/toy/a.txt").write_bytes(SECOND)
    assert get(tmp_path, entry(server)) == FIRST  # from the server: the lock tells
    assert len(server.asked) == 1


def _fetch_once(folder: Path, wanted: Entry, name: str) -> None:
    fetch(wanted, folder / name, cache=folder / "cache", mirror=None)


def test_of_several_processes_one_fetches(tmp_path, server):
    gate = threading.Event()

    def answer(number: int, start: int) -> Answer:
        gate.wait(5)
        return 200, FIRST, {}

    server.answer = answer
    fork = multiprocessing.get_context("fork")
    names = [f"out{i}" for i in range(3)]
    processes = [fork.Process(target=_fetch_once, args=(tmp_path, entry(server), name)) for name in names]
    for process in processes:
        process.start()
    gate.set()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert [(tmp_path / name).read_bytes() for name in names] == [FIRST] * 3
    assert len(server.asked) == 1
    assert (tmp_path / "cache" / LOCK).read_text().count("\n") == 1
