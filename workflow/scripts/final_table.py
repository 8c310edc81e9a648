"""Put every reported cell beside what was recomputed: final_table.csv, and .md beside it."""

import argparse
from pathlib import Path

from reckon.errors import InputError
from reckon.files.folders import DEFAULT
from reckon.files.writing import writing
from reckon.report.final_table import counts, final_rows, strays, write_rows
from reckon.report.markdown import markdown
from reckon.report.sources import read_source
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp_all
from reckon.tables.transcription import read_transcription


def main() -> None:
    """Read the transcription and the metrics files, judge, write, and print the counts by verdict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reported", type=Path, required=True, help="folder of the transcription")
    parser.add_argument("--metrics", nargs="*", default=[], help="metrics files of the experiments that ran")
    parser.add_argument("--scale", required=True)
    parser.add_argument("--results", default=DEFAULT, help="folder of this run's results")
    parser.add_argument(
        "--planned-seeds",
        nargs="*",
        default=[],
        metavar="NAME=N",
        help="NAME: an experiment, or experiment:row",
    )
    parser.add_argument("--config-sha256", default="", help="for metrics without a provenance sidecar")
    parser.add_argument("--out", type=Path, required=True, help="the csv; the Markdown goes beside it")
    arguments = parser.parse_args()

    transcription = read_transcription(arguments.reported, results=arguments.results)
    sources = [read_source(path) for path in arguments.metrics]
    planned = dict(_planned(text) for text in arguments.planned_seeds)
    rows = final_rows(
        transcription, sources, scale=arguments.scale, planned=planned, config_sha256=arguments.config_sha256
    )
    with writing(arguments.out.with_suffix(".md")) as out:
        out.write(markdown(transcription, rows, scale=arguments.scale))
    write_rows(arguments.out, rows)
    written = [arguments.out, arguments.out.with_suffix(".md")]
    stamp_all(written, arguments.metrics, own_code(), {"scale": arguments.scale, "planned": planned})
    for name in strays(transcription, sources)[:10]:
        print(f"no reported cell has this name: {name}")
    for verdict, number in counts(rows).items():
        print(f"{number:6} {verdict}")
    print(f"{len(rows):6} cells: {arguments.out}")


def _planned(text: str) -> tuple[str, int]:
    name, _, number = text.rpartition("=")
    if not name or not number.isdecimal():
        raise InputError(f"--planned-seeds: expected NAME=N, found {text!r}")
    return name, int(number)


if __name__ == "__main__":
    run(main)
