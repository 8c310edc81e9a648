"""Whether a file may be what the catalogue says: its size, and what its first and its packed bytes tell."""

import gzip
import zipfile
import zlib
from pathlib import Path

from reckon.data.catalogue import Entry

_HEAD = 1024  # bytes that are looked at for markup and pointers
_BLOCK = 1 << 20
_MARKUP = (b"<!doctype html", b"<html", b"<?xml", b"<error")
_MARKUP_FILES = {".html", ".htm", ".xml", ".svg"}
_POINTERS = {b"version https://git-lfs.github.com/spec/": "Git LFS", b"/annex/objects/": "git-annex"}


def fault_of(entry: Entry, file: Path) -> str:
    """What shows that `file` is not the entry's; empty if nothing does."""
    size = file.stat().st_size
    with open(file, "rb") as content:
        head = content.read(_HEAD)
    if not size:
        return "it is empty"
    for start, kind in _POINTERS.items():
        if head.startswith(start):
            return f"it is a pointer of {kind}; fetch the file that it points to"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(_MARKUP) and file_kind(entry.file) not in _MARKUP_FILES:
        return "it is a page of markup, as servers send it in place of data: is there a login, or an error?"
    if entry.bytes is not None and size != entry.bytes:
        return f"it has {size:,} bytes, config/datasets.csv says {entry.bytes:,}"
    return "" if entry.sha256 else _damage(file, file_kind(entry.file))


def file_kind(name: str) -> str:
    """The last suffix of a name, in small letters."""
    return Path(name).suffix.lower()


def _damage(file: Path, kind: str) -> str:
    """What is wrong inside an archive, by its own checksums."""
    try:
        if kind == ".gz":
            with gzip.open(file) as packed:
                while packed.read(_BLOCK):
                    pass
        elif kind == ".zip":
            with zipfile.ZipFile(file) as members:
                if damaged := members.testzip():
                    return f"its member {damaged!r:.80} is damaged"
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        return f"it is damaged, or no {kind} ({error})"
    return ""
