from typing import Annotated

from reckon.files.folders import DEFAULT
from reckon.files.writing import writing
from reckon.report.final_table import counts, final_rows, planned_of, strays, write_rows
from reckon.report.markdown import markdown as as_markdown
from reckon.report.sources import read_sources
from reckon.steps.program import Read, Write, step
from reckon.tables.transcription import read_transcription


def final_table(
    *,
    reported: Annotated[list[Read], "the transcription"],
    metrics: Annotated[list[Read], "of the experiments that ran"] = [],  # noqa: B006  never changed
    scale: str,
    results: Annotated[str, "folder of this run's results"] = DEFAULT,
    planned_seeds: Annotated[list[str], "NAME=N, of an experiment or experiment:row"] = [],  # noqa: B006
    recorded: Annotated[bool, "every metrics file has a record"] = False,
    config_sha256: Annotated[str, "for metrics without a record"] = "",
    table: Write,
    markdown: Write,
) -> None:
    """Put every reported cell beside what was recomputed, with a verdict."""
    transcription = read_transcription(reported[0].parent, results=results)
    sources = read_sources([str(path) for path in metrics], results, recorded=recorded)
    planned = planned_of(planned_seeds)
    rows = final_rows(transcription, sources, scale=scale, planned=planned, config_sha256=config_sha256)
    with writing(markdown) as out:
        out.write(as_markdown(transcription, rows, scale=scale))
    write_rows(table, rows)
    for name in strays(transcription, sources)[:10]:
        print(f"no reported cell has this name: {name}")
    for verdict, number in counts(rows).items():
        print(f"{number:6} {verdict}")
    print(f"{len(rows):6} cells: {table}")


if __name__ == "__main__":
    step(final_table)
