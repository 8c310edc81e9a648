"""The effects that the deck's claims about the finite elements rest on: growth of steps, rates."""

import argparse
from pathlib import Path

from reckon.fem.effects import smallest_epsilon_rates, step_growth
from reckon.fem.results import ERRORS, ITERATIONS, read_rows
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp
from reckon.tables.effects import write_effects


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iterations", type=Path, required=True)
    parser.add_argument("--errors", type=Path, required=True)
    parser.add_argument("--scale", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lock", type=Path, help="pins of the environment, for the sidecar")
    args = parser.parse_args()
    growth = step_growth(read_rows(args.iterations, ITERATIONS), args.scale, str(args.iterations))
    rates = smallest_epsilon_rates(read_rows(args.errors, ERRORS), args.scale, str(args.errors))
    write_effects(args.out, [*growth, *rates])
    stamp(args.out, [args.iterations, args.errors], own_code(), {"scale": args.scale}, args.lock)


if __name__ == "__main__":
    run(main)
