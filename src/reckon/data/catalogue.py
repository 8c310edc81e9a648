"""The catalogue of data, config/datasets.csv: one line a file, checked before anything is fetched."""

import difflib
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, fields

from reckon.errors import InputError
from reckon.files.rows import records
from reckon.steps.redaction import redacted

FORMS = ("official", "converted")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_SIZE = re.compile(r"[0-9]{1,15}")


@dataclass(frozen=True)
class Entry:
    """One file: what it is, under which licence, how to know it, and where it comes from."""

    dataset: str
    file: str
    version: str
    licence: str
    citation: str
    bytes: int | None  # None: not published
    sha256: str | None  # None: not published; locked at the first use
    url: str  # http(s), kaggle:COMPETITION/FILE, or empty: only in a mirror
    mirror_path: str  # relative to the mirror; empty: only at the URL
    form: str  # official: the publisher's bytes; converted: the same content in another form

    @property
    def name(self) -> str:
        """`dataset/file`, the name under results/raw and in the cache."""
        return f"{self.dataset}/{self.file}"


COLUMNS = tuple(field.name for field in fields(Entry))


def read_catalogue(path: str | os.PathLike[str]) -> list[Entry]:
    """Read and check the catalogue; raises `InputError` "file:line: column: what; what to do"."""
    entries: dict[str, Entry] = {}
    for where, row in records(path, COLUMNS, remedy="correct the first line"):
        entry = _entry(row, where)
        if entry.name in entries:
            raise InputError(f"{where}: file: {entry.name} is listed twice; keep one line")
        entries[entry.name] = entry
    return list(entries.values())


def find(entries: Sequence[Entry], dataset: str, file: str) -> Entry:
    """Return the entry with this name; raises `InputError` with the nearest name if there is none."""
    by_name = {entry.name: entry for entry in entries}
    name = f"{dataset}/{file}"
    if name not in by_name:
        near = difflib.get_close_matches(name, by_name, n=1)
        hint = f"; did you mean {near[0]}?" if near else "; add a line to config/datasets.csv"
        raise InputError(f"{name}: not in the catalogue{hint}")
    return by_name[name]


def _entry(row: dict[str, str], where: str) -> Entry:
    for column in ("dataset", "file"):
        if not _NAME.fullmatch(row[column]):
            raise InputError(
                f"{where}: {column}: {row[column]!r}; use letters, digits, dot, dash, underscore"
            )
    for column in ("version", "licence", "citation"):
        if not row[column].strip():
            raise InputError(f"{where}: {column}: empty; say it, even if only 'not stated'")
    if row["form"] not in FORMS:
        raise InputError(f"{where}: form: {row['form']!r}; use {' or '.join(FORMS)}")
    if row["sha256"] and not _SHA256.fullmatch(row["sha256"]):
        raise InputError(f"{where}: sha256: not 64 hexadecimal digits; leave it empty if it is not published")
    if row["bytes"] and not _SIZE.fullmatch(row["bytes"]):
        raise InputError(f"{where}: bytes: {row['bytes']!r} is not a number; leave it empty if not published")
    _check_source(row["url"], row["mirror_path"], where)
    size = int(row["bytes"]) if row["bytes"] else None
    return Entry(**row | {"bytes": size, "sha256": row["sha256"] or None})  # type: ignore[arg-type]


def _check_source(url: str, mirror_path: str, where: str) -> None:
    if not url and not mirror_path:
        raise InputError(f"{where}: url: neither an address nor a path in a mirror; give one")
    if url and not url.startswith(("https://", "http://", "kaggle:")):
        raise InputError(f"{where}: url: {redacted(url)!r}; use https://, http:// or kaggle:COMPETITION/FILE")
    if mirror_path.startswith("/") or ".." in mirror_path.split("/"):
        raise InputError(f"{where}: mirror_path: {mirror_path!r}; it must stay inside the mirror")
