"""The figures of the experiment, from its tidy tables; the same tables give the same bytes."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from reckon.fem.results import COLUMNS, EQUATIONS

Row = dict[str, str]
Points = list[tuple[float, float]]
PANELS_IN_A_ROW = 3

STYLE = mpl.rc_context({"font.size": 8, "axes.grid": True})


def curves(rows: Iterable[Row], name: Callable[[Row], str], x: str, y: str) -> dict[str, Points]:
    """Points (x, y) sorted by x, by curve; rows whose y is no number are left out."""
    found: dict[str, Points] = defaultdict(list)
    for row in rows:
        try:
            found[name(row)].append((float(row[x]), float(row[y])))
        except ValueError:
            continue
    return {key: sorted(points) for key, points in found.items()}


@STYLE
def convergence(rows: list[Row]) -> Figure:
    """Energy error against level, a panel for every example and w_h, with the slopes that theory gives."""
    energy = [row for row in rows if row["norm"] == "energy"]
    panels = list(dict.fromkeys((row["example"], row["w_element"]) for row in energy))
    count = -(-max(1, len(panels)) // PANELS_IN_A_ROW)
    figure = Figure(figsize=(3.4 * PANELS_IN_A_ROW, 3 * count), layout="constrained")
    places = np.ravel(figure.subplots(count, PANELS_IN_A_ROW, squeeze=False))
    for axes, (example, w_element) in zip(places, panels, strict=False):
        chosen = [row for row in energy if (row["example"], row["w_element"]) == (example, w_element)]
        lines = curves(chosen, lambda row: f"{row['boundary']}, ε = {number(row)}", "level", "value")
        for label, points in lines.items():
            mark = "x:" if label.startswith("nitsche") else ".-"
            axes.semilogy(*zip(*points, strict=True), mark, label=label, lw=0.8, ms=4)
        slopes(axes, list(lines.values()))
        shown = "standard scheme" if w_element == "none" else f"w_h in {w_element}"
        axes.set(title=f"{example}, {shown}", xlabel="level k, h = 2^-k", ylabel="energy error")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.legend(fontsize=5.5, loc="lower left", framealpha=0.7)
    for axes in places[len(panels) :]:
        axes.set_axis_off()
    return figure


def number(row: Row) -> str:
    """The row's ε as short as it can be printed."""
    return f"{float(row['epsilon']):g}"


def slopes(axes: Any, lines: list[Points]) -> None:
    """Dashed reference lines h^½, h and h² through the largest error."""
    points = [point for line in lines for point in line]
    if not points:
        return
    levels = np.array(sorted({level for level, _ in points}))
    top = max(value for _, value in points)
    for rate in (0.5, 1, 2):
        drawn = top * 2.0 ** (-rate * (levels - levels[0]))
        axes.semilogy(levels, drawn, "k--", lw=0.5, alpha=0.6)
        axes.annotate(
            f"h^{rate:g}", (levels[-1], drawn[-1]), xytext=(3, 0), textcoords="offset points",
            fontsize=6, va="center", annotation_clip=False,
        )  # fmt: skip


@STYLE
def steps(rows: list[Row]) -> Figure:
    """Steps against level, one panel an equation, one curve a preset and ε."""
    figure = Figure(figsize=(13, 3.2), layout="constrained")
    panels = figure.subplots(1, len(EQUATIONS))
    for axes, equation in zip(panels, EQUATIONS, strict=True):
        lines = curves(rows, lambda row: f"{row['solver']}, ε = {number(row)}", "level", equation)
        for label, points in lines.items():
            mark = "ks--" if label.startswith("published") else ".-"
            axes.plot(*zip(*points, strict=True), mark, label=label, lw=0.8, ms=3)
        axes.set(title=COLUMNS[equation], xlabel="level k, h = 2^-k", ylim=(0, None))
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    panels[0].set_ylabel("steps")
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside right center", fontsize=7)
    return figure


@STYLE
def cost(rows: list[Row]) -> Figure:
    """Seconds and memory against unknowns, with the exponent fitted to the three largest levels."""
    figure = Figure(figsize=(13, 3.4), layout="constrained")
    for axes, (column, title) in zip(
        figure.subplots(1, 2), (("total", "seconds"), ("peak_gib", "peak memory, GiB")), strict=True
    ):
        lines = curves(
            rows, lambda row: f"{row['solver']}, ranks: {row['ranks']}, ε = {number(row)}", "dofs", column
        )
        for label, points in lines.items():
            exponent = fitted_exponent(points)
            shown = label if exponent is None else f"{label}: dofs^{exponent:.2f}"
            axes.loglog(*zip(*points, strict=True), ".-", label=shown, lw=0.8)
        axes.set(title=title, xlabel="unknowns of (5.7b)-(5.7c)")
        axes.legend(fontsize=6, loc="upper left", bbox_to_anchor=(1.01, 1))
    return figure


def fitted_exponent(points: Points) -> float | None:
    """Slope of log y over log x through the last three points; None if there are fewer."""
    if len(points) < 3:
        return None
    x, y = np.log(np.array(points[-3:])).T
    return float(np.polyfit(x, y, 1)[0])


@STYLE
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
