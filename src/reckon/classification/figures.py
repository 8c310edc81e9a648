"""The figure of the focal loss, from its closed form; the same settings give the same bytes."""

from collections.abc import Sequence

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

STYLE = mpl.rc_context({"font.size": 8, "axes.grid": True})


def focal_curve(p: ArrayLike, gamma: float) -> NDArray[np.float64]:
    """−(1 − p)^γ log p for probabilities 0 < p <= 1 of the true class; γ = 0 is cross-entropy."""
    p = np.asarray(p, float)
    curve: NDArray[np.float64] = -((1 - p) ** gamma) * np.log(p)
    return curve


@STYLE
def draw_focal(gammas: Sequence[float]) -> Figure:
    """The loss against the probability of the true class, one line a γ: the deck's "Focal Loss"."""
    figure = Figure(figsize=(4.5, 3.2), layout="constrained")
    axes = figure.subplots()
    p = np.linspace(0.01, 1, 200)
    for gamma in gammas:
        name = "cross-entropy (γ = 0)" if gamma == 0 else f"γ = {gamma:g}"
        axes.plot(p, focal_curve(p, gamma), label=name)
    axes.set(xlabel="probability of the true class", ylabel="loss", ylim=(0, 5))
    axes.legend(fontsize=7)
    return figure
