from pathlib import Path
from typing import Annotated

from reckon.fem import results
from reckon.files.rows import write_rows
from reckon.steps.program import Machine, Read, Write, step
from reckon.tables.metrics import write_metrics


def collect_levels(
    *,
    levels: Annotated[list[Read], "records of solve_level.py"],
    # Seconds are facts of a machine: in a record they would make two runs of one code differ.
    costs: Annotated[Machine[list[Path]], "their costs, in the same order"],
    measured: Annotated[list[Read], "rows of measure_errors.py"] = [],  # noqa: B006  never changed
    deck_preset: Annotated[str, "whose steps stand beside the deck's"],
    deck_epsilon: float,
    scale: str,
    iterations: Write,
    timings: Write,
    errors: Write,
    metrics: Write,
) -> None:
    """Gather single levels of the finite-element experiments into tidy tables and the deck's cells."""
    records = [results.read_level(path) for path in levels]
    pairs = zip(records, [results.read_cost(path) for path in costs], strict=True)
    write_rows(iterations, results.ITERATIONS, map(results.iteration_row, records))
    write_rows(timings, results.TIMINGS, (results.timing_row(*pair) for pair in pairs))
    write_rows(errors, results.ERRORS, results.with_rates(results.read_errors(measured)))
    deck = [
        (str(path), record)
        for path, record in zip(levels, records, strict=True)
        if (record["solver"], record["epsilon"]) == (deck_preset, deck_epsilon)
    ]
    write_metrics(metrics, results.metrics(deck, scale))


if __name__ == "__main__":
    step(collect_levels)
