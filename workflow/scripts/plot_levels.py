"""Draw convergence, steps, cost and solution of the finite-element experiments as SVG."""

import argparse
from pathlib import Path

from reckon.fem import figures
from reckon.fem.results import ERRORS, ITERATIONS, SOLUTION, TIMINGS, read_rows
from reckon.files.writing import replaced
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp_all


def main() -> None:
    """Parse, draw each figure from its table, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("iterations", "timings", "errors", "solution"):
        parser.add_argument(f"--{name}", required=True, help=f"{name}.csv")
    parser.add_argument("--out", type=Path, required=True, help="folder of the figures")
    options = parser.parse_args()
    drawings = {
        "convergence": figures.convergence(read_rows(options.errors, ERRORS)),
        "steps": figures.steps(read_rows(options.iterations, ITERATIONS)),
        "cost": figures.cost(read_rows(options.timings, TIMINGS)),
        "solution": figures.solution(read_rows(options.solution, SOLUTION)),
    }
    for name, drawing in drawings.items():
        with replaced(options.out / f"{name}.svg") as path:
            figures.save(drawing, path)
    read = [options.iterations, options.timings, options.errors, options.solution]
    stamp_all([options.out / f"{name}.svg" for name in drawings], read, own_code(), {})


if __name__ == "__main__":
    run(main)
