"""The figures of the experiment, from its tidy tables; the same tables give the same bytes."""

from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from reckon.gradients.results import SHARES, TRAINED

mpl.rcParams.update({"font.size": 8, "axes.grid": True})


_MARKERS = {"random_head": "x", "untrained_encoder": "^"}  # of the controls


def loss(tracking: pd.DataFrame) -> Figure:
    """Deck, "Loss during training": training and evaluation pairs, one line a seed."""
    figure = Figure(figsize=(8, 3.2), layout="constrained")
    for axes, measure in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        for split, style in (("training", "--"), ("evaluation", "-")):
            _lines(axes, tracking[(tracking.measure == measure) & (tracking.split == split)], split, style)
        axes.set(title=f"{measure} (eval mode)", xlabel="epochs")
        axes.legend(fontsize=6)
    return figure


def essential_words(tracking: pd.DataFrame) -> Figure:
    """Deck, "Gradients of annotated essential words": essential, other and null controls, by scalar."""
    figure = Figure(figsize=(12, 3.2), layout="constrained")
    scalars = list(dict.fromkeys(tracking[tracking.measure == "essential"].scalar))
    for axes, scalar in zip(np.atleast_1d(figure.subplots(1, len(scalars))), scalars, strict=True):
        part = tracking[
            (tracking.scalar == scalar) & (tracking.norm == "l1") & (tracking.split == "evaluation")
        ]
        part = part[part.run == "labels"]
        for measure, style in (("essential", "-"), ("other", "--"), ("matched", ":"), ("random", "-.")):
            _lines(axes, part[part.measure == measure], measure, style)
        axes.set(title=f"mean L1 gradient of {scalar}", xlabel="epochs", ylim=(0, None))
        axes.legend(fontsize=6)
    return figure


def ratio(tracking: pd.DataFrame) -> Figure:
    """Deck, "Ratio": essential to other and to all words, and as the original computed it."""
    figure = Figure(figsize=(12, 3.2), layout="constrained")
    part = tracking[tracking.split == "evaluation"]
    left, middle, right = figure.subplots(1, 3)
    for axes, measure in ((left, "ratio_other"), (middle, "ratio_all")):
        for scalar, style in (("ce", "-"), ("largest", "--")):
            chosen = part[(part.measure == measure) & (part.norm == "l1") & (part.scalar == scalar)]
            _lines(axes, chosen, scalar, style)
        axes.set(title=measure.replace("_", " to "), xlabel="epochs")
    for variant, style in (("gradient", "-"), ("gradient_x_input", "--")):
        chosen = part[(part.measure == "published_ratio") & (part.norm == variant)]
        _lines(right, chosen, variant, style)
    right.set(title="ratio as the original computed it", xlabel="epochs")
    for axes in (left, middle, right):
        axes.axhline(1, color="k", lw=0.5)
        axes.legend(fontsize=6)
    return figure


def relations(shares: pd.DataFrame) -> Figure:
    """Shares of special, content and essential pairs during training, with the controls as points."""
    figure = Figure(figsize=(12, 3.2), layout="constrained")
    for axes, share in zip(figure.subplots(1, 3), SHARES, strict=True):
        trained = shares[shares.state == TRAINED]
        _lines(axes, trained.assign(value=trained[share]), "", "-")
        controls = shares[shares.state != TRAINED].groupby(["state", "run"])
        for (state, run), rows in controls:
            color = f"C{sorted(shares.run.unique()).index(run)}"  # as that run's lines
            axes.plot(rows.epoch, rows[share], _MARKERS[str(state)], color=color, label=f"{state} {run}")
        axes.axhline(shares[f"{share}_pairs"].mean(), color="k", lw=0.5, ls=":", label="equal scores")
        axes.set(title=f"share of {share.replace('_', ' ')} pairs", xlabel="epochs", ylim=(0, None))
        axes.legend(fontsize=5)
    return figure


def word_pairs(deck_pairs: pd.DataFrame) -> Figure:
    """Heat maps of the deck's sentence: one panel an epoch or control of the first seed, own scales."""
    first = deck_pairs[(deck_pairs.seed == deck_pairs.seed.min()) & (deck_pairs.run == "labels")]
    panels = list(first.groupby(["state", "epoch"], sort=True))
    figure = Figure(figsize=(3.6 * len(panels), 3.9), layout="constrained")
    for axes, ((state, epoch), rows) in zip(
        np.atleast_1d(figure.subplots(1, len(panels))), panels, strict=True
    ):
        size = int(rows.j.max()) + 1
        scores = np.full((size, size), np.nan)
        scores[rows.i, rows.j] = scores[rows.j, rows.i] = rows.score.abs()
        names = dict(zip(rows.i, rows.word, strict=True)) | dict(zip(rows.j, rows.other, strict=True))
        axes.imshow(scores, cmap="viridis")
        labels = [f"{names[n]}" for n in range(size)]
        axes.set_xticks(range(size), labels, rotation=90, fontsize=5)
        axes.set_yticks(range(size), labels, fontsize=5)
        axes.set_title(f"{state}, epoch {epoch:g}")
        axes.grid(False)
    return figure


def _lines(axes: Any, rows: pd.DataFrame, label: str, style: str) -> None:
    """One line a run and seed, runs in their own colours."""
    for number, (run, of_run) in enumerate(rows.groupby("run", sort=True)):
        for place, (_, one) in enumerate(of_run.groupby("seed", sort=True)):
            one = one.sort_values("epoch")
            shown = f"{label} {run}".strip() if place == 0 else None
            axes.plot(one.epoch, one.value, style + "o", color=f"C{number}", ms=2, lw=0.8, label=shown)
