"""Gather single levels of the finite-element experiments into tidy tables and the deck's cells."""

import argparse
from pathlib import Path

from reckon.fem import results
from reckon.fem.records import read_cost, read_errors, read_level
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp
from reckon.tables.metrics import write_metrics


def main() -> None:
    """Parse, read, write four tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--levels", nargs="+", required=True, help="records of solve_level.py")
    parser.add_argument("--costs", nargs="+", required=True, help="their costs, in the same order")
    parser.add_argument("--errors", nargs="*", default=[], help="rows of measure_errors.py")
    parser.add_argument("--deck-solver", required=True, help="preset whose steps stand beside the deck's")
    parser.add_argument("--deck-epsilon", type=float, required=True)
    parser.add_argument("--scale", required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder of the tables")
    parser.add_argument("--lock", help="pins of the environment that solved, for the sidecar")
    options = parser.parse_args()

    records = [read_level(path) for path in options.levels]
    costs = [read_cost(path) for path in options.costs]
    pairs = zip(records, costs, strict=True)
    results.write_rows(
        options.out / "iterations.csv", results.ITERATIONS, map(results.iteration_row, records)
    )
    results.write_rows(
        options.out / "timings.csv", results.TIMINGS, (results.timing_row(*pair) for pair in pairs)
    )
    errors = results.with_rates(read_errors(options.errors))
    results.write_rows(options.out / "errors.csv", results.ERRORS, errors)
    wanted = (options.deck_solver, options.deck_epsilon)
    deck = [
        (path, record)
        for path, record in zip(options.levels, records, strict=True)
        if (record["solver"], record["epsilon"]) == wanted
    ]
    write_metrics(options.out / "metrics.csv", results.metrics(deck, options.scale))
    params = {"scale": options.scale, "preset": options.deck_solver, "epsilon": options.deck_epsilon}
    made_from = {
        "iterations": options.levels,
        "timings": [*options.levels, *options.costs],
        "errors": options.errors,
        "metrics": options.levels,
    }
    for name, read in made_from.items():
        stamp(options.out / f"{name}.csv", read, own_code(), params, options.lock)


if __name__ == "__main__":
    run(main)
