"""Atomic writes, the same bytes every time, and faults of a file named with their line."""

import errno
import gzip
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.files.hashes import fingerprint, sha256
from reckon.files.reading import read_json, read_jsonl, reading
from reckon.files.writing import clear_leftovers, replaced, require_writable, unfinished, write_jsonl, writing

SOURCE = Path(__file__).parents[2] / "src"
KILLED = """
import os, signal, sys
from reckon.files.writing import replaced
with replaced(sys.argv[1]) as temporary:
    temporary.write_text("half")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl.gz"])
def test_an_error_while_writing_leaves_the_old_file_and_nothing_else(tmp_path, name):
    path = tmp_path / name
    with writing(path) as out:
        out.write("old\n")
    before = path.read_bytes()

    def stopped() -> None:
        with writing(path) as out:
            out.write("new\n" * 100_000)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_error_while_writing_a_new_file_leaves_no_file(tmp_path):
    def stopped() -> None:
        with replaced(tmp_path / "deep" / "a.bin") as temporary:
            temporary.write_bytes(b"half")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        stopped()
    assert list((tmp_path / "deep").iterdir()) == []


def test_readers_see_the_old_file_until_the_new_one_is_whole(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with replaced(path) as temporary:
        assert (temporary.parent, temporary.suffix) == (tmp_path, ".txt")
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def killed_while_writing(path: Path) -> Path:
    """The temporary file that a process killed in the middle of a write leaves."""
    environment = os.environ | {"PYTHONPATH": str(SOURCE)}
    done = subprocess.run([sys.executable, "-c", KILLED, str(path)], env=environment, check=False)
    assert done.returncode == -9
    (left,) = unfinished(path.parent)
    return left


def test_the_next_write_removes_what_a_killed_process_left(tmp_path):
    left = killed_while_writing(tmp_path / "a.csv")
    assert (left.name[:7], left.suffix, left.read_text()) == (".a.csv.", ".csv", "half")
    with writing(tmp_path / "b.csv") as out:
        out.write("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["b.csv"]


def test_what_is_being_written_is_no_leftover(tmp_path):
    with replaced(tmp_path / "a.csv") as first:
        first.write_text("first")
        with replaced(tmp_path / "a.csv") as second:
            second.write_text("second")
            clear_leftovers(unfinished(tmp_path))
            assert set(unfinished(tmp_path)) == {first, second}
    assert (tmp_path / "a.csv").read_text() == "first"
    assert list(unfinished(tmp_path)) == []


def test_a_file_system_without_locks_keeps_its_leftovers(tmp_path, monkeypatch):
    left = killed_while_writing(tmp_path / "a.csv")

    def refused(*_):
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr("fcntl.flock", refused)
    with writing(tmp_path / "a.csv") as out:
        out.write("whole")
    assert (tmp_path / "a.csv").read_text() == "whole"
    assert list(unfinished(tmp_path)) == [left]


def test_hidden_files_of_others_stay(tmp_path):
    (tmp_path / ".a.csv.swp").write_text("an editor's")
    clear_leftovers(unfinished(tmp_path))
    assert [path.name for path in tmp_path.iterdir()] == [".a.csv.swp"]


def test_a_folder_that_takes_no_file_is_refused_with_the_reason(tmp_path, monkeypatch):
    require_writable(tmp_path)
    require_writable(tmp_path / "not there yet")
    monkeypatch.setattr("os.access", lambda path, mode: False)
    with pytest.raises(InputError, match="cannot be written, or is read-only; change"):
        require_writable(tmp_path)
    monkeypatch.undo()
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=8192))
    with pytest.raises(InputError, match="no space left on its disk; free some"):
        require_writable(tmp_path)


def test_a_full_disk_is_said_alike_whatever_a_library_says(tmp_path, monkeypatch):
    """safetensors raises an error of its own, and torch "unexpected pos 576 vs 534"."""

    def writing_weights() -> None:
        with replaced(tmp_path / "model.safetensors"):
            raise RuntimeError("unexpected pos 576 vs 534")

    with pytest.raises(RuntimeError):
        writing_weights()
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=8192))
    with pytest.raises(OSError, match=r"No space left .*model\.safetensors") as caught:
        writing_weights()
    assert caught.value.errno == errno.ENOSPC
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_recognised_by_its_words_too(tmp_path):
    """A library that removes its half-written file leaves a disk that is full no more."""
    words = "Error while serializing: I/O error: No space left on device (os error 28)"
    with pytest.raises(OSError, match=r"No space left .*complete"), replaced(tmp_path / "complete"):
        raise RuntimeError(words)


@pytest.mark.parametrize(("umask", "mode"), [(0, 0o666), (0o022, 0o644), (0o027, 0o640), (0o077, 0o600)])
def test_results_are_as_readable_as_other_files(tmp_path, umask, mode):
    old = os.umask(umask)
    try:
        with writing(tmp_path / "a") as out:
            out.write("x")
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


def test_packed_files_have_the_same_bytes_whatever_the_name_and_the_time(tmp_path, monkeypatch):
    for name, now in (("a.gz", 1e9), ("b.gz", 2e9)):
        monkeypatch.setattr("time.time", lambda now=now: now)
        with writing(tmp_path / name) as out:
            out.write("häßlich 文\n" * 100)
    first, second = ((tmp_path / name).read_bytes() for name in ("a.gz", "b.gz"))
    assert first == second
    assert gzip.decompress(first).decode() == "häßlich 文\n" * 100
    assert first[4:8] == bytes(4)  # no time stamp


def test_line_ends_are_written_as_given(tmp_path):
    with writing(tmp_path / "a.csv") as out:
        out.write("a\nb\r\n")
    assert (tmp_path / "a.csv").read_bytes() == b"a\nb\r\n"


VALUES = st.dictionaries(
    st.text(max_size=5),
    st.none() | st.integers() | st.text(st.characters(exclude_categories=["Cs"]), max_size=9),
)


@settings(max_examples=30)
@given(st.lists(VALUES, max_size=5), st.sampled_from(["a.jsonl", "a.jsonl.gz"]))
def test_rows_come_back_with_their_line_numbers(tmp_path_factory, rows, name):
    path = tmp_path_factory.mktemp("rows") / name
    rows = [
        {str(key).encode("utf-8", "ignore").decode(): value for key, value in row.items()} for row in rows
    ]
    assert write_jsonl(path, rows) == len(rows)
    assert list(read_jsonl(path)) == list(enumerate(rows, 1))


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b'{"a": 1}\n{"a": \n', 2, "not JSON"),
        (b'{"a": 1}\n{"a": 1', 2, "is the line cut off"),
        (b'{"a": 1}\n\n{"a": 2}\n', 2, "not JSON"),
        (b"[1, 2]\n", 1, "expected a JSON object, found list"),
        (b'{"a": 1}\n{"a": 2}\n"text"\n', 3, "found str"),
        (b'{"a": "\xff"}\n', 1, "not UTF-8"),
        (b"[" * 100_000 + b"\n", 1, "nested too deeply"),
        (b'{"a": ' + b"9" * 5_000 + b"}\n", 1, "not JSON"),
        (b'{"a": 1, "b": 2, "a": 1}\n', 1, "the key 'a' is given twice; keep one"),
        (b'{"a": 1}\n{"b": [{"c": {"d": 1, "d": 2}}]}\n', 2, "the key 'd' is given twice"),
    ],
)
def test_a_line_that_is_no_object_is_named(tmp_path, content, line, words):
    path = tmp_path / "a.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=rf"a\.jsonl:{line}: .*{words}"):
        list(read_jsonl(path))


@pytest.mark.parametrize("damage", ["cut", "not packed", "flipped"])
def test_a_damaged_archive_is_named_with_the_last_good_line(tmp_path, damage):
    path = tmp_path / "a.jsonl.gz"
    write_jsonl(path, ({"i": i, "text": fingerprint(i)} for i in range(2_000)))
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(
        {
            "cut": whole[:-2_000],
            "not packed": b'{"a": 1}\n',
            "flipped": whole[:middle] + bytes(40) + whole[middle + 40 :],
        }[damage]
    )
    with pytest.raises(InputError, match=r"a\.jsonl\.gz:\d+: |damaged after line \d+ .*; fetch it again"):
        list(read_jsonl(path))


def test_rows_before_the_fault_are_yielded(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"a": 1}\n{"a": 2}\n!\n')
    rows = read_jsonl(tmp_path / "a.jsonl")
    assert [next(rows), next(rows)] == [(1, {"a": 1}), (2, {"a": 2})]
    with pytest.raises(InputError):
        next(rows)


@pytest.mark.parametrize("name", ["missing", "folder"])
def test_a_file_that_is_not_there_is_named(tmp_path, name):
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=f"{name}: no such file"):
        reading(tmp_path / name)


def test_known_hashes(tmp_path):
    """SHA-256 of "abc" and of a million times "a": FIPS 180-2, appendix B."""
    (tmp_path / "abc").write_bytes(b"abc")
    (tmp_path / "a").write_bytes(b"a" * 1_000_000)
    assert sha256(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert sha256(tmp_path / "a") == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"


@given(VALUES)
def test_a_fingerprint_does_not_depend_on_the_order_of_keys(value):
    backwards = dict(reversed(value.items()))
    assert fingerprint(value) == fingerprint(backwards)
    assert fingerprint({"x": value}) != fingerprint({"y": value})
    assert fingerprint(json.loads(json.dumps(value))) == fingerprint(value)


@pytest.mark.parametrize(
    "text", ['{"f1": 0.5, "f1": 0.9}', '[{"a": {"n": 1, "n": 1}}]', '{"\\u0061": 1, "a": 1}']
)
def test_of_two_equal_keys_none_wins(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(
        InputError, match=r"a\.json: cannot be read \(the key '.*' is given twice; keep one\)"
    ):
        read_json(tmp_path / "a.json")
