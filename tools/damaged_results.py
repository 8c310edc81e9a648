"""Name the files of a folder of results that are not as their rules wrote them, and what makes them again."""

import argparse
import shlex
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from reckon.errors import InputError
from reckon.steps.program import run
from reckon.steps.provenance import damaged, stamped_files


def main() -> None:
    """Compare every file that has a record with its hash; exit with 1 if one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, nargs="?", default=Path("results"))
    args = parser.parse_args()
    folders = [args.results, *(path for path in sorted(args.results.rglob("*")) if path.is_dir())]
    found = [str(path) for path in damaged(folders)]
    for path in found:
        print(path)
    if found:
        raise InputError(
            f"{args.results}: {len(found)} files changed after their rules wrote them; make them again: "
            f"snakemake -f -- {shlex.join(found)}, with the options of your run"
        )
    number = sum(len(stamped_files(folder)) for folder in folders)
    print(f"{args.results}: {number} files, all as their rules wrote them")


if __name__ == "__main__":
    run(main)
