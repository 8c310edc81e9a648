from reckon.lecture.softmax import log_softmax, log_softmax_as_written
from reckon.steps.program import Write, step
from reckon.tables.metrics import Metric, write_metrics


def softmax(*, scale: str, out: Write) -> None:
    """Log softmax of the scores (t, 0), as the slide writes it and as it can be computed."""
    rows = []
    for t in (0, 1, 10, 100, 709, 710, 1000, -10, -100, -745, -746, -1000):
        for name, form in {"as written": log_softmax_as_written, "log-sum-exp": log_softmax}.items():
            place = ("lecture", "softmax", f"t = {t}", name)
            rows.append(Metric(*place, 0, form((t, 0.0))[0], "nat", 2, scale, "exact", str(out)))
    write_metrics(out, rows)


if __name__ == "__main__":
    step(softmax)
