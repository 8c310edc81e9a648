from reckon.lecture.concordance import contexts, held, read_brown, read_lines
from reckon.steps.program import Read, Write, step
from reckon.tables.metrics import Metric, write_metrics


def concordance(*, brown: Read, passages: Read, scale: str, out: Write) -> None:
    """Every "chicken" of the Brown corpus, the slide's lines held against it, and what the slide has not."""
    hits = contexts(read_brown(brown), "chicken")
    lines = [held(line, hits) for line in read_lines(passages, "concordance of chicken", "chicken")]
    shown = {line.hit.place for line in lines}
    rest = [hit for hit in hits if hit.place not in shown]
    rows = []

    def put(row: str, column: str, value: float, unit: str, n: int) -> None:
        rows.append(
            Metric("lecture", "concordance", row, column, 0, value, unit, n, scale, "brown", str(brown))
        )

    put("all", "places in Brown", len(hits), "1", len(hits))
    put("all", "lines of the slide", len(lines), "1", len(lines))
    put("all", "exact lines", sum(not line.differences for line in lines), "1", len(lines))
    put("all", "places not on the slide", len(rest), "1", len(hits))
    for line in lines:
        row = "; ".join([f"line {line.line.place}, {line.hit.place}", *line.differences])
        put(row, "exact", not line.differences, "1", 1)
    for hit in rest:
        put(
            f"{hit.place}, {' '.join([*hit.before[-3:], '_', *hit.after[:3]])}", "not on the slide", 1, "1", 1
        )
    write_metrics(out, rows)


if __name__ == "__main__":
    step(concordance)
