from reckon.errors import InputError
from reckon.files.writing import writing
from reckon.report.final_table import counts, fatal, read_rows
from reckon.steps.chain import require_untouched
from reckon.steps.program import Read, Write, step
from reckon.steps.provenance import require_intact

SHOWN = 20


def verify(*, table: Read, out: Write) -> None:
    """Pass only a final table without a cell that differs for the worse, was changed by hand, or failed."""
    require_intact([table], recorded=True)
    rows = read_rows(table)
    if cells := fatal(rows):
        more = f"\n  and {len(cells) - SHOWN} more" if len(cells) > SHOWN else ""
        listed = "".join(f"\n  {cell}" for cell in cells[:SHOWN])
        raise InputError(f"{table}: {len(cells)} of {len(rows)} cells do not stand:{listed}{more}")
    require_untouched([table], table.parent, recorded=True)
    with writing(out) as file:
        file.writelines(f"{number} {verdict}\n" for verdict, number in counts(rows).items())


if __name__ == "__main__":
    step(verify)
