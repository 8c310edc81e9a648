"""The report: one page that needs no network, and the final table in LaTeX beside it."""

import argparse
from pathlib import Path

from reckon.files.folders import DEFAULT
from reckon.files.writing import writing
from reckon.report.final_table import read_rows
from reckon.report.latex import latex
from reckon.report.page.costs import read_jobs
from reckon.report.page.document import Contents, page
from reckon.report.page.evidence import read_source
from reckon.report.page.figures import read_pictures
from reckon.report.page.tidy import read_claims, read_findings
from reckon.steps.program import run
from reckon.steps.provenance import require_intact
from reckon.tables.transcription import read_transcription


def main() -> None:
    """Read the tidy files that are given, write the page and the LaTeX table, and print what it weighs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reported", type=Path, required=True, help="folder of the transcription")
    parser.add_argument("--table", type=Path, required=True, help="final_table.csv")
    parser.add_argument("--scale", required=True)
    parser.add_argument("--results", default=DEFAULT, help="folder of this run's results")
    parser.add_argument("--metrics", nargs="*", default=[], help="metrics files behind the table")
    parser.add_argument("--claims", type=Path, help="claims.csv")
    parser.add_argument("--findings", type=Path, help="findings.csv of the audit")
    parser.add_argument("--benchmarks", type=Path, help="folder of the benchmark files")
    parser.add_argument("--figures", nargs="*", default=[], help="SVG files")
    parser.add_argument("--captions", type=Path, default=Path("workflow/report"), help="folder of NAME.rst")
    parser.add_argument("--previous", type=Path, help="an earlier final_table.csv to compare with")
    parser.add_argument("--options", default="", help="options of the commands that make a result again")
    parser.add_argument("--latex", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()

    require_intact([path for path in (arguments.table, arguments.claims, arguments.findings) if path])
    transcription = read_transcription(arguments.reported, results=arguments.results)
    rows = read_rows(arguments.table)
    contents = Contents(
        transcription,
        rows,
        arguments.scale,
        sources=[read_source(path) for path in arguments.metrics],
        claims=read_claims(arguments.claims) if arguments.claims else None,
        findings=read_findings(arguments.findings) if arguments.findings else None,
        jobs=read_jobs(arguments.benchmarks) if arguments.benchmarks else [],
        pictures=read_pictures(arguments.figures, arguments.captions),
        previous=read_rows(arguments.previous) if arguments.previous else None,
        results=arguments.results,
        options=arguments.options,
    )
    html = page(contents)
    with writing(arguments.latex) as out:
        out.write(latex(transcription, rows, scale=arguments.scale))
    with writing(arguments.out) as out:
        out.write(html)
    print(f"{len(rows):6} cells, {len(html.encode()) / 1e6:.2f} MB: {arguments.out}")


if __name__ == "__main__":
    run(main)
