"""The commands of a study: each is a function whose signature is its command line, help and record.

What the programs of the workflow do with one file a result, these do for a whole folder: without words they
read `reported/` and the files that its tables name, and write below `results/`. Imports are inside, so that
the help and a slip of the typist need no library.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any

from reckon.errors import InputError
from reckon.steps.program import Done, Read, Write
from reckon.study.start import init

REPORTED = Path("reported")
TABLE = Path("results/final_table.csv")
CLAIMS = Path("results/claims.csv")
FINDINGS = Path("results/audit/findings.csv")
FINDINGS_AS_TEXT = FINDINGS.with_suffix(".md")
TABLE_AS_TEXT, TABLE_AS_TEX = TABLE.with_suffix(".md"), TABLE.with_suffix(".tex")
# What does not hold; all else is in order, or waits for a computation.
BROKEN = ("differs_better", "differs_worse", "tampered", "failed", "contradicted")
FOUND = 1  # exit code

Reported = Annotated[list[Read], "the transcription"]


def audit(
    *,
    reported: Reported = [REPORTED],  # noqa: B006  never changed
    texts: Annotated[list[Read], "of the papers; without, those of decks.csv that are here"] = [],  # noqa: B006
    unasked: Annotated[bool, "with the checks that names and bold prints promise"] = True,
    findings: Write = FINDINGS,
    markdown: Write = FINDINGS_AS_TEXT,
) -> Done | None:
    """Hold the printed numbers against each other and the paper's text; needs no data.

    Ends with 1 if a finding is inconsistent.
    """
    from reckon.audit.figures import read_library
    from reckon.audit.findings import counts, read_checks, write_findings
    from reckon.audit.findings import findings as found
    from reckon.audit.markdown import markdown as as_markdown
    from reckon.audit.unasked import unasked as promised
    from reckon.files.writing import writing

    folder = reported[0].parent
    library = read_library(folder)
    checks = read_checks(folder / "checks.csv") if (folder / "checks.csv").is_file() else {}
    checks |= promised(library, checks.values()) if unasked else {}
    rows = found(checks, library, texts)
    with writing(markdown) as out:
        out.write(as_markdown(rows))
    write_findings(findings, rows)
    wrong = [row for row in rows if row["outcome"] == "inconsistent"]
    for row in wrong:
        print(f"inconsistent: {row['check']}, line {row['line']}, printed {row['printed']}: {row['note']}")
    _say(counts(rows), findings)
    return _found if wrong else None


def settle(
    *,
    reported: Reported = [REPORTED],  # noqa: B006  never changed
    metrics: Annotated[list[Read], "without, the targets of tables.csv that are here"] = [],  # noqa: B006
    effects: Annotated[list[Read], "without, the effects.csv beside these"] = [],  # noqa: B006
    scale: Annotated[str, "of this run"] = "full",
    planned_seeds: Annotated[list[str], "EXPERIMENT=N; without, the seeds that are there"] = [],  # noqa: B006
    table: Write = TABLE,
    markdown: Write = TABLE_AS_TEXT,
    claims: Write = CLAIMS,
) -> Done | None:
    """Put every printed number beside the recomputed one, and judge the claims.

    Ends with 1 if a number differs, a claim is contradicted, or a file was changed by hand.
    """
    from reckon.files.writing import writing
    from reckon.report import claims as judged
    from reckon.report.final_table import final_rows, planned_of, strays, write_rows
    from reckon.report.markdown import markdown as as_markdown
    from reckon.report.sources import read_sources
    from reckon.tables.transcription import read_transcription

    folder = reported[0].parent
    transcription = read_transcription(folder)
    sources = read_sources(metrics, str(TABLE.parent))
    planned = _seeds_of(sources) | planned_of(planned_seeds)
    rows = final_rows(transcription, sources, scale=scale, planned=planned)
    said = judged.read_claims(folder / "claims.csv", transcription) if _has_claims(folder) else []
    measured = judged.effects_by_path([str(path) for path in effects])
    sentences = judged.settled(said, measured, str(TABLE.parent))
    with writing(markdown) as out:
        out.write(as_markdown(transcription, rows, scale=scale))
    write_rows(table, rows)
    judged.write_rows(claims, sentences)
    for name in strays(transcription, sources):
        print(f"no printed cell has this name: {name}")
    for row in (row for row in rows if row["verdict"] in BROKEN):
        print(f"{row['verdict']}: {_name(row)}: {_beside(row)}{row['reason']}")
    for row in (row for row in sentences if row["verdict"] in BROKEN):
        print(f"{row['verdict']}: {row['claim']}: {row['reason']}")
    _say(Counter(row["verdict"] for row in rows), table)
    if sentences:
        _say(Counter(row["verdict"] for row in sentences), claims)
    return _found if any(row["verdict"] in BROKEN for row in [*rows, *sentences]) else None


def report(
    *,
    reported: Reported = [REPORTED],  # noqa: B006  never changed
    table: Read = TABLE,
    metrics: Annotated[list[Read], "without, the targets of tables.csv that are here"] = [],  # noqa: B006
    claims: Annotated[Read | None, "without, results/claims.csv if it is here"] = None,
    findings: Annotated[Read | None, "without, results/audit/findings.csv if it is here"] = None,
    previous: Annotated[Read | None, "an earlier final_table.csv to compare with"] = None,
    scale: Annotated[str, "of this run"] = "full",
    html: Write = Path("results/report.html"),
    latex: Write = TABLE_AS_TEX,
) -> None:
    """Write what was settled and found as one page that needs no network, and as a TeX table."""
    from reckon.files.writing import writing
    from reckon.report.final_table import read_rows
    from reckon.report.latex import latex as as_latex
    from reckon.report.page.document import Contents, page
    from reckon.report.page.tidy import read_claims, read_findings
    from reckon.report.sources import read_sources
    from reckon.steps.provenance import require_intact
    from reckon.tables.transcription import read_transcription

    if not table.is_file():
        raise InputError(f"{table}: not there yet; run `reckon settle` first")
    require_intact([path for path in (table, claims, findings) if path])
    transcription, rows = read_transcription(reported[0].parent), read_rows(table)
    contents = Contents(
        transcription,
        rows,
        scale,
        sources=read_sources(metrics, str(TABLE.parent)),
        claims=read_claims(claims) if claims else None,
        findings=read_findings(findings) if findings else None,
        previous=read_rows(previous) if previous else None,
    )
    text = page(contents)
    with writing(latex) as out:
        out.write(as_latex(transcription, rows, scale=scale))
    with writing(html) as out:
        out.write(text)
    print(f"{len(rows)} cells: {html}")


def diff(
    old: Annotated[Read, "an earlier final_table.csv"], new: Annotated[Read, "a later one"]
) -> Done | None:
    """Tell which cells of two final tables are settled otherwise.

    Ends with 1 if a verdict changed, or a cell came or went.
    """
    from reckon.report.difference import differences
    from reckon.report.final_table import read_rows

    changes = differences(read_rows(old), read_rows(new))
    for change in changes:
        print(f"{_name(change.cell)}: {_settled(change.before)} -> {_settled(change.now)}")
    print(f"{len(changes)} cells are settled otherwise")
    return _found if any(change.verdict_changed for change in changes) else None


COMMANDS: dict[str, Callable[..., Done | None]] = {
    function.__name__: function for function in (init, audit, settle, report, diff)
}


def completed(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, and for lists and files that were not, those of the study that are there."""
    if "reported" not in given:
        return given
    if not (given["reported"] and given["reported"][0].is_file()):
        raise InputError("no transcription in reported/; go to the study's folder, or `reckon init FOLDER`")
    found: dict[str, Any] = {"claims": _here(CLAIMS), "findings": _here(FINDINGS)}
    if "metrics" in given or "texts" in given:
        found |= _of_transcription(given["reported"][0].parent)
    return given | {name: value for name, value in found.items() if name in given and not given[name]}


