"""Put every reported cell beside what was recomputed, with a verdict."""

from typing import Annotated

from reckon.errors import InputError
from reckon.files.folders import DEFAULT
from reckon.files.writing import writing
from reckon.report.final_table import counts, final_rows, strays, write_rows
from reckon.report.markdown import markdown as as_markdown
from reckon.report.sources import read_source
from reckon.steps.program import Read, Write, step
from reckon.tables.transcription import read_transcription


def final_table(
    *,
    reported: Annotated[list[Read], "the transcription"],
    metrics: Annotated[list[Read], "of the experiments that ran"] = [],  # noqa: B006  never changed
    scale: str,
    results: Annotated[str, "folder of this run's results"] = DEFAULT,
    planned_seeds: Annotated[list[str], "NAME=N, of an experiment or experiment:row"] = [],  # noqa: B006
    config_sha256: Annotated[str, "for metrics without a record"] = "",
    table: Write,
    markdown: Write,
) -> None:
    """Read the transcription and the metrics, judge, write, and print the counts by verdict."""
    transcription = read_transcription(reported[0].parent, results=results)
    sources = [read_source(str(path)) for path in metrics]
    planned = dict(_planned(text) for text in planned_seeds)
    rows = final_rows(transcription, sources, scale=scale, planned=planned, config_sha256=config_sha256)
    with writing(markdown) as out:
        out.write(as_markdown(transcription, rows, scale=scale))
    write_rows(table, rows)
    for name in strays(transcription, sources)[:10]:
        print(f"no reported cell has this name: {name}")
    for verdict, number in counts(rows).items():
        print(f"{number:6} {verdict}")
    print(f"{len(rows):6} cells: {table}")


def _planned(text: str) -> tuple[str, int]:
    name, _, number = text.rpartition("=")
    if not name or not number.isdecimal():
        raise InputError(f"--planned-seeds: expected NAME=N, found {text!r}")
    return name, int(number)


if __name__ == "__main__":
    step(final_table)
