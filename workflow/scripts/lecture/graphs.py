from reckon.files.writing import writing
from reckon.lecture.drawing import picture
from reckon.lecture.graphs import GRAPHS, central_differences
from reckon.steps.program import Write, step
from reckon.tables.metrics import Metric, write_metrics


def graphs(*, scale: str, out: Write, figure: Write) -> None:
    """Values and adjoints of the slides' graphs, differences beside those of the leaves, and the picture."""
    losses = {name: loss(given) for name, (loss, given) in GRAPHS.items()}
    rows = []
    for name, loss in losses.items():
        loss.backward()
        differences = central_differences(*GRAPHS[name])
        for value in loss.graph():
            found = {"value": value.data, "adjoint": value.gradient}
            if not value.operands:
                found["central difference"] = differences[value.name]
            rows += [
                Metric(
                    "lecture", f"graph: {name}", value.name, column, 0, x, "1", 1, scale, "exact", str(out)
                )
                for column, x in found.items()
            ]
    write_metrics(out, rows)
    with writing(figure) as file:
        file.write(picture(losses))


if __name__ == "__main__":
    step(graphs)
