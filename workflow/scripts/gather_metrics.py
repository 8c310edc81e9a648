import logging
from typing import Annotated

from reckon.steps.program import Read, Write, step
from reckon.tables.metrics import read_metrics, write_metrics


def gather_metrics(
    *,
    metrics: list[Read],
    left_out: Annotated[list[str], "systems whose data only a mirror holds, where none is configured"] = [],  # noqa: B006
    out: Write,
) -> None:
    """Put the metrics of several systems into one table, in the order given."""
    write_metrics(out, [row for path in metrics for row in read_metrics(path)])
    for name in left_out:
        logging.info("%s: left out, its data are in a mirror; set `mirror`, or RECKON_MIRROR", name)


if __name__ == "__main__":
    step(gather_metrics)
