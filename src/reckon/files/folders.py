"""Where results may lie: in any folder that Snakemake can name and that holds nothing of ours."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

from reckon.errors import InputError

# Folders of the checkout that hold what is written by people, or kept by git and Snakemake.
OWN = frozenset(
    {
        *(".ci", ".git", ".snakemake", "config", "docs", "envs", "examples", "profiles"),
        *("reference", "reported", "src", "tests", "tools", "workflow"),
    }
)
DEFAULT = "results"  # where the transcription's targets lie, too
# What rules read of the checkout itself.
SOURCES = ("Snakefile", "config", "reported", "src", "workflow")
_SKEW = 60.0  # seconds by which clocks of two machines may differ
_HOME = re.compile(r"~(?=/|$)")
_ADDRESS = re.compile(r"[A-Za-z][\w.+-]*://")


def results_folder(given: str, checkout: Path) -> str:
    """The folder of the results as rules name it: relative to `checkout` if it was given so.

    A relative name that begins with a dash or a blank would be taken for an option, or warned about; it
    becomes absolute. `~/` is the home folder. Raises `InputError` for a name that no rule can hold, and
    for a folder that holds the checkout or belongs to it.
    """
    _check_text(given)
    named = re.sub(r"^//", "/", os.path.normpath(_HOME.sub(str(Path.home()), given)))
    place, root = (Path(os.path.realpath(path)) for path in (checkout / named, checkout))
    if root.is_relative_to(place):
        _refuse(given, "holds the checkout itself; name a folder inside it, or beside it")
    if place.is_relative_to(root) and (own := place.relative_to(root).parts[0]) in OWN:
        _refuse(given, f"{own} is a folder of the checkout's own files; name another")
    if place.exists() and not place.is_dir():
        _refuse(given, "a file of that name is there; name a folder")
    return str(checkout.absolute() / named) if named[0] in "- " else named


def placed(target: str, results: str) -> str:
    """A target of the transcription, which says `results/…`, where this run has it."""
    return re.sub(rf"^{DEFAULT}(?=/)", lambda _: results, target)


def check_checkout(checkout: Path) -> None:
    """Raise `InputError` if the checkout lies where its programs cannot be started."""
    wrong = sorted(set(str(checkout)) & set(":{}\n"))
    if wrong:
        raise InputError(
            f"{str(checkout)!r}: the checkout's path holds {wrong[0]!r}, which Snakemake and Python take for "
            "something else; move the checkout"
        )


def check_dates(checkout: Path) -> None:
    """Raise `InputError` for a source that is dated in the future.

    Snakemake takes every output for older than such an input: it refuses the job after the work, and
    removes what it wrote.
    """
    latest = max(_sources(checkout), key=lambda path: path.stat().st_mtime)
    ahead = latest.stat().st_mtime - time.time()
    if ahead > _SKEW:
        raise InputError(
            f"{latest}: dated {ahead:.0f} s in the future, so that all results would seem older. "
            "Set the clock, or: find . -newermt now -exec touch {} +"
        )


def _sources(checkout: Path) -> Iterator[Path]:
    """Not what Python compiles beside them: it comes and goes while other jobs start."""
    for name in SOURCES:
        place = checkout / name
        files = place.rglob("*") if place.is_dir() else [place]
        yield from (path for path in files if path.parent.name != "__pycache__" and path.is_file())


def _check_text(given: str) -> None:
    if not given.strip():
        _refuse(given, "an empty name; name a folder")
    if re.search(r"[\n\r\0]", given):
        _refuse(given, "a line break or a NUL, which no rule can hold; leave it out")
    if re.search("[{}]", given):
        _refuse(given, "Snakemake takes braces for wildcards; leave them out")
    if re.search("[<>]", given):
        _refuse(given, "Snakemake takes < and > for names of folders; leave them out")
    if _ADDRESS.match(given):
        _refuse(given, "an address; results lie in a folder")
    try:
        given.encode()
    except UnicodeEncodeError:
        _refuse(given, "not text in UTF-8; rename the folder")


def _refuse(given: str, why: str) -> None:
    raise InputError(f"configuration: results: {why}, found {given!r}")
