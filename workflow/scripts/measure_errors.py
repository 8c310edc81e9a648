"""Errors of the coupled Morley scheme for one example on one level (json lines, one a norm)."""

import argparse
from pathlib import Path

from reckon.files.writing import write_jsonl
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all


def main() -> None:
    """Parse, solve, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--example", required=True, help="smooth, layer_exact, layer_reduced or lshape")
    parser.add_argument("--level", type=int, required=True, help="h = 2^-level")
    parser.add_argument("--epsilons", type=float, nargs="+", required=True)
    parser.add_argument("--w-elements", nargs="+", required=True, help="P1, P2; none: the standard scheme")
    parser.add_argument("--boundaries", nargs="+", required=True, help="strong, nitsche")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    from reckon.fem.level import measure_errors

    rows = measure_errors(
        options.example, options.level, options.epsilons, options.w_elements, options.boundaries
    )
    write_jsonl(options.out, rows)
    stamp_all([options.out], [], own_code(), settings_of(options))


if __name__ == "__main__":
    run(main)
