"""The effects that the deck's claims about gradients and word pairs rest on."""

import argparse
from pathlib import Path

from reckon.gradients.effects import relation_effects, saliency_effects
from reckon.gradients.frames import SALIENCY, SHARES, read_runs
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp
from reckon.tables.effects import write_effects


def main() -> None:
    """Parse, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--saliency", type=Path, nargs="+", required=True)
    parser.add_argument("--shares", type=Path, nargs="+", required=True)
    parser.add_argument("--scale", required=True)
    parser.add_argument("--data", required=True)
    parser.add_argument("--evidence", required=True, help="folder of the tables")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lock", type=Path, help="pins of the environment, for the sidecar")
    args = parser.parse_args()
    where = {"scale": args.scale, "data": args.data}
    effects = [
        *saliency_effects(
            read_runs(args.saliency, SALIENCY), **where, evidence=f"{args.evidence}/tracking.csv"
        ),
        *relation_effects(read_runs(args.shares, SHARES), **where, evidence=f"{args.evidence}/pairs.csv"),
    ]
    write_effects(args.out, effects)
    stamp(args.out, [*args.saliency, *args.shares], own_code(), where, args.lock)


if __name__ == "__main__":
    run(main)
