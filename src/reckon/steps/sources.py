"""The transcription against what the results were made from, whatever the dates of its files say."""

import os
import shlex
from collections.abc import Iterator
from pathlib import Path

from reckon.errors import InputError
from reckon.files.hashes import sha256
from reckon.steps.provenance import read_sidecar

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
