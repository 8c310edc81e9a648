from pathlib import Path
from typing import Annotated

from reckon.files.folders import DEFAULT
from reckon.files.writing import writing
from reckon.report.final_table import read_rows
from reckon.report.latex import latex as as_latex
from reckon.report.page.costs import read_jobs
from reckon.report.page.document import Contents, page
from reckon.report.page.evidence import read_source
from reckon.report.page.figures import read_pictures
from reckon.report.page.tidy import read_claims, read_findings
from reckon.steps.program import Read, Write, step
from reckon.steps.provenance import require_intact
from reckon.tables.transcription import read_transcription


def report(
    *,
    reported: Annotated[list[Read], "the transcription"],
    table: Annotated[Read, "final_table.csv"],
    scale: str,
    results: Annotated[str, "folder of this run's results"] = DEFAULT,
    metrics: Annotated[list[Read], "metrics files behind the table"] = [],  # noqa: B006  never changed
    claims: Annotated[Read | None, "claims.csv"] = None,
    findings: Annotated[Read | None, "findings.csv of the audit"] = None,
    benchmarks: Annotated[Path | None, "folder of Snakemake's benchmark files"] = None,
    figures: Annotated[list[Read], "SVG files"] = [],  # noqa: B006
    captions: Annotated[list[Read], "NAME.rst, of NAME.svg"] = [],  # noqa: B006
    previous: Annotated[Read | None, "an earlier final_table.csv to compare with"] = None,
    recorded: Annotated[bool, "table, claims and findings have records"] = False,
    options: Annotated[str, "options of the commands that make a result again"] = "",
    html: Write,
    latex: Write,
) -> None:
    """The report: one page that needs no network, and the final table in LaTeX beside it."""
    require_intact([path for path in (table, claims, findings) if path], recorded=recorded)
    transcription = read_transcription(reported[0].parent, results=results)
    rows = read_rows(table)
    contents = Contents(
        transcription,
        rows,
        scale,
        sources=[read_source(str(path)) for path in metrics],
        claims=read_claims(claims) if claims else None,
        findings=read_findings(findings) if findings else None,
        jobs=read_jobs(benchmarks) if benchmarks else [],
        pictures=read_pictures([str(path) for path in figures], captions[0].parent if captions else Path()),
        previous=read_rows(previous) if previous else None,
        results=results,
        options=options,
    )
    text = page(contents)
    with writing(latex) as out:
        out.write(as_latex(transcription, rows, scale=scale))
    with writing(html) as out:
        out.write(text)
    print(f"{len(rows):6} cells, {len(text.encode()) / 1e6:.2f} MB: {html}")


if __name__ == "__main__":
    step(report)
