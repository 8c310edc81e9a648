"""Check the reported numbers against each other and against public records: findings.csv, .md beside it."""

import argparse
from pathlib import Path

from reckon.audit.figures import read_library
from reckon.audit.findings import counts, findings, read_checks, write_findings
from reckon.audit.markdown import markdown
from reckon.files.writing import writing
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp_all


def main() -> None:
    """Read, check, write, and print the counts by outcome."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reported", type=Path, required=True, help="folder of the transcription")
    parser.add_argument("--out", type=Path, required=True, help="the csv; the Markdown goes beside it")
    arguments = parser.parse_args()

    checks = read_checks(arguments.reported / "checks.csv")
    rows = findings(checks, read_library(arguments.reported))
    with writing(arguments.out.with_suffix(".md")) as out:
        out.write(markdown(rows))
    write_findings(arguments.out, rows)
    read = sorted(arguments.reported.glob("*.csv"))
    stamp_all([arguments.out, arguments.out.with_suffix(".md")], read, own_code(), {})
    for outcome, number in counts(rows).items():
        print(f"{number:6} {outcome}")
    print(f"{len(rows):6} findings of {len(checks)} checks: {arguments.out}")


if __name__ == "__main__":
    run(main)
