"""Fetching against a local server that breaks off, fails, lies, or is not there."""

import hashlib
import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pooch.core
import pytest

from reckon.data.catalogue import Entry
from reckon.data.fetch import LOCK, LOCKS, fetch
from reckon.errors import InputError

BODY = bytes(range(256)) * 2000  # several blocks
SHA = hashlib.sha256(BODY).hexdigest()


class Server(ThreadingHTTPServer):
    """Answers with BODY; `plan` says how each request in turn is treated, then all go well."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.plan: list[str] = []
        self.ranges: list[str | None] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.ranges.append(asked)
        step = self.server.plan.pop(0) if self.server.plan else "well"
        if step.isdecimal():
            self.send_error(int(step))
            return
        start = 0 if step == "ignore range" else resumed_at(asked)
        if start >= len(BODY):
            self.send_error(416)
            return
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(BODY) - 1}/{len(BODY)}")
        self.send_header("Content-Length", str(len(BODY) - start))
        self.end_headers()
        # "cut": the promised length does not come, as when a connection breaks.
        self.wfile.write(BODY[start : len(BODY) // 2] if step == "cut" else BODY[start:])


def resumed_at(asked: str | None) -> int:
    """First byte that a request asked for."""
    return int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(pooch.core.time, "sleep", lambda seconds: None)


def entry(server: Server | None = None, **changes: object) -> Entry:
    url = f"http://127.0.0.1:{server.server_port}/a.bin" if server else ""
    fields = {
        "dataset": "toy", "file": "a.bin", "version": "1", "licence": "CC0", "citation": "us",
        "bytes": len(BODY), "sha256": SHA, "url": url, "mirror_path": "toy/a.bin", "form": "official",
    }  # fmt: skip
    return Entry(**fields | changes)


def get(tmp_path: Path, wanted: Entry, mirror: Path | None = None, retries: int = 4) -> bytes:
    out = tmp_path / "raw" / "toy" / "a.bin"
    fetch(wanted, out, cache=tmp_path / "cache", mirror=mirror, retries=retries)
    return out.read_bytes()


def left(folder: Path) -> list[str]:
    """Files in a folder, without those that are only there to be locked."""
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return sorted(str(path) for path in files if LOCKS not in path.parts)


def put(path: Path, content: bytes = BODY) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_download_is_kept_in_the_cache_and_the_next_needs_no_server(tmp_path, server):
    assert get(tmp_path, entry(server)) == BODY
    assert left(tmp_path) == ["cache/data/toy/a.bin", "raw/toy/a.bin"]
    assert get(tmp_path, entry()) == BODY
    assert len(server.ranges) == 1


def test_the_mirror_comes_before_the_address(tmp_path, server):
    put(tmp_path / "mirror/toy/a.bin")
    assert get(tmp_path, entry(server), mirror=tmp_path / "mirror") == BODY
    assert server.ranges == []


def test_a_file_that_the_mirror_lacks_comes_from_its_address(tmp_path, server):
    (tmp_path / "mirror").mkdir()
    assert get(tmp_path, entry(server), mirror=tmp_path / "mirror") == BODY


def test_server_errors_are_retried(tmp_path, server):
    server.plan = ["500", "503"]
    assert get(tmp_path, entry(server)) == BODY
    assert len(server.ranges) == 3


def test_a_broken_download_is_continued(tmp_path, server):
    server.plan = ["cut"]
    assert get(tmp_path, entry(server)) == BODY
    assert [resumed_at(asked) > 0 for asked in server.ranges] == [False, True]
    assert left(tmp_path / "cache") == ["data/toy/a.bin"]


def test_the_next_run_continues_what_this_one_left(tmp_path, server):
    server.plan = ["cut", "500", "500"]
    with pytest.raises(InputError, match="cannot be fetched from"):
        get(tmp_path, entry(server), retries=2)
    assert left(tmp_path) == ["cache/data/toy/a.bin.part"]
    assert get(tmp_path, entry(server)) == BODY
    assert resumed_at(server.ranges[-1]) > 0


def test_a_server_that_ignores_ranges_starts_anew(tmp_path, server):
    server.plan = ["cut", "ignore range"]
    assert get(tmp_path, entry(server)) == BODY


def test_a_part_longer_than_the_file_starts_anew(tmp_path, server):
    put(tmp_path / "cache/data/toy/a.bin.part", BODY + b"more")
    assert get(tmp_path, entry(server)) == BODY


@pytest.mark.parametrize("source", ["address", "mirror"])
def test_a_wrong_checksum_names_both_and_leaves_nothing(tmp_path, server, source):
    wrong = entry(server, sha256="0" * 64)
    mirror = put(tmp_path / "mirror/toy/a.bin").parents[1] if source == "mirror" else None
    before = left(tmp_path)
    with pytest.raises(InputError) as error:
        get(tmp_path, wrong, mirror=mirror)
    for part in ("toy/a.bin", "wrong checksum", SHA, "0" * 64, "Try again"):
        assert part in str(error.value)
    assert left(tmp_path) == before


def test_a_damaged_cache_is_fetched_again(tmp_path, server):
    put(tmp_path / "cache/data/toy/a.bin", b"damaged")
    assert get(tmp_path, entry(server)) == BODY


def test_a_file_without_checksum_is_locked_at_first_use(tmp_path, server):
    unknown = entry(server, sha256=None, bytes=None)
    assert get(tmp_path, unknown) == BODY
    assert (tmp_path / "cache" / LOCK).read_text() == f"{SHA}  toy/a.bin\n"
    (tmp_path / "cache/data/toy/a.bin").unlink()
    mirror = put(tmp_path / "mirror/toy/a.bin", b"another").parents[1]
    with pytest.raises(InputError, match=rf"wrong checksum .*{LOCK}:1 says {SHA}") as error:
        get(tmp_path, unknown, mirror=mirror)
    assert f"delete that line, and {tmp_path}/cache/data/toy/a.bin" in str(error.value)
    (tmp_path / "cache" / LOCK).write_text("")  # the advice works
    assert get(tmp_path, unknown, mirror=mirror) == b"another"


def test_unreachable_address_and_no_mirror_says_where_to_put_the_file(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/a.bin"
    with pytest.raises(InputError) as error:
        get(tmp_path, entry(url=url), retries=1)
    for part in (
        "toy/a.bin",
        url,
        SHA,
        str(tmp_path / "cache/data/toy/a.bin"),
        "MIRROR/toy/a.bin",
        "RECKON_MIRROR",
    ):
        assert part in str(error.value)
    assert left(tmp_path) == []


def test_a_file_put_by_hand_where_the_message_says_is_used(tmp_path):
    put(tmp_path / "cache/data/toy/a.bin")
    assert get(tmp_path, entry(url="http://127.0.0.1:1/a.bin")) == BODY


def test_a_file_that_only_mirrors_hold(tmp_path):
    with pytest.raises(InputError, match="only a mirror holds it, and none is named"):
        get(tmp_path, entry())
    (tmp_path / "mirror").mkdir()
    with pytest.raises(InputError, match=f"{tmp_path}/mirror does not"):
        get(tmp_path, entry(), mirror=tmp_path / "mirror")


def test_kaggle_files_need_the_users_own_credentials(tmp_path):
    with pytest.raises(InputError, match=r"kaggle competitions download -c quiz -f a\.bin"):
        get(tmp_path, entry(url="kaggle:quiz/a.bin"))


def test_a_refused_address_is_an_error_not_a_page_of_html(tmp_path, server):
    server.plan = ["404"] * 9
    with pytest.raises(InputError, match="404"):
        get(tmp_path, entry(server))
    assert left(tmp_path) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_cache_is_named(tmp_path, server):
    (tmp_path / "cache").mkdir(mode=0o500)
    with pytest.raises(PermissionError):
        get(tmp_path, entry(server))
