from typing import Annotated

from reckon.gradients.events import deck_scalars, write_events
from reckon.gradients.frames import TRACKING, read_frame, read_snapshots
from reckon.steps.program import Read, Write, step


def gradient_events(
    *,
    tracking: Read,
    record: Annotated[Read, "training.json, for the steps"],
    run: str,
    seed: int,
    out: Write,
) -> None:
    """Write the tracking of one training as a TensorBoard event file with the deck's tags."""
    tracked = read_frame(tracking, TRACKING, empty_is_missing=False)
    own = tracked[(tracked.run == run) & (tracked.seed == seed)]
    write_events(out, deck_scalars(own), read_snapshots(record))


if __name__ == "__main__":
    step(gradient_events)
