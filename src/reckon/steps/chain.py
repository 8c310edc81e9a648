"""What differs, now, from the records of a file and of all that it was made from.

A record names its files as the program was given them. Results may be moved, so that a name counts from the
folder of the results: what lies there under the same name is meant.
"""

import os
import shlex
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reckon.errors import InputError
from reckon.files.hashes import sha256
from reckon.steps.provenance import ENDING, PathLike, altered, read_sidecar, sidecar

_LONGEST = 255  # of a file's name; Snakemake breaks longer ones


def tampered(output: PathLike, results: PathLike = ".", *, recorded: bool = False) -> list[str]:
    """Say what changed since `output` was made, one sentence a file; empty if nothing did.

    Follows the inputs that have records, so that a prediction edited by hand is found from the metrics
    computed after it; inputs without one must have the bytes that their reader saw. An input that had a
    record then, or that Snakemake remembers as made by a rule, must have one now, as `output` itself must if
    it is `recorded`. Names count from the folder
    `results`. Inputs that were removed since are no fault.
    """
    return Chain(results).faults(output, recorded=recorded)


def require_untouched(
    paths: Iterable[PathLike], results: PathLike = ".", *, recorded: bool = False, most: int = 20
) -> None:
    """Raise `InputError` with the first `most` sentences of `tampered` for one of the files."""
    chain = Chain(results)
    faults = [fault for path in paths for fault in chain.faults(path, recorded=recorded)]
    if found := list(dict.fromkeys(faults)):
        more = f"; and {len(found) - most} more" if len(found) > most else ""
        raise InputError(f"{'; '.join(found[:most])}{more}. Make them again: snakemake -f -- FILE")


@dataclass
class _File:
    """What is wrong with a file itself, and by input what is wrong between the two (empty: nothing)."""

    faults: list[str] = field(default_factory=list)
    inputs: dict[str, str] = field(default_factory=dict)


class Chain:
    """Files of one folder of results with all they were made from; each is hashed once."""

    def __init__(self, results: PathLike = ".") -> None:
        self._results = os.fspath(results)
        self._files: dict[str, _File] = {}  # by path
        self._hashes: dict[str, str] = {}

    def faults(self, output: PathLike, *, recorded: bool = False) -> list[str]:
        """One sentence for each file behind `output` that is not as the records say; see `tampered`."""
        path = os.path.normpath(output)
        self._follow(path)
        found: dict[str, str] = {}
        reached, waiting = {path}, [path]
        while waiting:
            here = waiting.pop()
            file = self._files[here]
            if file.faults:
                found[here] = "; ".join(file.faults)
            for name, fault in file.inputs.items():
                if fault and not self._files[name].faults:
                    found.setdefault(name, fault)
                if name not in reached:
                    reached.add(name)
                    waiting.append(name)
        if recorded and Path(path).is_file() and not sidecar(path).is_file():
            found[path] = f"{path} has no record: {path}{ENDING} is not there"
        return [found[name] for name in sorted(found)]

    def changed(self) -> list[str]:
        """Of all files seen so far, those that are not as their programs left them; sorted."""
        return sorted(path for path, file in self._files.items() if file.faults)

    def outdated(self) -> list[str]:
        """Of all files seen so far, one sentence for each input that has other bytes than its reader saw."""
        faults = {
            fault
            for file in self._files.values()
            for name, fault in file.inputs.items()
            if fault and not self._files[name].faults
        }
        return sorted(faults)

    def _follow(self, output: str) -> None:
        waiting = [output]
        while waiting:
            path = waiting.pop()
            if path not in self._files:
                self._files[path] = _File()
                waiting += self._read(path, self._files[path])

    def _read(self, path: str, file: _File) -> list[str]:
        """Compare a file with its own record; the names of its inputs that are there."""
        try:
            record = read_sidecar(path) if os.path.isfile(path) else None  # noqa: PTH113
        except InputError as error:
            file.faults.append(str(error))
            return []
        if record is None:
            return []
        if self._hash(path) not in record["output"].values():
            file.faults.append(f"{path} changed after its rule wrote it")
        elif altered(record):
            file.faults.append(f"the record of {path} changed after its rule wrote it")
        places = [_place(path, name, self._results) for name in record["output"]]
        place = next(filter(None, places), None)
        if place is None:
            named = ", ".join(record["output"])
            file.faults.append(f"{path} lies where another file belongs: its record is that of {named}")
            return []
        return self._compare(path, file, record, *place)

    def _compare(self, path: str, file: _File, record: dict[str, Any], named: str, now: str) -> list[str]:
        """Compare the inputs of a file with what its record says of them; their names now."""
        for name, then in record["inputs"].items():
            there = _moved(name, named, now)
            if there is not None and os.path.isfile(there):  # noqa: PTH113
                other = self._hash(there) != then
                file.inputs[there] = f"{path} was made from other bytes of {there}" if other else ""
        had = record.get("recorded", [])
        names = dict.fromkeys([*record["inputs"], *had])
        for name, there in ((name, _moved(name, named, now)) for name in names):
            if there is None or not os.path.isfile(there) or sidecar(there).is_file():  # noqa: PTH113
                continue
            if name in had or made_by_rule(there):
                self._files.setdefault(there, _File()).faults = [f"{there} has lost its record"]
        return list(file.inputs)

    def _hash(self, path: str) -> str:
        if path not in self._hashes:
            self._hashes[path] = sha256(path)
        return self._hashes[path]


