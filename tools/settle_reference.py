"""Cells, claims and report of a reference, anew from what tools/keep_reference.py kept of each experiment.

    python tools/settle_reference.py --reference reference/laptop --experiment gradients \
        --cells results/final_table.csv

The cells of the experiment's tables are taken from the final table of its own run; the others stay.
"""

import argparse
import csv
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from reckon.files.writing import writing
from reckon.report.final_table import Row, read_rows, write_rows
from reckon.report.markdown import markdown
from reckon.steps.program import run
from reckon.tables.transcription import Transcription, read_transcription

ROOT = Path(__file__).parents[1]
MADE = ("final_table.csv", "final_table.md", "final_table.tex", "claims.csv", "report.html")


def main() -> None:
    """Put the new cells in, settle the claims, make the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--reference", type=Path, required=True, help="folder of a scale")
    parser.add_argument("--experiment", required=True)
    parser.add_argument("--cells", type=Path, required=True, help="final table of the experiment's run")
    args = parser.parse_args()
    transcription = read_transcription(ROOT / "reported")
    rows = spliced(
        read_rows(args.reference / "final_table.csv"), read_rows(args.cells), transcription, args.experiment
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        lay_out(args.reference, folder / "results")
        write_rows(folder / "results/final_table.csv", rows)
        with writing(folder / "results/final_table.md") as out:
            out.write(markdown(transcription, rows, scale=args.reference.name))
        make_page(folder, args.reference.name)
        for name in MADE:
            shutil.copyfile(folder / "results" / name, args.reference / name)


def spliced(old: list[Row], new: list[Row], transcription: Transcription, experiment: str) -> list[Row]:
    """The old rows, those of the experiment's tables from `new`; both list every reported cell in order."""
    of_it = {name for name, table in transcription.tables.items() if table.experiment == experiment}
    return [after if after["table"] in of_it else before for before, after in zip(old, new, strict=True)]


def lay_out(reference: Path, results: Path) -> None:
    """What was kept, at the places where a run has it; wall times become benchmark files again."""
    for kept in sorted(path for path in reference.iterdir() if path.is_dir()):
        shutil.copytree(kept, results / kept.name)
        with open(kept / "wall_times.csv", encoding="utf-8", newline="") as lines:
            for job in csv.DictReader(lines):
                path = results / "benchmarks" / f"{job.pop('job')}.tsv"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("\t".join(job) + "\n" + "\t".join(job.values()) + "\n", "utf-8")


def make_page(folder: Path, scale: str) -> None:
    """Run the programs of the rules in `folder`, whose paths are then those of a run."""
    for name in ("reported", "workflow"):
        (folder / name).symlink_to(ROOT / name)
    found = {
        kind: sorted(str(path.relative_to(folder)) for path in (folder / "results").glob(pattern))
        for kind, pattern in (
            ("metrics", "*/metrics.csv"),
            ("effects", "*/effects.csv"),
            ("figures", "*/**/*.svg"),
        )
    }
    programs = {
        "audit_reported": [
            *("--findings", "results/audit/findings.csv", "--markdown", "results/audit/findings.md")
        ],
        "settle_claims": ["--effects", *found["effects"], "--out", "results/claims.csv"],
        "report": [
            *("--table", "results/final_table.csv", "--scale", scale, "--claims", "results/claims.csv"),
            *("--findings", "results/audit/findings.csv", "--benchmarks", "results/benchmarks"),
            *(word for kind in ("metrics", "figures") if found[kind] for word in (f"--{kind}", *found[kind])),
            *(f"--options=--configfile config/{scale}.yaml", "--latex", "results/final_table.tex"),
            *("--html", "results/report.html", "--captions", "workflow/report"),
        ],
    }
    for name, options in programs.items():
        command = [sys.executable, f"workflow/scripts/{name}.py", "--reported", "reported", *options]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
        subprocess.run(command, cwd=folder, env=environment, check=True)


if __name__ == "__main__":
    run(main)
