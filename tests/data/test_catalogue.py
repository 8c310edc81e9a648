"""The catalogue is checked line by line, and the one we ship is whole."""

import csv
import os
from pathlib import Path

import pytest

from reckon.data.catalogue import COLUMNS, find, read_catalogue
from reckon.errors import InputError
from reckon.files.hashes import sha256

CATALOGUE = Path(__file__).parents[2] / "config" / "datasets.csv"
MIRROR = Path(os.environ.get("RECKON_MIRROR", "/nonexistent"))
GOOD = {
    "dataset": "toy",
    "file": "a.json",
    "version": "1",
    "licence": "CC0",
    "citation": "Someone 2020, A Thing",
    "bytes": "12",
    "sha256": "0" * 64,
    "url": "https://example.org/a.json",
    "mirror_path": "toy/a.json",
    "form": "official",
}


def write(path: Path, *rows: dict[str, str]) -> Path:
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_an_entry_is_typed_and_empty_means_unknown(tmp_path):
    path = write(tmp_path / "d.csv", GOOD, GOOD | {"file": "b.json", "bytes": "", "sha256": ""})
    known, unknown = read_catalogue(path)
    assert (known.bytes, known.sha256, known.name) == (12, "0" * 64, "toy/a.json")
    assert (unknown.bytes, unknown.sha256) == (None, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"dataset": "../up"}, "dataset: '../up'"),
        ({"file": "a/b"}, "file: 'a/b'"),
        ({"file": ".hidden"}, "file: '.hidden'"),
        ({"licence": " "}, "licence: empty"),
        ({"citation": ""}, "citation: empty"),
        ({"bytes": "12k"}, "bytes: '12k' is not a number"),
        ({"bytes": "-1"}, "bytes: '-1' is not a number"),
        ({"sha256": "0" * 63}, "sha256: not 64 hexadecimal digits"),
        ({"url": "ftp://example.org/a"}, "url: 'ftp://example.org/a'; use"),
        ({"url": "", "mirror_path": ""}, "url: neither an address nor a path"),
        ({"mirror_path": "/etc/passwd"}, "mirror_path: .* must stay inside"),
        ({"mirror_path": "toy/../../x"}, "mirror_path: .* must stay inside"),
        ({"form": "copied"}, "form: 'copied'; use official or converted"),
        ({}, "toy/a.json is listed twice"),
    ],
)
def test_faults_name_file_line_and_column(tmp_path, change, message):
    path = write(tmp_path / "d.csv", GOOD, GOOD | change)
    with pytest.raises(InputError, match=rf"d\.csv:3: .*{message}"):
        read_catalogue(path)


def test_an_unquoted_comma_is_found(tmp_path):
    path = write(tmp_path / "d.csv", GOOD)
    path.write_text(path.read_text() + "toy,b.json,1,CC0,Someone, 2020,,,https://example.org/b,,official\n")
    with pytest.raises(InputError, match=r"d\.csv:3: 10 fields expected; is a comma not quoted"):
        read_catalogue(path)


def test_other_columns_are_refused(tmp_path):
    (tmp_path / "d.csv").write_text("dataset,file\n")
    with pytest.raises(InputError, match=r"d\.csv:1: columns must be dataset,file,version"):
        read_catalogue(tmp_path / "d.csv")


def test_a_misspelt_name_gets_the_nearest(tmp_path):
    entries = read_catalogue(write(tmp_path / "d.csv", GOOD))
    assert find(entries, "toy", "a.json") is entries[0]
    with pytest.raises(InputError, match=r"toy/a\.jsn: not in the catalogue; did you mean toy/a\.json"):
        find(entries, "toy", "a.jsn")
    with pytest.raises(InputError, match=r"xyz/qqq: not in the catalogue; add a line"):
        find(entries, "xyz", "qqq")


def test_our_catalogue_is_valid_and_every_converted_file_has_a_checksum():
    entries = read_catalogue(CATALOGUE)
    assert len(entries) > 80
    assert all(
        entry.sha256 and entry.bytes and entry.mirror_path for entry in entries if entry.form == "converted"
    )
    assert all(entry.url for entry in entries if entry.form == "official")


@pytest.mark.skipif(not MIRROR.is_dir(), reason="RECKON_MIRROR is not set")
def test_the_mirror_is_what_our_catalogue_says():
    entries = [entry for entry in read_catalogue(CATALOGUE) if entry.mirror_path]
    differing = [
        entry.name
        for entry in entries
        if (MIRROR / entry.mirror_path).stat().st_size != entry.bytes
        or sha256(MIRROR / entry.mirror_path) != entry.sha256
    ]
    assert differing == []
