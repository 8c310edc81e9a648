"""Seconds that sifting saves, from the benchmarks of the scoring jobs."""

import argparse
import csv
from pathlib import Path

from reckon.files.writing import writing
from reckon.qa.costs import COLUMNS, sift_costs
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all


def main() -> None:
    """Parse, gather, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sifts", type=Path, nargs="*", default=[])
    parser.add_argument("--benchmarks", type=Path, required=True)
    parser.add_argument("--fast", required=True, help="name of the system that sifted")
    parser.add_argument("--roles", nargs="*", default=[])
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    with writing(args.out) as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sift_costs(args.sifts, args.benchmarks, args.fast, args.roles))
    stamp_all([args.out], args.sifts, own_code(), settings_of(args))


if __name__ == "__main__":
    run(main)
