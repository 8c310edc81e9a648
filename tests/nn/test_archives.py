"""Archives made by strangers: nothing is written outside, only plain files, and never without end."""

import stat
import zipfile
from pathlib import Path

import pytest

from reckon.errors import InputError
from reckon.nn import archives
from reckon.nn.archives import unpack

LINK, DEVICE, PIPE = stat.S_IFLNK | 0o777, stat.S_IFBLK | 0o666, stat.S_IFIFO | 0o666


def packed(path: Path, *members: tuple[str, bytes], mode: int = 0, method: int = zipfile.ZIP_STORED) -> Path:
    """A zip with these members in this order; `mode` is that of the last."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for number, (name, content) in enumerate(members, 1):
            member = zipfile.ZipInfo("x")
            member.filename = member.orig_filename = name  # as it is: ZipInfo would tidy it
            member.compress_type = method
            if number == len(members):
                member.external_attr = mode << 16
            archive.writestr(member, content)
    return path


def refused(tmp_path: Path, archive: Path) -> str:
    """What is said of an archive, of which nothing was written."""
    place = tmp_path / "deep" / "place"
    place.mkdir(parents=True)
    with pytest.raises(InputError) as caught:
        unpack(archive, place)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [archive]
    assert list(place.iterdir()) == []
    return str(caught.value)


@pytest.mark.parametrize(
    "name",
    [
        *("../outside.txt", "a/../../outside.txt", "/outside.txt", "..", "//host/outside.txt", "", "."),
        *("..\\outside.txt", "C:\\outside.txt", "C:outside.txt", "a\nb", "a\x1b[2Jb"),
    ],
)
def test_a_member_that_leaves_its_folder_is_refused_and_nothing_is_unpacked(tmp_path, name):
    archive = packed(tmp_path / "a.zip", ("good.txt", b"x"), (name, b"x"))
    assert "is not safe to unpack: its " in refused(tmp_path, archive)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a.txt", "a.txt"),
        ("a.txt", "A.TXT"),
        ("x/é.txt", "X/e\u0301.txt"),
        ("a/b", "a//b"),
        ("a/./b", "a/b"),
        ("straße", "STRASSE"),
    ],
)
def test_two_members_that_are_one_file_somewhere_are_refused(tmp_path, first, second):
    archive = packed(tmp_path / "a.zip", (first, b"1"), (second, b"2"))
    assert "are one name" in refused(tmp_path, archive)


def test_a_file_that_is_a_folder_too_is_refused(tmp_path):
    archive = packed(tmp_path / "a.zip", ("a", b"1"), ("A/b", b"2"))
    assert "'A/b' lies in 'a', which is a file" in refused(tmp_path, archive)


@pytest.mark.parametrize("mode", [LINK, DEVICE, PIPE])
def test_a_link_or_a_device_is_refused(tmp_path, mode):
    archive = packed(tmp_path / "a.zip", ("good.txt", b"x"), ("bad", b"/etc/passwd"), mode=mode)
    assert "member 'bad' is not safe to unpack: it is a link or a device" in refused(tmp_path, archive)


def test_an_encrypted_member_is_refused(tmp_path):
    archive = packed(tmp_path / "a.zip", ("a", b"x"))
    content = bytearray(archive.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    archive.write_bytes(content)
    assert "it is encrypted" in refused(tmp_path, archive)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_wheels_do_not_use_is_refused(tmp_path, method):
    archive = packed(tmp_path / "a.zip", ("a", b"x" * 100), method=method)
    assert "packed by a method" in refused(tmp_path, archive)


def test_a_member_that_is_absurdly_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "LARGEST_MEMBER", 1_000)
    unpack(packed(tmp_path / "b.zip", ("fine", bytes(1_000))), tmp_path / "b")
    assert (tmp_path / "b/fine").stat().st_size == 1_000
    with pytest.raises(InputError, match="'bomb' is not safe to unpack"):
        unpack(packed(tmp_path / "a.zip", ("bomb", bytes(1_001))), tmp_path / "a")


def test_an_archive_that_grows_out_of_bounds_is_refused(tmp_path):
    """Zeros shrink to a thousandth: 65 MB come from 64 KB."""
    archive = packed(tmp_path / "a.zip", ("bomb", bytes(65 << 20)), method=zipfile.ZIP_DEFLATED)
    assert archive.stat().st_size < 100_000
    assert "it grows to 68157440 bytes, more than 100 times" in refused(tmp_path, archive)


@pytest.mark.parametrize(("bound", "value"), [("LARGEST_TOTAL", 19), ("MOST_MEMBERS", 1)])
def test_many_members_that_are_too_much_together_are_refused(tmp_path, monkeypatch, bound, value):
    monkeypatch.setattr(archives, bound, value)
    archive = packed(tmp_path / "a.zip", ("a", bytes(10)), ("b", bytes(10)))
    assert f"more than {value}" in refused(tmp_path, archive)


def test_a_member_longer_than_it_says_is_cut_and_named_as_damaged(tmp_path):
    archive = packed(tmp_path / "a.zip", ("a", bytes(5000)), method=zipfile.ZIP_DEFLATED)
    content = bytearray(archive.read_bytes())
    entry = content.index(b"PK\x01\x02")
    content[entry + 24 : entry + 28] = (10).to_bytes(4, "little")
    archive.write_bytes(content)
    with pytest.raises(InputError, match="damaged"):
        unpack(archive, tmp_path / "place")
    assert all(path.stat().st_size <= 10 for path in (tmp_path / "place").iterdir())


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04" * 9])
def test_a_damaged_archive_is_named(tmp_path, content):
    (tmp_path / "a.zip").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.zip: damaged"):
        unpack(tmp_path / "a.zip", tmp_path)


def test_a_plain_archive_comes_out_as_it_went_in(tmp_path):
    members = ("a/b.txt", b"1"), ("a/ü.txt", b"2"), ("c", b"3")
    unpack(packed(tmp_path / "a.zip", ("a/", b""), *members, mode=stat.S_IFREG | 0o644), tmp_path / "place")
    for name, content in members:
        assert (tmp_path / "place" / name).read_bytes() == content