def _of_transcription(folder: Path) -> dict[str, list[Path]]:
    from reckon.tables.transcription import read_transcription

    transcription = read_transcription(folder)
    targets = {Path(table.target) for table in transcription.tables.values() if table.target}
    effects = {target.with_name("effects.csv") for target in targets}
    texts = {Path(deck.file) for deck in transcription.decks if deck.file}
    places = {"metrics": targets, "effects": effects, "texts": texts}
    return {name: sorted(filter(Path.is_file, paths)) for name, paths in places.items()}


def _here(path: Path) -> Path | None:
    return path if path.is_file() else None


def _has_claims(folder: Path) -> bool:
    return (folder / "claims.csv").is_file()


def _seeds_of(sources: Iterable[Any]) -> dict[str, int]:
    """Number of seeds that are there, by experiment: who plans none has done all."""
    seeds: dict[str, set[int]] = {}
    for metric in (metric for source in sources for metric in source.metrics):
        seeds.setdefault(metric.experiment, set()).add(metric.seed)
    return {name: len(numbers) for name, numbers in seeds.items()}


def _name(row: Mapping[str, str]) -> str:
    return f"{row['table']} | {row['row']} | {row['column']}"


def _beside(row: Mapping[str, str]) -> str:
    return f"printed {row['reported']}, recomputed {float(row['mean']):.6g}; " if row["mean"] else ""


def _settled(row: Mapping[str, str] | None) -> str:
    return f"{row['verdict']} {row['mean']}".strip() if row else "not there"


def _say(numbers: Mapping[str, int], path: Path) -> None:
    said = ", ".join(f"{number} {name}" for name, number in numbers.items() if number)
    print(f"{said or 'nothing to say'}: {path}")


def _found() -> None:
    raise SystemExit(FOUND)
