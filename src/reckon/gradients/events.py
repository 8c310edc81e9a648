"""TensorBoard event files with the deck's tags; the same values give the same bytes."""

from pathlib import Path

import pandas as pd

from reckon.files.writing import replaced

# Tags of the deck, by split and measure of tracking.csv; its gradients are those of the largest logit.
_TAGS = {
    ("evaluation", "loss"): "Loss/test",
    ("training", "loss"): "Loss/train",
    ("evaluation", "accuracy"): "Acc/test",
    ("training", "accuracy"): "Acc/train",
    ("evaluation", "ratio_other"): "Ratio/test",
    ("training", "ratio_other"): "Ratio/train",
    ("training", "essential"): "Grad_loss/grad_loss",
    ("training", "other"): "Grad_loss/grad0_loss",
}


def deck_scalars(tracking: pd.DataFrame) -> list[tuple[str, float, float]]:
    """(tag, epoch, value) of one run and seed for the deck's tags: L1 gradients of the largest logit."""
    gradients = (tracking.scalar == "largest") & (tracking.norm == "l1")
    chosen = tracking[gradients | tracking.measure.isin(("loss", "accuracy"))]
    rows = zip(chosen.split, chosen.measure, chosen.epoch, chosen.value, strict=True)
    found = [(_TAGS[s, m], float(e), float(v)) for s, m, e, v in rows if (s, m) in _TAGS]
    return sorted(found)


def write_events(path: Path, scalars: list[tuple[str, float, float]], steps: dict[float, int]) -> None:
    """Write scalars at their steps as an event file; their times are the steps, not a clock's."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.record_writer import RecordWriter

    with replaced(path) as temporary, open(temporary, "wb") as out:
        writer = RecordWriter(out)
        writer.write(Event(wall_time=0.0, file_version="brain.Event:2").SerializeToString(deterministic=True))
        for tag, epoch, value in scalars:
            summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
            event = Event(wall_time=float(steps[epoch]), step=steps[epoch], summary=summary)
            writer.write(event.SerializeToString(deterministic=True))
        writer.flush()
