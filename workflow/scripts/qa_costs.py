from pathlib import Path
from typing import Annotated

from reckon.files.rows import write_rows
from reckon.qa.costs import COLUMNS, sift_costs
from reckon.steps.program import Read, Write, step


def qa_costs(
    *,
    sifts: list[Read] = [],  # noqa: B006  never changed
    benchmarks: Annotated[Path, "folder of Snakemake's benchmark files"],
    fast: Annotated[str, "name of the system that sifted"],
    roles: list[str] = [],  # noqa: B006
    out: Write,
) -> None:
    """Seconds that sifting saves, from the benchmarks of the scoring jobs."""
    write_rows(out, COLUMNS, sift_costs(sifts, benchmarks, fast, roles))


if __name__ == "__main__":
    step(qa_costs)
