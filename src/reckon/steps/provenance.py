"""What a result was made from: a sidecar `<output>.prov.json` with hashes.

Every file that a program writes has one, so that a changed byte anywhere in the chain is found at its end
(`reckon.steps.chain`).

A sidecar holds nothing that differs between two runs of the same code on the same input: no time,
no host, no absolute path that the caller did not give.
"""

import functools
import json
import os
import platform
import shlex
import sys
from collections.abc import Iterable, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from reckon.errors import InputError
from reckon.files.hashes import fingerprint, sha256
from reckon.files.reading import read_json
from reckon.files.shapes import require
from reckon.files.writing import writing

PathLike = str | os.PathLike[str]
ENDING = ".prov.json"
# Paths with their SHA-256, but for the settings.
_RECORD = {part: {...: str} for part in ("output", "inputs", "code", "lock")} | {"params": dict}


def sidecar(output: PathLike) -> Path:
    """Path of the sidecar of `output`: beside it, with `.prov.json` appended to its name."""
    return Path(f"{os.fspath(output)}{ENDING}")


def stamp(
    output: PathLike,
    inputs: Iterable[PathLike],
    code: Iterable[PathLike],
    params: Mapping[str, Any],
    lock: PathLike | None = None,
) -> Path:
    """Write the sidecar of a finished `output` and return its path; call it after the output is in place.

    `inputs` and `code` are the files it was made from and by, `params` every setting that can change
    it (JSON-able), `lock` the pins of the environment.
    Versions are those of the packages that this process has loaded. `recorded` in it are the inputs that
    have records themselves, and the outputs of the same program; `sha256` is of all the rest.
    """
    stamp_all([output], inputs, code, params, lock)
    return sidecar(output)


def stamp_all(
    outputs: Iterable[PathLike],
    inputs: Iterable[PathLike],
    code: Iterable[PathLike],
    params: Mapping[str, Any],
    lock: PathLike | None = None,
    packages: Mapping[str, str] | None = None,
) -> None:
    """Write the sidecars of several `outputs` of one program; as `stamp`, and the inputs are hashed once.

    `packages` are given where those that happen to be loaded had no part in it.
    """
    inputs, written = list(inputs), [os.fspath(path) for path in outputs]
    record = {
        "inputs": _hashes(inputs),
        "recorded": sorted({os.fspath(path) for path in inputs if sidecar(path).is_file()} | set(written)),
        "code": _hashes(code),
        "params": dict(params),
        "lock": _hashes([lock] if lock else []),
        "packages": loaded_packages() if packages is None else dict(packages),
    }
    for output in written:
        with writing(sidecar(output)) as out:
            whole = record | {"output": _hashes([output])}
            whole["sha256"] = _of_itself(whole)
            json.dump(whole, out, indent=1, sort_keys=True, ensure_ascii=False)
            out.write("\n")


def altered(record: Mapping[str, Any]) -> bool:
    """Whether a record is not as it was written. Earlier versions wrote no hash of it."""
    return record.get("sha256", "") not in ("", _of_itself(record))


def _of_itself(record: Mapping[str, Any]) -> str:
    """Hash of a record, as it is read back, but for that hash."""
    return fingerprint({**json.loads(json.dumps(record)), "sha256": ""})


def stamped_files(folder: PathLike) -> list[Path]:
    """The files in `folder` that have sidecars, sorted."""
    return [path for path in sorted(Path(folder).iterdir()) if sidecar(path).is_file()]


def files_in(folder: PathLike) -> list[Path]:
    """The files in `folder` but for sidecars and hidden ones, sorted."""
    found = (path for path in sorted(Path(folder).iterdir()) if path.is_file())
    return [path for path in found if not path.name.startswith(".") and not path.name.endswith(ENDING)]


def damaged(words: Iterable[PathLike]) -> list[Path]:
    """Files among `words`, and in folders among them, that are not as their rules wrote them.

    For people: after a fault that a reader reports in its own words, and over all results. A damaged
    sidecar counts as damage of its file; a word that is no path is none.
    """
    return [file for word in words for file in _files(Path(word)) if _changed(file)]


def require_intact(paths: Iterable[PathLike], *, recorded: bool = False) -> None:
    """Raise `InputError` for files that changed since their rules wrote them, or lack a due record."""
    paths = list(paths)
    faults = [f"{path} changed after its rule wrote it; {again(path)}" for path in damaged(paths)]
    bare = (path for path in paths if recorded and Path(path).is_file() and not sidecar(path).is_file())
    if faults := [*faults, *(f"{path} has no record; {again(path)}" for path in bare)]:
        raise InputError("; ".join(faults))


def _files(path: Path) -> list[Path]:
    try:
        return stamped_files(path) if path.is_dir() else [path] if path.is_file() else []
    except OSError:  # an option's value, longer than a path can be
        return []


def _changed(file: Path) -> bool:
    try:
        record = read_sidecar(file)
    except InputError:
        return True
    return record is not None and (sha256(file) not in record["output"].values() or altered(record))


def read_sidecar(output: PathLike) -> dict[str, Any] | None:
    """The record of `output`, or None if it has none; raises `InputError` for a damaged one."""
    path = sidecar(output)
    if not os.path.isfile(path):  # noqa: PTH113  Path.is_file raises for names that are too long
        return None
    remedy = again(output)
    record = read_json(path, remedy=remedy)
    require(f"{path}: not a provenance record", record, _RECORD, remedy)
    require(f"{path}: not a provenance record", record.get("recorded", []), [str], remedy)
    return record


def again(output: PathLike) -> str:
    """The remedy, in words, for a file that is damaged."""
    return f"make it again: snakemake -f -- {shlex.quote(os.fspath(output))}, with the options of your run"


def own_code() -> list[str]:
    """Files of this package that the running program has loaded, and the program itself.

    Relative to the working directory, so that two checkouts give the same sidecars.
    """
    modules = (module for name, module in sys.modules.items() if name.partition(".")[0] == "reckon")
    files = {module.__file__ for module in modules if module.__file__}
    main = getattr(sys.modules["__main__"], "__file__", None)
    return sorted(os.path.relpath(file) for file in (files | {main} if main else files))


def loaded_packages() -> dict[str, str]:
    """Version by distribution of everything imported so far, and of Python itself."""
    modules = {name.partition(".")[0] for name in sys.modules}
    names = {owner for module in modules for owner in _owners().get(module, ())}
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in sorted(names)}


@functools.cache
def _owners() -> Mapping[str, list[str]]:
    """Distributions by top-level module; asking every installed package takes half a second."""
    return metadata.packages_distributions()


def _hashes(paths: Iterable[PathLike]) -> dict[str, str]:
    return {os.fspath(path): sha256(path) for path in paths}
