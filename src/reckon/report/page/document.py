"""The page itself: templates filled with what was read; every text of the data is escaped."""

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from reckon.files.escaping import visible
from reckon.files.folders import DEFAULT
from reckon.files.hashes import fingerprint
from reckon.report.claims import VERDICTS as CLAIM_VERDICTS
from reckon.report.difference import Change, differences
from reckon.report.final_table import FATAL, Row, counts
from reckon.report.page import numbers
from reckon.report.page.costs import Job, costs
from reckon.report.page.evidence import HASHES, command, logs
from reckon.report.page.figures import Picture
from reckon.report.page.forest import panels, small_scale, without_effect
from reckon.report.page.marks import MARKS
from reckon.report.page.sections import Cell, Chapter, chapters
from reckon.report.page.tidy import OUTCOMES
from reckon.report.sources import Source
from reckon.tables.transcription import Transcription

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class Contents:
    """What the page is made of; None where a file was not given, which its section then says."""

    transcription: Transcription
    rows: Sequence[Row]
    scale: str
    sources: Sequence[Source] = ()
    claims: Sequence[Row] | None = None
    findings: Sequence[Row] | None = None
    jobs: Sequence[Job] = ()
    pictures: Sequence[Picture] = ()
    previous: Sequence[Row] | None = None
    results: str = DEFAULT  # folder of this run's results
    options: str = ""  # of the commands that make a result again, such as --configfile config/laptop.yaml


def page(contents: Contents) -> str:
    """The whole page as HTML: style, script and pictures inside, no address outside.

    Its policy allows nothing but its own style and its own script, so that no text of the data can run.
    """
    style, script = (_asset(name) for name in ("page.css", "page.js"))
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        _environment()
        .get_template("page.html")
        .render(
            style=Markup(style),  # noqa: S704  our own files
            script=Markup(script),  # noqa: S704
            policy=policy,
            **_tables(contents),
            **_beside(contents),
        )
    )


def _tables(contents: Contents) -> dict[str, Any]:
    """What the page says about the reported cells."""
    found = chapters(contents.transcription, contents.rows, contents.sources, options=contents.options)
    cells = [cell for chapter in found for section in chapter.sections for cell in section.cells]
    return {
        "scale": contents.scale,
        "chapters": found,
        "counts": counts(contents.rows),
        "total": len(contents.rows),
        "computed": sum(bool(row["mean"]) for row in contents.rows),
        "small": sum(cell.small for cell in cells),
        "small_kinds": sorted({(c.row["scale"], c.row["data"]) for c in cells if c.small}),
        "tables": {section.table.table for chapter in found for section in chapter.sections},
        "fatal": [cell for cell in cells if cell.row["verdict"] in FATAL],
        "targets": _targets(found, contents),
        "changes": None if contents.previous is None else _changes(contents, cells),
        "previous_sha256": fingerprint(contents.previous) if contents.previous is not None else "",
    }


def _beside(contents: Contents) -> dict[str, Any]:
    """What stands beside the cells: claims, findings, costs, pictures."""
    claims, tables = contents.claims, contents.transcription.tables
    shown = panels(claims or (), tables)
    return {
        "claims": claims,
        "to_settle": command(f"{contents.results}/claims.csv", contents.options, again=False),
        "to_audit": command(f"{contents.results}/audit/findings.csv", contents.options, again=False),
        "claim_counts": _in_order(claims or (), "verdict", CLAIM_VERDICTS),
        "panels": shown,
        "small_claims": sum(effect.small for panel in shown for effect in panel.effects),
        "claims_without_effect": without_effect(claims or ()),
        "findings": contents.findings,
        "finding_counts": _in_order(contents.findings or (), "outcome", OUTCOMES),
        "costs": costs(contents.jobs),
        "longest": sorted(contents.jobs, key=lambda job: (-job.seconds, job.experiment, job.name))[:10],
        "pictures": contents.pictures,
    }


@dataclass(frozen=True)
class Target:
    """One metrics file, and what it was made from."""

    path: str
    titles: tuple[str, ...]  # of the tables that it serves
    command: str
    logs: str
    hashes: Mapping[str, str]
    device: str
    packages: Mapping[str, str]


def _targets(found: Iterable[Chapter], contents: Contents) -> list[Target]:
    records = {source.path: source.record or {} for source in contents.sources}
    sections = [section for chapter in found for section in chapter.sections]
    targets = []
    for path in dict.fromkeys(section.table.target for section in sections if section.table.target):
        own = [section for section in sections if section.table.target == path]
        cells = [cell for section in own for cell in section.cells if cell.row["mean"]]
        row = cells[0].row if cells else {}
        targets.append(
            Target(
                path,
                tuple(section.table.title for section in own),
                command(path, contents.options),
                logs(path),
                {name: row[name] for name in HASHES if row.get(name)},
                row.get("device", ""),
                records.get(path, {}).get("packages", {}),
            )
        )
    return targets


def _changes(contents: Contents, cells: Sequence[Cell]) -> list[tuple[Change, str]]:
    """Changes since the earlier table, each with the anchor of its cell; empty for one that is gone."""
    anchors = {id(cell.row): cell.anchor for cell in cells}
    return [
        (change, anchors.get(id(change.now), ""))
        for change in differences(contents.previous or (), contents.rows)
    ]


def _in_order(rows: Iterable[Row], column: str, order: Sequence[str]) -> dict[str, int]:
    found = Counter(row[column] for row in rows)
    return {name: found[name] for name in order if found[name]}


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {name: getattr(numbers, name) for name in ("short", "brief", "signed", "duration")}
    environment.globals |= {
        "MARKS": MARKS,
        "interval": numbers.interval,
        "small_scale": small_scale,
        "VERDICT_ORDER": {name: place for place, name in enumerate(MARKS)},
    }
    return environment


def _shown(value: Any) -> Any:
    """What `{{ }}` writes: text of the data without characters that act on the text around it."""
    return visible(value) if type(value) is str else value  # what is Markup went through here already


def _asset(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


def _hash(text: str) -> str:
    """The hash by which a browser knows an inline style or script as ours."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
