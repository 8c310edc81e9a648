from reckon.lecture.dice import neutralised
from reckon.steps.program import Write, step
from reckon.tables.metrics import Metric, write_metrics


def dice(*, scale: str, out: Write) -> None:
    """The die with weights 1 to 6 on its way to a fair one: faces and divergence after each step."""
    rows = []
    for number, throw in enumerate(neutralised(range(1, 7), steps=40)):
        values = {f"face {face}": p for face, p in enumerate(throw.p, 1)} | {"KL": throw.divergence}
        rows += [
            Metric("lecture", "dice", f"step {number}", name, 0, value, "1", 6, scale, "exact", str(out))
            for name, value in values.items()
        ]
    write_metrics(out, rows)


if __name__ == "__main__":
    step(dice)
