from pathlib import Path
from typing import Annotated

from reckon.data import fetch as data
from reckon.data.catalogue import find, read_catalogue
from reckon.steps.program import Machine, Write, step


def fetch(
    *,
    # Not of the record: of its lines one counts, and `entry` says which.
    catalogue: Machine[Path] = Path("config/datasets.csv"),
    dataset: str,
    file: str,
    entry: Annotated[str, "fingerprint of the file's line, so that another line fetches it again"] = "",
    cache: Annotated[Machine[Path], "folder of downloads"],
    mirror: Annotated[Machine[Path | None], "folder laid out like the mirror paths"] = None,
    out: Write,
) -> None:
    """Bring one file of config/datasets.csv: from the cache, a mirror, or its public address."""
    data.fetch(find(read_catalogue(catalogue), dataset, file), out, cache=cache, mirror=mirror)


if __name__ == "__main__":
    step(fetch, verbatim=True)
