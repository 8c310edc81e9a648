"""The tidy effect row: what claims are judged on.

An experiment measures an effect, such as the F1 of one system minus that of another, with an
interval over seeds and documents; whether a claim of the paper follows is judged elsewhere.
"""

import csv
import math
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields

from reckon.errors import InputError
from reckon.files.rows import rows_of
from reckon.files.writing import writing


@dataclass(frozen=True)
class Effect:
    """One measured effect with its 95 % interval; NaN where one seed or document gives none."""

    experiment: str
    contrast: str  # what is held against what, such as "fast_hard - fast_uniform"
    measure: str
    unit: str
    scale: str
    data: str
    n_seeds: int  # 0: no random number enters, the interval has no width
    n_documents: int  # 0: not averaged over documents
    effect: float
    ci_low: float
    ci_high: float
    evidence: str  # path of what it was computed from
    # What the data name as independent (article, image, annotator, page); `WHOLE`: the documents are all that
    # the claim is on, and no sample. Empty: nothing is named, and no claim on a sample can be settled.
    cluster: str = ""
    n_clusters: int = 0
    freedom: int = 0  # degrees of freedom of the interval; 0: not told, those of the seeds
    detectable: float = 0.0  # distance from a margin that as many runs find with a power of 80 %; 0: not told
    doubt: str = ""  # which assumption the data contradict, such as that no seed collapsed


WHOLE = "whole"
COLUMNS = tuple(field.name for field in fields(Effect))
_WHOLE_NUMBERS = ("n_seeds", "n_documents", "n_clusters", "freedom")
_NUMBERS = dict.fromkeys(_WHOLE_NUMBERS, int) | dict.fromkeys(
    ("effect", "ci_low", "ci_high", "detectable"), float
)


def write_effects(path: str | os.PathLike[str], effects: Iterable[Effect]) -> None:
    """Write effects as csv, atomically, numbers with 17 significant digits."""
    with writing(path) as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for effect in effects:
            row = asdict(effect)
            writer.writerow(row | {name: repr(kind(row[name])) for name, kind in _NUMBERS.items()})


def read_effects(path: str | os.PathLike[str]) -> list[Effect]:
    """Read what `write_effects` wrote; raises `InputError` with file and line for anything else.

    No effect stands twice, no interval ends before it begins or has one end only, and a difference of
    shares lies in [-1, 1].
    """
    effects = rows_of(path, Effect, remedy="make it again")
    seen: dict[tuple[str, ...], int] = {}
    for number, effect in enumerate(effects, 2):
        key = (effect.experiment, effect.contrast, effect.measure, effect.scale, effect.data)
        if fault := _fault(effect) or (f"the effect of line {seen[key]} again" if key in seen else ""):
            raise InputError(f"{path}:{number}: {fault}; make it again")
        seen[key] = number
    return effects


def _fault(effect: Effect) -> str:
    """What is impossible in one row; empty if nothing is."""
    low, high = effect.ci_low, effect.ci_high
    if low > high or math.isnan(low) != math.isnan(high):
        return f"ci_low {low} and ci_high {high} are no interval"
    return f"effect {effect.effect} is no share" if effect.unit == "share" and abs(effect.effect) > 1 else ""
