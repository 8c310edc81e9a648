"""Bring one file of config/datasets.csv: from the cache, a mirror, or its public address."""

import argparse
from pathlib import Path

from reckon.data.catalogue import find, read_catalogue
from reckon.data.fetch import fetch
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all


def main() -> None:
    """Parse the arguments, fetch, put the file in place atomically."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--catalogue", type=Path, default=Path("config/datasets.csv"))
    parser.add_argument("--dataset", required=True)
    parser.add_argument("--file", required=True)
    parser.add_argument("--cache", type=Path, required=True, help="folder of downloads")
    parser.add_argument("--mirror", default="", help="folder laid out like the mirror paths (default none)")
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    entry = find(read_catalogue(a.catalogue), a.dataset, a.file)
    fetch(entry, a.out, cache=a.cache, mirror=Path(a.mirror) if a.mirror else None)
    # It comes as it is, whatever brought it: no package has a part in its bytes.
    stamp_all([a.out], [], own_code(), settings_of(a), packages={})


if __name__ == "__main__":
    run(main)
