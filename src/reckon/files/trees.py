"""A folder that is there is whole: it is filled under a hidden name, then renamed; one process does it."""

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path

from reckon.files.locks import alone

_UNFINISHED = ".unfinished-"


def filled(place: Path, fill: Callable[[Path], None]) -> Path:
    """The folder `place`, which `fill` fills if it is not there yet.

    No file inside says that it is whole, so that nothing it holds can be taken for such a mark. If `fill`
    raises, nothing is left.
    """
    if not place.is_dir():
        with alone(place.with_name(f"{place.name}.lock")) as held:
            if not place.is_dir():
                if held:  # then what is there is of processes that were killed
                    for left in place.parent.glob(f".{place.name}{_UNFINISHED}*"):
                        shutil.rmtree(left, ignore_errors=True)
                _fill(place, fill)
    return place


def _fill(place: Path, fill: Callable[[Path], None]) -> None:
    temporary = place.with_name(f".{place.name}{_UNFINISHED}{uuid.uuid4().hex}")
    temporary.mkdir(parents=True)
    try:
        fill(temporary)
        try:
            temporary.rename(place)
        except OSError:
            if not place.is_dir():  # else another one was faster, where there are no locks
                raise
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