def recorded_files(folder: PathLike) -> list[Path]:
    """All files in `folder`, at any depth, that have records; sorted."""
    found = (path.with_name(path.name.removesuffix(ENDING)) for path in Path(folder).rglob(f"*{ENDING}"))
    return sorted(path for path in found if path.is_file())


def made_by_rule(path: str) -> bool:
    """Whether Snakemake remembers, in the working directory, that a rule made the file `path`.

    Every file that a rule makes and another reads is a step's, so that it has a record.
    """
    parts = urlsafe_b64encode(os.fsencode(path)).decode()
    split = [parts[i : i + _LONGEST - 1] for i in range(0, len(parts), _LONGEST - 1)]
    return Path(".snakemake/metadata", *(f"@{part}" for part in split[:-1]), split[-1]).is_file()


def _place(path: str, named: str, results: str) -> tuple[str, str] | None:
    """The folder from which a record names its files, as it was and as it is; None if the name is another's.

    A file in `results` must be named by all of its path below that, one elsewhere by its own name.
    """
    named = os.path.normpath(named)
    below = os.path.relpath(path, results)
    outside = below == os.pardir or below.startswith(os.pardir + os.sep)
    tail, folder = (os.path.basename(path), os.path.dirname(path)) if outside else (below, results)  # noqa: PTH119, PTH120
    if named != tail and not named.endswith(os.sep + tail):
        return None
    return named[: -len(tail)], folder


def _moved(name: str, named: str, now: str) -> str | None:
    """Where an input lies now if the folder `named` of its record is the folder `now`; None if unknown.

    What lay outside of that folder is only known as long as the folder itself is where it was, or was moved
    with the folder around it.
    """
    name = os.path.normpath(name)
    if name.startswith(named) and not (named == "" and (os.path.isabs(name) or name.startswith(os.pardir))):  # noqa: PTH117
        return os.path.normpath(Path(now, name[len(named) :]))
    was, there = os.path.abspath(named), os.path.abspath(now)  # noqa: PTH100
    if was == there or os.path.isabs(name):  # noqa: PTH117
        return name
    around = os.sep + named.rstrip(os.sep)
    if named and there.endswith(around):
        return os.path.relpath(os.path.join(there.removesuffix(around), name))  # noqa: PTH118
    return None


FOLDER = "reported"
# Between them they read all of it.
READERS = ("final_table.csv", "claims.csv", "audit/findings.csv", "report.html")


def check_sources(results: Path, working: Path = Path()) -> None:
    """Raise `InputError` for files of the transcription that changed after `results` were made, undated.

    Snakemake looks at what is newer than the results alone; a file that was restored with its old date, by
    tar or rsync, would be passed over. Every file is hashed, once.
    """
    hashes: dict[str, str] = {}
    changed = sorted({name for reader in READERS for name in _passed_over(results / reader, working, hashes)})
    if changed:
        raise InputError(
            f"{', '.join(changed)}: other bytes than the results were made from, but an older date, so that "
            f"nothing would be made again. Date it anew: touch {shlex.join(changed)}"
        )


def _passed_over(output: Path, working: Path, hashes: dict[str, str]) -> Iterator[str]:
    try:
        record = read_sidecar(output)
        made = output.stat().st_mtime
    except (InputError, OSError):  # whoever reads it says so
        return
    for name, then in (record or {"inputs": {}})["inputs"].items():
        path = working / name
        if os.path.dirname(name) == FOLDER and path.is_file() and path.stat().st_mtime <= made:  # noqa: PTH120
            if name not in hashes:
                hashes[name] = sha256(path)
            if hashes[name] != then:
                yield name
