"""Name the files of a folder of results that are not as their rules wrote them, and what makes them again."""

import argparse
import shlex
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from reckon.errors import InputError
from reckon.steps.chain import Chain, recorded_files
from reckon.steps.program import run
from reckon.steps.provenance import files_in, sidecar

# Made by programs in every run; nothing reads some of them, so that no other record names them.
ENDS = ("claims.csv", "final_table.csv", "final_table.md", "final_table.tex", "report.html", "verify.ok")
SHOWN = 20


def main() -> None:
    """Compare every file that has, or had, a record with its hash; exit with 1 if one differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path, nargs="?", default=Path("results"))
    results = parser.parse_args().results
    chain, files = Chain(results), recorded_files(results)
    for path in files:
        chain.faults(path)
    lost = [str(path) for path in (results / name for name in ENDS) if path.is_file()]
    lost = [path for path in lost if not sidecar(path).is_file()]
    for line in (late := chain.outdated())[:SHOWN]:
        print(f"out of date: {line}", file=sys.stderr)
    if len(late) > SHOWN:
        print(f"out of date: and {len(late) - SHOWN} more", file=sys.stderr)
    if found := sorted({*chain.changed(), *lost}):
        print("\n".join(found))
        raise InputError(
            f"{results}: {len(found)} files changed, lost their records or were exchanged since their rules "
            f"wrote them; make them again: snakemake -f -- {shlex.join(found)}, with the options of your run"
        )
    if not files and any(files_in(folder) for folder in _folders(results)):
        raise InputError(f"{results}: no file has a record; copy the .prov.json files too, or make all again")
    print(f"{results}: {len(files)} files, all as their rules wrote them")


def _folders(results: Path) -> list[Path]:
    return [results, *(path for path in results.rglob("*") if path.is_dir())] if results.is_dir() else []


if __name__ == "__main__":
    run(main)
