"""Bring one file of the catalogue: from the cache, else a mirror, else its public address.

Whatever arrives is checked before it gets its name: against its SHA-256 where one is published; else it is
held to its size and looked into, and its SHA-256 is locked. A download goes to a `.part` file, which the
next attempt, or the next run, continues. Of several processes one fetches, and the others find the file.
"""

import logging
import os
import re
import shutil
from pathlib import Path

from reckon.data.catalogue import Entry
from reckon.data.download import Resuming
from reckon.data.soundness import fault_of
from reckon.errors import InputError
from reckon.files.hashes import sha256
from reckon.files.locks import alone
from reckon.files.reading import reading
from reckon.files.writing import replaced
from reckon.steps.redaction import redacted

LOCK = "checksums.lock"  # in the cache: `sha256  dataset/file` of files without a published checksum
LOCKS = "locks"  # in the cache: files that processes lock while they fetch
_LOCKED = re.compile(r"[0-9a-f]{64}  \S+")

log = logging.getLogger(__name__)


def fetch(entry: Entry, out: Path, *, cache: Path, mirror: Path | None, retries: int = 4) -> None:
    """Put the file at `out`, atomically; a download stays in `cache` for the next time.

    `mirror` is a folder in which files lie at their `mirror_path`. Raises `InputError` that names the
    file, what is wrong, and how to place the file by hand; then nothing is left behind but, after a
    broken download, the `.part` file in the cache.
    """
    kept = _place(entry, cache)
    source = mirror / entry.mirror_path if mirror and entry.mirror_path else None
    if _is_kept(entry, kept, cache):
        _link(kept, out)
    elif source and source.is_file():
        log.info("%s: from the mirror, %s", entry.name, source)
        with replaced(out) as temporary:
            shutil.copyfile(source, temporary)
            _check(entry, temporary, cache, source)
    else:
        if not entry.url.startswith("http"):
            raise InputError(_by_hand(entry, kept, mirror, _why_not(entry, mirror)))
        with alone(cache / LOCKS / f"{entry.dataset}.{entry.file}"):
            if not _is_kept(entry, kept, cache):
                _download(entry, kept, cache, mirror, retries)
        _link(kept, out)


def _place(entry: Entry, cache: Path) -> Path:
    return cache / "data" / entry.dataset / entry.file


def _is_kept(entry: Entry, kept: Path, cache: Path) -> bool:
    """Whether the cache has the file as it should be; a damaged one is removed."""
    if not kept.is_file():
        return False
    try:
        _check(entry, kept, cache, "the cache")
    except InputError as fault:
        log.warning("%s; %s is removed and fetched again", fault, kept)
        kept.unlink()
        return False
    log.info("%s: from the cache, %s", entry.name, kept)
    return True


def _check(entry: Entry, file: Path, cache: Path, source: str | Path) -> None:
    """Raise `InputError` unless `file` is sound and has the SHA-256 that is published or locked.

    Where there is none, it is locked: what was checked alone, so that no damage becomes the truth.
    """
    if fault := fault_of(entry, file):
        raise InputError(
            f"{entry.name}: what came from {source} is not the file: {fault}; it was discarded. "
            f"Try again, or put the file by hand at {_place(entry, cache)}"
        )
    found, (number, locked) = sha256(file), _locked(entry, cache)
    expected = entry.sha256 or locked
    if expected is None:
        _write_lock(entry, found, cache)
    elif found != expected:
        known = "config/datasets.csv" if entry.sha256 else f"{cache / LOCK}:{number}"
        remedy = f"correct {known}" if entry.sha256 else f"delete that line, and {_place(entry, cache)}"
        raise InputError(
            f"{entry.name}: wrong checksum of what came from {source}: SHA-256 is {found},"
            f" {known} says {expected}; it was discarded. Try again; if the file was changed by its"
            f" publisher, {remedy}, and then run the same command again"
        )


def _write_lock(entry: Entry, found: str, cache: Path) -> None:
    with alone(cache / LOCKS / LOCK), open(cache / LOCK, "a", encoding="utf-8") as lock:
        lock.write(f"{found}  {entry.name}\n")
    log.info("%s: no published SHA-256; %s is locked in %s", entry.name, found, cache / LOCK)


def _locked(entry: Entry, cache: Path) -> tuple[int, str | None]:
    """Line and SHA-256 that were locked at the first use; None before."""
    if not (cache / LOCK).is_file():
        return 0, None
    with reading(cache / LOCK) as file:
        lines = file.read().splitlines()
    for number, line in enumerate(lines, 1):
        if not _LOCKED.fullmatch(line):
            raise InputError(f"{cache / LOCK}:{number}: expected `sha256  dataset/file`; remove the line")
    found = ((n, line[:64]) for n, line in enumerate(lines, 1) if line[64:] == f"  {entry.name}")
    return next(found, (0, None))


def _link(kept: Path, out: Path) -> None:
    """Give the cached file its second name; copy it where the file system cannot link."""
    with replaced(out) as temporary:
        temporary.unlink()
        try:
            os.link(kept, temporary)
        except OSError:
            shutil.copyfile(kept, temporary)


def _download(entry: Entry, kept: Path, cache: Path, mirror: Path | None, retries: int) -> None:
    """Download to the cache and check; pooch retries, `Resuming` continues where an attempt broke off."""
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
        files.fetch(entry.file, downloader=Resuming(part, size=entry.bytes, hashed=entry.sha256 is not None))
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
