from reckon.steps.program import Read, Write, step
from reckon.tables.metrics import read_metrics, write_metrics


def gather_metrics(*, metrics: list[Read], out: Write) -> None:
    """Put the metrics of several systems into one table, in the order given."""
    write_metrics(out, [row for path in metrics for row in read_metrics(path)])


if __name__ == "__main__":
    step(gather_metrics)
