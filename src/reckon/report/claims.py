"""What the decks claim between their numbers, each settled by a measured effect.

`reported/claims.csv` holds one line a claim: which effect must lie on which side of which margin.
A claim is judged at every scale and on every data set that measured its effect, for an ordering can be
tested where a number cannot.
"""

import csv
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reckon.errors import InputError
from reckon.files.rows import rows_of
from reckon.files.writing import writing
from reckon.report.chance import ERROR, hidden, holm, p_value, smallest_effect
from reckon.steps.chain import Chain
from reckon.tables.effects import Effect, read_effects
from reckon.tables.transcription import Transcription

DIRECTIONS = ("greater", "less")
VERDICTS = ("supported", "contradicted", "inconclusive", "not_run", "tampered")
SETTLED = ("supported", "contradicted")
COLUMNS = (
    *(
        "claim",
        "deck",
        "table",
        "line",
        "statement",
        "experiment",
        "contrast",
        "measure",
        "direction",
        "margin",
    ),
    *("unit", "scale", "data", "n_seeds", "n_documents", "cluster", "n_clusters"),
    *("effect", "ci_low", "ci_high", "detectable", "p_value"),
    *("verdict", "p_holm", "after_holm", "reason", "evidence"),
)
Row = dict[str, str]


@dataclass(frozen=True)
class Claim:
    """A sentence of a deck as an inequality: `measure` of `contrast` is greater (less) than `margin`."""

    claim: str
    deck: str
    table: str  # the reported table that it is about; may be empty
    line: int
    statement: str
    experiment: str
    contrast: str
    measure: str
    direction: str
    margin: float
    given: str  # a claim without which this one says nothing on the same data; may be empty
    not_run: str  # why nothing measures it, when nothing does


def read_claims(path: str | os.PathLike[str], transcription: Transcription) -> list[Claim]:
    """Read `reported/claims.csv`; raises `InputError` with file and line for anything malformed.

    Claims name decks and tables of the transcription, and each name stands once. What a claim rests on is
    a claim that rests on none.
    """
    decks = {deck.deck for deck in transcription.decks}
    seen: dict[str, int] = {}
    claims = rows_of(Path(path), Claim)
    for number, claim in enumerate(claims, 2):
        where = f"{path}:{number}"
        if claim.claim in seen:
            raise InputError(f"{where}: claim {claim.claim!r} stands on line {seen[claim.claim]} too")
        if claim.deck not in decks:
            raise InputError(f"{where}: deck {claim.deck!r} is not in decks.csv")
        if claim.table and claim.table not in transcription.tables:
            raise InputError(f"{where}: table {claim.table!r} is not in tables.csv")
        if claim.direction not in DIRECTIONS:
            raise InputError(f"{where}: direction is {claim.direction!r}, not one of {', '.join(DIRECTIONS)}")
        if not math.isfinite(claim.margin):
            raise InputError(f"{where}: margin is {claim.margin}; give a finite number")
        seen[claim.claim] = number
    grounds = {claim.claim for claim in claims if not claim.given}
    for number, claim in enumerate(claims, 2):
        if claim.given and claim.given not in grounds:
            raise InputError(f"{path}:{number}: given is {claim.given!r}, not a claim that rests on none")
    return claims


def settled(
    claims: Iterable[Claim],
    sources: Mapping[str, Sequence[Effect]],
    results: str = ".",
    *,
    recorded: bool = False,
) -> list[Row]:
    """One row a claim and measured effect (data set and scale), or one `not_run` row; all as text.

    `sources` gives the effects by the path of their file; `results` and `recorded` as in
    `reckon.steps.chain.tampered`. A claim that rests on another is settled only
    where that one is supported.
    """
    claims = list(claims)
    chain = Chain(results)
    changed = {path: tuple(chain.faults(path, recorded=recorded)) for path in sources}
    rows = []
    for claim in claims:
        found = [
            (path, effect)
            for path, effects in sources.items()
            for effect in effects
            if (effect.experiment, effect.contrast, effect.measure)
            == (claim.experiment, claim.contrast, claim.measure)
        ]
        rows += [_row(claim, effect, *settle(claim, effect, changed[path])) for path, effect in found]
        if not found:
            missing = claim.not_run or f"no effect file holds {claim.measure!r} of {claim.contrast!r}"
            rows.append(_row(claim, None, "not_run", missing))
    grounds = {(row["claim"], row["scale"], row["data"]): row["verdict"] for row in rows}
    given = {claim.claim: claim.given for claim in claims if claim.given}
    return corrected(
        [_on_its_ground(row, given[row["claim"]], grounds) if row["claim"] in given else row for row in rows]
    )


