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
from reckon.steps.provenance import tampered
from reckon.tables.effects import Effect, read_effects
from reckon.tables.transcription import Transcription

DIRECTIONS = ("greater", "less")
VERDICTS = ("supported", "contradicted", "inconclusive", "not_run", "tampered")
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
    *("unit", "scale", "data", "n_seeds", "n_documents", "effect", "ci_low", "ci_high"),
    *("verdict", "reason", "evidence"),
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


def settled(claims: Iterable[Claim], sources: Mapping[str, Sequence[Effect]]) -> list[Row]:
    """One row a claim and measured effect (data set and scale), or one `not_run` row; all as text.

    `sources` gives the effects by the path of their file. A claim that rests on another is settled only
    where that one is supported.
    """
    claims = list(claims)
    changed = {path: tuple(tampered(path)) for path in sources}
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
    return [
        _on_its_ground(row, given[row["claim"]], grounds) if row["claim"] in given else row for row in rows
    ]


def _on_its_ground(row: Row, given: str, verdicts: Mapping[tuple[str, str, str], str]) -> Row:
    """`inconclusive` in place of a verdict for a claim whose ground is not supported on the same data."""
    if row["verdict"] not in ("supported", "contradicted"):
        return row
    ground = verdicts.get((given, row["scale"], row["data"]), "not measured")
    if ground == "supported":
        return row
    reason = f"{row['reason']}, but says nothing unless {given}, which is {ground} here"
    return row | {"verdict": "inconclusive", "reason": reason}


def settle(claim: Claim, effect: Effect, changed: Sequence[str] = ()) -> tuple[str, str]:
    """Verdict and reason: the whole 95 % interval on the claimed side of the margin, or on the other.

    Where nothing is true, `supported` comes out in at most 2.5 % of the cases. One training seed cannot
    tell a system from its luck, so it settles nothing, however many documents there are.
    """
    if changed:
        return "tampered", "; ".join(changed)
    if not math.isfinite(effect.effect):
        return "inconclusive", f"the effect is {effect.effect}, not a finite number"
    if effect.n_seeds == 1:
        return "inconclusive", "one training seed: its interval would not cover the luck of the seed"
    if not (math.isfinite(effect.ci_low) and math.isfinite(effect.ci_high)):
        return "inconclusive", "the seeds give no interval"
    if effect.n_seeds and effect.effect == effect.ci_low == effect.ci_high == 0:
        return "inconclusive", "both sides agree in every seed and document: is the setting wired?"
    sign = 1 if claim.direction == "greater" else -1
    low, high = sorted((sign * effect.ci_low, sign * effect.ci_high))
    what = "the whole 95 % interval" if low < high else "the value"
    if low > sign * claim.margin:
        return "supported", f"{what} lies on the claimed side of {claim.margin:g}"
    if high < sign * claim.margin:
        return "contradicted", f"{what} lies on the other side of {claim.margin:g}"
    return "inconclusive", f"the 95 % interval holds {claim.margin:g}"


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
    measured = {
        name: str(getattr(effect, name)) for name in ("unit", "scale", "data", "n_seeds", "n_documents")
    }
    numbers = {name: _text(getattr(effect, name)) for name in ("effect", "ci_low", "ci_high")}
    return stated | measured | numbers | judged | {"evidence": effect.evidence}


def _text(value: float) -> str:
    return repr(float(value)) if math.isfinite(value) else ""
