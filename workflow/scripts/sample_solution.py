"""Values of the smooth and of the layer solution at the vertices of a mesh (csv)."""

import argparse

from reckon.fem.results import SOLUTION, write_rows
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp_all


def main() -> None:
    """Parse, solve, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", required=True)
    options = parser.parse_args()

    from reckon.fem.samples import samples

    write_rows(options.out, SOLUTION, samples())
    stamp_all([options.out], [], own_code(), {})


if __name__ == "__main__":
    run(main)
