"""Pass only a final table without a cell that differs for the worse, was changed by hand, or failed."""

import argparse
from pathlib import Path

from reckon.errors import InputError
from reckon.files.writing import writing
from reckon.report.final_table import counts, fatal, read_rows
from reckon.steps.program import run
from reckon.steps.provenance import require_intact

SHOWN = 20


def main() -> None:
    """Write the counts by verdict, or name the cells that must not pass and exit with 1."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", type=Path, required=True, help="final_table.csv")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    require_intact([arguments.table])
    rows = read_rows(arguments.table)
    if cells := fatal(rows):
        more = f"\n  and {len(cells) - SHOWN} more" if len(cells) > SHOWN else ""
        listed = "".join(f"\n  {cell}" for cell in cells[:SHOWN])
        raise InputError(f"{arguments.table}: {len(cells)} of {len(rows)} cells do not stand:{listed}{more}")
    with writing(arguments.out) as out:
        out.writelines(f"{number} {verdict}\n" for verdict, number in counts(rows).items())


if __name__ == "__main__":
    run(main)
