"""What the deck claims about gradients, measured: differences paired by seed and sentence pair."""

import math
from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from reckon.errors import InputError
from reckon.gradients.results import SHARES, TRAINED
from reckon.stats.crossed import compare
from reckon.stats.intervals import Estimate
from reckon.tables.effects import Effect

LABELS, SHUFFLED = "labels", "shuffled"
_NAMES = dict(zip(SHARES, ("special", "content", "essential"), strict=True))
_SCALARS = {"ce": "", "gold": ", gold logit", "largest": ", largest logit"}
_RUNS = {LABELS: "", SHUFFLED: ", shuffled labels"}


def saliency_effects(saliency: pd.DataFrame, *, scale: str, data: str, evidence: str) -> Iterator[Effect]:
    """Essential words against their null controls, and the rise of the ratio, on the evaluation pairs.

    `saliency` in units of the pair's mean, at the end of training: (essential - control) / all. `ratio` and
    `ratio to all` are ratios of means, last snapshot minus first, by their linearised share of each pair.
    All for the L1 norm. Runs on shuffled labels are told apart in the contrast.
    """
    chosen = saliency[(saliency.split == "evaluation") & (saliency.norm == "l1")]
    first, last = chosen.epoch.min(), chosen.epoch.max()
    for run, of_run in _RUNS.items():
        for scalar, of_scalar in _SCALARS.items():
            part = chosen[(chosen.run == run) & (chosen.scalar == scalar)]
            if part.empty:
                continue
            end, start = (part[part.epoch == epoch] for epoch in (last, first))
            for control in ("matched", "random"):
                table = _table(end.assign(v=(end["essential"] - end[control]) / end["all"]), "v")
                contrast, unit = f"essential - {control}{of_run}", "mean of the pair"
                yield _effect(contrast, f"saliency{of_scalar}", unit, table, scale, data, evidence)
            for name, below in (("ratio", "other"), ("ratio to all", "all")):
                table = _minus(_linearised(end, below), _linearised(start, below))
                yield _effect(f"last - first{of_run}", name + of_scalar, "1", table, scale, data, evidence)
            table = _minus(_table(end, "auc"), _table(start, "auc"))
            yield _effect(f"last - first{of_run}", f"AUC{of_scalar}", "1", table, scale, data, evidence)


def relation_effects(shares: pd.DataFrame, *, scale: str, data: str, evidence: str) -> Iterator[Effect]:
    """Change of the shares of special, content and essential pairs, last minus first, and against controls.

    The controls hold the trained model at its end against the same encoder under a new random head, and
    against an encoder without pretraining.
    """
    for run, of_run in _RUNS.items():
        own = shares[shares.run == run]
        trained = own[own.state == TRAINED]
        if trained.empty:
            continue
        last = trained[trained.epoch == trained.epoch.max()]
        others = {"first": trained[trained.epoch == trained.epoch.min()]}
        others |= {
            str(state).replace("_", " "): rows for state, rows in own.groupby("state") if state != TRAINED
        }
        for other, rows in others.items():
            for share in SHARES:
                table = _minus(_table(last, share), _table(rows, share))
                measure = f"share of {_NAMES[share]} pairs"
                yield _effect(f"last - {other}{of_run}", measure, "share", table, scale, data, evidence)


def _table(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """(seeds, pairs) values of a column; raises `InputError` if a seed has a pair twice."""
    if (twice := frame.duplicated(["seed", "pair"])).any():
        seed, pair = frame.loc[twice, ["seed", "pair"]].iloc[0]
        raise InputError(f"gradients: seed {seed}, pair {pair} stands twice; measure it again")
    return frame.pivot(index="seed", columns="pair", values=column)


def _minus(first: pd.DataFrame, second: pd.DataFrame) -> pd.DataFrame:
    """Difference by seed and pair; raises `InputError` unless both hold the same of either."""
    for what, one, other in (("seed", first.index, second.index), ("pair", first.columns, second.columns)):
        if len(alone := one.symmetric_difference(other)):
            raise InputError(
                f"gradients: {what} {alone[0]} stands on one side of a difference only; measure both"
            )
    return first - second


def _linearised(frame: pd.DataFrame, below: str) -> pd.DataFrame:
    """(seeds, pairs) shares R + (a_i - R b_i) / mean(b) of each seed's ratio R = mean(a) / mean(b)."""
    a, b = _table(frame, "essential"), _table(frame, below)
    ratio, mean = a.mean(axis=1) / b.mean(axis=1), b.mean(axis=1)
    return a.sub(b.mul(ratio, axis=0)).div(mean, axis=0).add(ratio, axis=0)


def clusters_of(pairs: Sequence[str]) -> tuple[str, list[str]]:
    """What is independent among sentence pairs, `image` or `pair`, and which one each belongs to.

    All pairs of SNLI about one picture share its caption or a paraphrase of it; `3416050480.jpg#4r1n` is a
    pair on the picture 3416050480.jpg.
    """
    images = [pair.partition("#")[0] for pair in pairs]
    return ("image" if any("#" in pair for pair in pairs) else "pair"), images


def _effect(
    contrast: str, measure: str, unit: str, table: pd.DataFrame, scale: str, data: str, evidence: str
) -> Effect:
    kept = table.dropna(axis=1)
    cluster, clusters = clusters_of(list(map(str, kept.columns)))
    seeds, documents = kept.shape
    bounds = (-1.0, 1.0) if unit == "share" or measure.startswith("AUC") else None
    rest: tuple[Any, ...] = (cluster,)
    if documents > 1:
        estimate, *found = compare(kept.to_numpy(), clusters, bounds=bounds)
        rest += tuple(found)
    else:
        estimate = Estimate(float(kept.to_numpy().mean()), math.nan, math.nan)
    return Effect(
        *("gradients", contrast, measure, unit, scale, data, seeds, documents), *estimate, evidence, *rest
    )
