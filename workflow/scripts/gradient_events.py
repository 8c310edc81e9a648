"""Write the tracking of one training as a TensorBoard event file with the deck's tags."""

import argparse
from pathlib import Path

from reckon.gradients.events import deck_scalars, write_events
from reckon.gradients.frames import TRACKING, read_frame, read_snapshots
from reckon.steps.program import run
from reckon.steps.provenance import own_code, settings_of, stamp_all


def main() -> None:
    """Parse, choose, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tracking", type=Path, required=True)
    parser.add_argument("--record", type=Path, required=True, help="training.json, for the steps")
    parser.add_argument("--run", required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    tracking = read_frame(args.tracking, TRACKING, empty_is_missing=False)
    own = tracking[(tracking.run == args.run) & (tracking.seed == args.seed)]
    write_events(args.out, deck_scalars(own), read_snapshots(args.record))
    stamp_all([args.out], [args.tracking, args.record], own_code(), settings_of(args))


if __name__ == "__main__":
    run(main)
