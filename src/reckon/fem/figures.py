"""The figures of the experiment, from its tidy tables; the same tables give the same bytes."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

from reckon.fem.results import COLUMNS, EQUATIONS

Row = dict[str, str]
Points = list[tuple[float, float]]

mpl.rcParams.update({"svg.hashsalt": "reckon", "svg.fonttype": "none", "font.size": 8, "axes.grid": True})


def save(figure: Figure, path: Path) -> None:
    """Write as SVG without a date."""
    figure.savefig(path, format="svg", metadata={"Date": None})


def curves(rows: Iterable[Row], name: Callable[[Row], str], x: str, y: str) -> dict[str, Points]:
    """Points (x, y) sorted by x, by curve; rows whose y is no number are left out."""
    found: dict[str, Points] = defaultdict(list)
    for row in rows:
        try:
            found[name(row)].append((float(row[x]), float(row[y])))
        except ValueError:
            continue
    return {key: sorted(points) for key, points in found.items()}


def convergence(rows: list[Row]) -> Figure:
    """Energy error against level for every example, with the slopes that theory gives."""
    examples = list(dict.fromkeys(row["example"] for row in rows))
    figure = Figure(figsize=(4.2 * max(1, len(examples)), 3.6), layout="constrained")
    for axes, example in zip(
        np.atleast_1d(figure.subplots(1, max(1, len(examples)))), examples, strict=False
    ):
        chosen = [row for row in rows if row["example"] == example and row["norm"] == "energy"]
        lines = curves(
            chosen, lambda row: f"{row['w_element']} {row['boundary']} ε={row['epsilon']}", "level", "value"
        )
        for label, points in lines.items():
            axes.semilogy(*zip(*points, strict=True), ".-", label=label, lw=0.8)
        slopes(axes, list(lines.values()))
        axes.set(title=f"{example}: energy error", xlabel="level k, h = 2^-k")
        axes.legend(fontsize=5)
    return figure


def slopes(axes: Any, lines: list[Points]) -> None:
    """Dashed reference lines h^½, h and h² through the largest error."""
    points = [point for line in lines for point in line]
    if not points:
        return
    levels = np.array(sorted({level for level, _ in points}))
    top = max(value for _, value in points)
    for rate in (0.5, 1, 2):
        axes.semilogy(levels, top * 2.0 ** (-rate * (levels - levels[0])), "k--", lw=0.4)
        axes.annotate(
            f"h^{rate:g}", (levels[-1], top * 2.0 ** (-rate * (levels[-1] - levels[0]))), fontsize=6
        )


def steps(rows: list[Row]) -> Figure:
    """Steps against level, one panel an equation, one curve a preset and ε."""
    figure = Figure(figsize=(14, 3.4), layout="constrained")
    for axes, equation in zip(figure.subplots(1, len(EQUATIONS)), EQUATIONS, strict=True):
        lines = curves(rows, lambda row: f"{row['solver']} ε={row['epsilon']}", "level", equation)
        for label, points in lines.items():
            axes.plot(*zip(*points, strict=True), ".-", label=label, lw=0.8)
        axes.set(title=f"{COLUMNS[equation]}: steps", xlabel="level k, h = 2^-k", ylim=(0, None))
        axes.legend(fontsize=5)
    return figure


def cost(rows: list[Row]) -> Figure:
    """Seconds and memory against unknowns, with the exponent fitted to the three largest levels."""
    figure = Figure(figsize=(9, 3.6), layout="constrained")
    for axes, (column, title) in zip(
        figure.subplots(1, 2), (("total", "seconds"), ("peak_gib", "peak memory, GiB")), strict=True
    ):
        lines = curves(
            rows, lambda row: f"{row['solver']}, {row['ranks']} ranks, ε={row['epsilon']}", "dofs", column
        )
        for label, points in lines.items():
            exponent = fitted_exponent(points)
            shown = label if exponent is None else f"{label}: dofs^{exponent:.2f}"
            axes.loglog(*zip(*points, strict=True), ".-", label=shown, lw=0.8)
        axes.set(title=title, xlabel="unknowns of (5.7b)-(5.7c)")
        axes.legend(fontsize=5)
    return figure


def fitted_exponent(points: Points) -> float | None:
    """Slope of log y over log x through the last three points; None if there are fewer."""
    if len(points) < 3:
        return None
    x, y = np.log(np.array(points[-3:])).T
    return float(np.polyfit(x, y, 1)[0])


def solution(rows: list[Row]) -> Figure:
    """Contours of each solution, and the cut y = ½ where the layers show."""
    names = list(dict.fromkeys(row["name"] for row in rows))
    figure = Figure(figsize=(4 * (len(names) + 1), 3.4), layout="constrained")
    *maps, cut = figure.subplots(1, len(names) + 1)
    for axes, name in zip(maps, names, strict=True):
        x, y, u = np.array([[float(row[k]) for k in "xyu"] for row in rows if row["name"] == name]).T
        figure.colorbar(axes.tricontourf(x, y, u, levels=12), ax=axes)
        axes.set(title=name, aspect="equal")
        axes.grid(False)
        middle = y == 0.5
        cut.plot(x[middle], u[middle], ".-", label=name, lw=0.8, ms=2)
    cut.set(title="u_h on y = 1/2", xlabel="x")
    cut.legend(fontsize=6)
    return figure
