"""Judge the decks' claims by the effects that the experiments measured."""

import argparse
from collections import Counter
from pathlib import Path

from reckon.report.claims import effects_by_path, read_claims, settled, write_rows
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp_all
from reckon.tables.transcription import read_transcription


def main() -> None:
    """Read, judge, write, and print the counts by verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reported", type=Path, required=True, help="folder of the transcription")
    parser.add_argument("--effects", nargs="*", default=[], help="effect files of the experiments that ran")
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    claims = read_claims(args.reported / "claims.csv", read_transcription(args.reported))
    rows = settled(claims, effects_by_path(args.effects))
    write_rows(args.out, rows)
    stamp_all([args.out], args.effects, own_code(), {})
    for verdict, number in sorted(Counter(row["verdict"] for row in rows).items()):
        print(f"{number:6} {verdict}")


if __name__ == "__main__":
    run(main)
