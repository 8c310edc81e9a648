"""From what single runs measured to the tidy tables of the experiment; nothing here imports torch."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from reckon.files.rows import rows_of
from reckon.gradients.deck import TABLES, cell_scores
from reckon.tables.metrics import Metric
from reckon.tables.transcription import Cell

KEYS = ("run", "seed")
TRACKING = (*KEYS, "split", "epoch", "scalar", "norm", "measure", "value", "n")
SHARES = ("special", "cross_content", "cross_essential")
CURVES = (
    *("loss_training", "loss", "accuracy", "essential", "other", "matched", "random"),
    *("ratio_other", "ratio_all", "auc", "ap", "published_ratio"),
)
TRAINED = "trained"  # the state of the snapshots themselves, beside the controls


def tracking(saliency: pd.DataFrame, losses: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Means by run, seed, split and epoch, long: columns TRACKING.

    `ratio_other` and `ratio_all` are ratios of the means over all pairs, so that a pair with small gradients
    does not weigh more: mean over essential tokens to that over the others (what the original computed),
    or over all (what the deck says). Rows of `published` are the original's own two means and their ratio,
    its variants in the column `norm`.
    """
    keys = [*KEYS, "split", "epoch", "scalar", "norm"]
    groups = saliency.groupby(keys, sort=True)
    columns = ["essential", "other", "all", "random", "matched", "auc", "ap"]
    means = groups[columns].mean().assign(n=groups.size())
    means["ratio_other"] = means["essential"] / means["other"]
    means["ratio_all"] = means["essential"] / means["all"]
    parts = [_long(means.reset_index(), keys)]
    plain = losses.assign(scalar="ce", norm="")
    parts.append(_long(plain[[*keys, "loss", "accuracy", "n"]], keys))
    if len(published):
        batches = published.assign(scalar="largest", norm=published["variant"])
        groups = batches.groupby(keys, sort=True)
        theirs = groups[["grad_loss", "grad0_loss"]].mean().assign(n=groups.size())
        theirs["ratio"] = batches.assign(r=batches.grad_loss / batches.grad0_loss).groupby(keys)["r"].mean()
        parts.append(
            _long(theirs.add_prefix("published_").rename(columns={"published_n": "n"}).reset_index(), keys)
        )
    return pd.concat(parts, ignore_index=True)[list(TRACKING)].sort_values(
        [*KEYS, "split", "epoch", "measure", "scalar", "norm"], ignore_index=True
    )


def _long(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    return frame.melt(id_vars=[*keys, "n"], var_name="measure", value_name="value")


def pair_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """Mean shares by run, seed, state and epoch, with what equal scores would give (`*_pairs`)."""
    keys = [*KEYS, "state", "epoch"]
    groups = shares.groupby(keys, sort=True)
    columns = [*SHARES, *(f"{name}_pairs" for name in SHARES)]
    return groups[columns].mean().assign(n=groups.size()).reset_index()


def curves(tracking: pd.DataFrame) -> pd.DataFrame:
    """One row a run and epoch, means over seeds of the evaluation pairs: the curves of the deck as a table.

    Losses and accuracy (`loss_training` on training pairs); L1 gradients of the cross-entropy with their
    controls; `published_ratio`, the original's own ratio of the largest logit, where it was measured.
    """
    ours = (tracking.split == "evaluation") & (tracking.scalar == "ce") & tracking.norm.isin(("", "l1"))
    theirs = (
        (tracking.split == "evaluation")
        & (tracking.norm == "gradient")
        & (tracking.measure == "published_ratio")
    )
    training = (tracking.split == "training") & (tracking.measure == "loss")
    named = tracking.assign(measure=tracking.measure.where(~training, "loss_training"))
    table = named[ours | theirs | training].pivot_table(
        index=["run", "epoch"], columns="measure", values="value", aggfunc="mean"
    )
    return table.reindex(columns=[name for name in CURVES if name in table]).reset_index()


def mean_shares(shares: pd.DataFrame) -> pd.DataFrame:
    """Shares of `pair_shares` as means over seeds, by run, state and epoch."""
    return (
        shares.groupby(["run", "state", "epoch"]).mean(numeric_only=True).drop(columns="seed").reset_index()
    )


def deck_metrics(
    deck_pairs: Iterable[tuple[Path, int, pd.DataFrame]], reported: Path, *, scale: str, data: str
) -> list[Metric]:
    """The cells of the deck's three tables from (path, seed, scores of the deck's sentence) of each run.

    A table whose place in the run was not scored is left out.
    """
    found = []
    for path, seed, frame in deck_pairs:
        own = frame[frame.state == TRAINED]
        for epoch, table in TABLES.items():
            matrix: list[dict[str, Any]] = own[own.epoch == epoch].to_dict("records")  # type: ignore[assignment]
            rows = [cell.row for cell in rows_of(reported / f"{table}.csv", Cell)]
            found += [
                Metric("gradients", table, row, "score", seed, score, "score", 1, scale, data, str(path))
                for row, score in (cell_scores(rows, matrix) if matrix else {}).items()
            ]
    return sorted(found, key=lambda metric: (metric.table, int(metric.row.partition(":")[0]), metric.seed))
