"""Keep the small files of a finished run, with its wall times and its machine, as the reference of a scale.

python tools/keep_reference.py --results results --experiment qa --out reference/laptop/qa
"""

import argparse
import csv
import json
import platform
import shutil
from pathlib import Path

from reckon.errors import InputError
from reckon.files.reading import reading
from reckon.files.writing import writing
from reckon.steps.program import run

KEPT = ("*.csv", "*.svg", "*/*.json", "*/sift/seed*/sift.json", "figures/*.svg")
# Made by programs of tools/studies, not by the workflow.
STUDIED = ("word_pairs.csv", "stacks.csv", "two_processes.csv")
WALL_TIMES = ("job", "s", "cpu_time", "max_rss")


def main() -> None:
    """Copy, sum up, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--results", type=Path, required=True)
    parser.add_argument("--experiment", required=True, help="folder of the results, such as qa")
    parser.add_argument("--out", type=Path, required=True, help="replaced, but for STUDIED")
    args = parser.parse_args()
    source = args.results / args.experiment
    files = sorted({path for pattern in KEPT for path in source.glob(pattern) if _is_kept(path)})
    if not files:
        raise InputError(f"{source}: no results; run the workflow first")
    _make_room(args.out)
    for path in files:
        target = args.out / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    jobs = [_job(path, args.results / "benchmarks") for path in _benchmarks(args.results, args.experiment)]
    with writing(args.out / "wall_times.csv") as out:
        writer = csv.DictWriter(out, WALL_TIMES, lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(jobs)
    with writing(args.out / "machine.json") as out:
        json.dump(_machine(), out, indent=1, sort_keys=True)
    print(f"{len(files)} files, {len(jobs)} jobs: {args.out}")


def _is_kept(path: Path) -> bool:
    return path.is_file() and not path.name.endswith(".prov.json")


def _make_room(folder: Path) -> None:
    for path in folder.glob("*"):
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name not in STUDIED:
            path.unlink()


def _benchmarks(results: Path, experiment: str) -> list[Path]:
    return sorted((results / "benchmarks" / experiment).rglob("*.tsv"))


def _job(path: Path, top: Path) -> dict[str, str]:
    with reading(path) as lines:
        return {"job": str(path.relative_to(top).with_suffix(""))} | next(
            csv.DictReader(lines, delimiter="\t")
        )


def _machine() -> dict[str, object]:
    """Processor, cores, memory, Python; no name of the host. Versions of packages are those of envs/."""
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    with open("/proc/meminfo", encoding="utf-8") as lines:
        memory = next(line.split()[1] for line in lines if line.startswith("MemTotal"))
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": len(models),
        "memory_gib": round(int(memory) / 2**20, 1),
        "python": platform.python_version(),
        "system": platform.system(),
    }


if __name__ == "__main__":
    run(main)
