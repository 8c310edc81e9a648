"""Bring one file of the catalogue: from the cache, else a mirror, else its public address.

Whatever arrives is checked against its SHA-256 before it gets its name. A download goes to a `.part`
file, which the next attempt, or the next run, continues.
"""

import logging
import os
import re
import shutil
from pathlib import Path
from typing import Any

from reckon.data.catalogue import Entry
from reckon.errors import InputError
from reckon.files.hashes import sha256
from reckon.files.reading import reading
from reckon.files.writing import replaced
from reckon.steps.redaction import redacted

LOCK = "checksums.lock"  # in the cache: `sha256  dataset/file` of files without a published checksum
_LOCKED = re.compile(r"[0-9a-f]{64}  \S+")
_TIMEOUT = (15, 120)  # seconds to connect, and between two packets
_BLOCK = 1 << 16  # bytes; at most so many are lost when a connection breaks

log = logging.getLogger(__name__)


def fetch(entry: Entry, out: Path, *, cache: Path, mirror: Path | None, retries: int = 4) -> None:
    """Put the file at `out`, atomically; a download stays in `cache` for the next time.

    `mirror` is a folder in which files lie at their `mirror_path`. Raises `InputError` that names the
    file, what is wrong, and how to place the file by hand; then nothing is left behind but, after a
    broken download, the `.part` file in the cache.
    """
    kept = cache / "data" / entry.dataset / entry.file
    source = mirror / entry.mirror_path if mirror and entry.mirror_path else None
    if kept.is_file() and _intact(entry, kept, cache):
        log.info("%s: from the cache, %s", entry.name, kept)
        _link(kept, out)
    elif source and source.is_file():
        log.info("%s: from the mirror, %s", entry.name, source)
        with replaced(out) as temporary:
            shutil.copyfile(source, temporary)
            _check(entry, temporary, cache, source)
    else:
        _download(entry, kept, cache, mirror, retries)
        _link(kept, out)


def _intact(entry: Entry, kept: Path, cache: Path) -> bool:
    """Whether a cached file is what it should be; a damaged one is removed."""
    expected = entry.sha256 or _locked(entry, cache)
    if expected is None or sha256(kept) == expected:
        return True
    log.warning("%s: damaged in the cache, fetched again", entry.name)
    kept.unlink()
    return False


def _check(entry: Entry, file: Path, cache: Path, source: str | Path) -> None:
    """Raise `InputError` unless `file` has the published or locked SHA-256; lock it if there is none."""
    found, locked = sha256(file), _locked(entry, cache)
    expected = entry.sha256 or locked
    if expected is None:
        cache.mkdir(parents=True, exist_ok=True)
        with open(cache / LOCK, "a", encoding="utf-8") as lock:
            lock.write(f"{found}  {entry.name}\n")
        log.info("%s: no published SHA-256; %s is locked in %s", entry.name, found, cache / LOCK)
    elif found != expected:
        known = "config/datasets.csv" if entry.sha256 else str(cache / LOCK)
        raise InputError(
            f"{entry.name}: wrong checksum of what came from {source}: SHA-256 is {found},"
            f" {known} says {expected}; it was discarded. Try again; if the file was changed by its"
            f" publisher, correct {known}"
        )


def _locked(entry: Entry, cache: Path) -> str | None:
    """Return the SHA-256 locked at the first use, None before."""
    if not (cache / LOCK).is_file():
        return None
    with reading(cache / LOCK) as file:
        lines = file.read().splitlines()
    for number, line in enumerate(lines, 1):
        if not _LOCKED.fullmatch(line):
            raise InputError(f"{cache / LOCK}:{number}: expected `sha256  dataset/file`; remove the line")
    return next((line[:64] for line in lines if line[64:] == f"  {entry.name}"), None)


def _link(kept: Path, out: Path) -> None:
    """Give the cached file its second name; copy it where the file system cannot link."""
    with replaced(out) as temporary:
        temporary.unlink()
        try:
            os.link(kept, temporary)
        except OSError:
            shutil.copyfile(kept, temporary)


def _download(entry: Entry, kept: Path, cache: Path, mirror: Path | None, retries: int) -> None:
    """Download to the cache and check; pooch retries, `_Resuming` continues where an attempt broke off."""
    if not entry.url.startswith("http"):
        raise InputError(_by_hand(entry, kept, mirror, _why_not(entry, mirror)))
    import pooch
    import requests

    kept.parent.mkdir(parents=True, exist_ok=True)
    files = pooch.create(
        path=kept.parent,
        base_url="",
        registry={entry.file: None},
        urls={entry.file: entry.url},
        retry_if_failed=retries,
    )
    shown = redacted(entry.url)
    # Pooch prints addresses as they are; through our own log they lose what is secret.
    pooch.get_logger().handlers.clear()
    pooch.get_logger().parent = logging.getLogger()
    log.info("%s: from %s", entry.name, shown)
    part = kept.with_name(f"{kept.name}.part")
    try:
        files.fetch(entry.file, downloader=_Resuming(part))
    except requests.RequestException as error:
        raise InputError(
            _by_hand(
                entry, kept, mirror, f"cannot be fetched from {shown} ({redacted(str(error), of=entry.url)})"
            )
        ) from None
    try:
        _check(entry, kept, cache, shown)
    except InputError:
        kept.unlink()
        raise


def _why_not(entry: Entry, mirror: Path | None) -> str:
    if entry.url.startswith("kaggle:"):
        competition, file = entry.url.removeprefix("kaggle:").split("/", 1)
        return (
            "Kaggle gives it to users who accepted the competition's rules: with your own Kaggle credentials"
            f" run `kaggle competitions download -c {competition} -f {file}` and unpack it"
        )
    return f"only a mirror holds it, and {f'{mirror} does not' if mirror else 'none is named'}"


def _by_hand(entry: Entry, kept: Path, mirror: Path | None, what: str) -> str:
    places = [str(kept)]
    if entry.mirror_path:
        places.append(str(mirror / entry.mirror_path) if mirror else f"MIRROR/{entry.mirror_path}")
    hint = "" if mirror else "; or name a mirror folder by `mirror:` in the config or RECKON_MIRROR"
    known = entry.sha256 or "not published"
    return f"{entry.name}: {what}. Put it by hand at {' or '.join(places)} (SHA-256 {known}){hint}"


class _Resuming:
    """A downloader for pooch that keeps what has arrived in `part` and asks for the rest."""

    def __init__(self, part: Path) -> None:
        self.part = part

    def __call__(self, url: str, output_file: str, pooch: Any) -> None:
        """Download `url` to `output_file`; raises requests' exceptions, which pooch takes as "try again"."""
        import requests

        have = self.part.stat().st_size if self.part.exists() else 0
        # Bytes as they are: a transparently unpacked answer would fit neither the range nor the checksum.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
        with requests.get(url, headers=headers, stream=True, timeout=_TIMEOUT) as response:
            if response.status_code == requests.codes.requested_range_not_satisfiable:
                self.part.unlink()
                raise requests.ConnectionError("the server has less than was downloaded; starting anew")
            response.raise_for_status()
            resumed = response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            with open(self.part, "ab" if have and resumed else "wb") as part:
                for block in response.iter_content(_BLOCK):
                    part.write(block)
        self.part.replace(output_file)
