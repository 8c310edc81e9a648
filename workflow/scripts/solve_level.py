"""Solve the decoupled method on one level with one preset; write steps, residuals, errors and cost."""

import argparse
import json

from reckon.fem.memory import check_memory
from reckon.files.writing import writing
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp_all


def main() -> None:
    """Parse, check the memory, solve, write (the first process of a parallel run writes)."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--preset", required=True, help="published, robust or direct")
    parser.add_argument("--level", type=int, required=True, help="h = 2^-level")
    parser.add_argument("--epsilon", type=float, required=True)
    parser.add_argument("--tolerance", type=float, default=1e-8)
    parser.add_argument("--ranks", type=int, default=1, help="processes of this run, for the memory check")
    parser.add_argument("--out", required=True, help="steps, residuals and errors (json)")
    parser.add_argument("--costs", required=True, help="seconds by phase and peak memory (json)")
    parser.add_argument("--lock", help="pins of the environment, for the sidecar")
    options = parser.parse_args()
    check_memory(options.preset, options.level, options.ranks)

    from reckon.fem.level import solve_level

    record, cost = solve_level(options.preset, options.level, options.epsilon, options.tolerance)
    if cost["first_process"]:
        for path, value in ((options.out, record), (options.costs, cost)):
            with writing(path) as out:
                json.dump(value, out, indent=1)
                out.write("\n")
        settings = ("preset", "level", "epsilon", "tolerance", "ranks")
        params = {name: getattr(options, name) for name in settings}
        stamp_all([options.out, options.costs], [], own_code(), params, options.lock)


if __name__ == "__main__":
    run(main)