def corrected(rows: Sequence[Row]) -> list[Row]:
    """The rows with Holm's correction for all that were tested: `p_holm`, and the verdict that it leaves.

    A row is tested if it has a p; what no chance enters is not. A verdict that its corrected p does not
    carry at 5 % is `inconclusive` in `after_holm`; the plain one stands beside it.
    """
    tested = [place for place, row in enumerate(rows) if row["p_value"]]
    held = dict(zip(tested, holm([float(rows[place]["p_value"]) for place in tested]), strict=True))
    return [
        row | {"p_holm": _text(held[place]), "after_holm": _after(row["verdict"], held[place])}
        if place in held
        else row | {"after_holm": row["verdict"]}
        for place, row in enumerate(rows)
    ]


def _after(verdict: str, p: float) -> str:
    return "inconclusive" if verdict in SETTLED and p >= ERROR else verdict


def _on_its_ground(row: Row, given: str, verdicts: Mapping[tuple[str, str, str], str]) -> Row:
    """`inconclusive` in place of a verdict for a claim whose ground is not supported on the same data."""
    if row["verdict"] not in SETTLED:
        return row
    ground = verdicts.get((given, row["scale"], row["data"]), "not measured")
    if ground == "supported":
        return row
    reason = f"{row['reason']}, but says nothing unless {given}, which is {ground} here"
    return row | {"verdict": "inconclusive", "reason": reason}


def settle(claim: Claim, effect: Effect, changed: Sequence[str] = ()) -> tuple[str, str]:
    """Verdict and reason: the whole 95 % interval on the claimed side of the margin, or on the other.

    Where nothing is true, `supported` and `contradicted` together come out in at most 5 % of the cases
    (docs/validity.md says for which data that was tried). What the interval assumes is asked first: more
    than one training seed, clusters that the data name, seeds of one kind.
    """
    if changed:
        return "tampered", "; ".join(changed)
    if fault := _unfit(effect):
        return "inconclusive", fault
    sign = 1 if claim.direction == "greater" else -1
    low, high = sorted((sign * effect.ci_low, sign * effect.ci_high))
    what = "the whole 95 % interval" if low < high else "the value"
    if low > sign * claim.margin:
        verdict, side = "supported", "claimed"
    elif high < sign * claim.margin:
        verdict, side = "contradicted", "other"
    else:
        return "inconclusive", f"the 95 % interval holds {claim.margin:g}"
    found = f"{what} lies on the {side} side of {claim.margin:g}"
    unseen = hidden(effect, claim.margin)
    return ("inconclusive", f"{found}, but {unseen}") if unseen else (verdict, found)


def _unfit(effect: Effect) -> str:
    """Why the effect settles nothing, whatever the claim; empty if it can."""
    if not math.isfinite(effect.effect):
        return f"the effect is {effect.effect}, not a finite number"
    if not effect.n_seeds:
        return ""
    if effect.n_seeds == 1:
        return "one training seed: its interval would not cover the luck of the seed"
    if not (math.isfinite(effect.ci_low) and math.isfinite(effect.ci_high)):
        return effect.doubt or "the seeds give no interval"
    if effect.effect == effect.ci_low == effect.ci_high == 0:
        return "both sides agree in every seed and document: is the setting wired?"
    if effect.ci_low == effect.ci_high:
        return "the seeds do not change the result: is the seed wired?"
    if effect.n_documents and not effect.cluster:
        return "its interval takes every document for independent: name their cluster and measure again"
    return effect.doubt


def effects_by_path(paths: Iterable[str]) -> dict[str, list[Effect]]:
    """Read the effect files of all experiments that ran."""
    return {path: read_effects(path) for path in paths}


def write_rows(path: str | os.PathLike[str], rows: Iterable[Row]) -> None:
    """Write the settled claims as csv, atomically."""
    with writing(path) as out:
        writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _row(claim: Claim, effect: Effect | None, verdict: str, reason: str) -> Row:
    stated = {name: str(getattr(claim, name)) for name in COLUMNS[:9]} | {"margin": f"{claim.margin:g}"}
    judged = {"verdict": verdict, "reason": reason}
    if effect is None:
        return dict.fromkeys(COLUMNS, "") | stated | judged
    names = ("unit", "scale", "data", "n_seeds", "n_documents", "cluster", "n_clusters")
    measured = {name: str(getattr(effect, name)) for name in names}
    numbers = {name: _text(getattr(effect, name)) for name in ("effect", "ci_low", "ci_high")}
    p = None if verdict == "tampered" or _unfit(effect) else p_value(effect, claim.margin)
    numbers |= {"detectable": _text(smallest_effect(effect)), "p_value": "" if p is None else _text(p)}
    return stated | measured | numbers | judged | {"evidence": effect.evidence}


def _text(value: float) -> str:
    return repr(float(value)) if math.isfinite(value) else ""
