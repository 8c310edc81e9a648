"""How long Snakemake takes to plan, and how much memory: dry runs of the scale `full` with many seeds.

    python tools/studies/plan_scale.py                     # 20 seeds, then as many as give 10,000 jobs
    python tools/studies/plan_scale.py --seeds 3 20 100

The results would lie in an empty folder, so that every job is planned. Prints one csv line a plan: seeds,
jobs, seconds (wall and processor) and peak memory.
"""

import argparse
import csv
import os
import re
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import yaml

ROOT = Path(__file__).parents[2]
JOBS = 10_000
COLUMNS = ("seeds", "jobs", "seconds", "cpu_seconds", "peak_mb")


def plan(seeds: int) -> dict[str, float]:
    """Plan the final table of `full` with `seeds` training seeds of question answering and of gradients."""
    numbers = list(range(seeds))
    changes = {
        "experiments": ["qa", "fem", "gradients"],
        "qa": {"pages": {"natural_questions": {"seeds": numbers}}, "readers": _seeds_of_roles(numbers)},
        "gradients": {"seeds": numbers},
    }
    with tempfile.TemporaryDirectory() as folder:
        overlay = Path(folder) / "seeds.yaml"
        overlay.write_text(yaml.safe_dump(changes | {"results": f"{folder}/results"}), "utf-8")
        files = ["--configfile", "config/full.yaml", str(overlay)]
        command = [sys.executable, "-m", "snakemake", "-n", "-p", "--quiet", "rules", "reason", *files]
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
        done = subprocess.run(
            [*command, "--", "final_table"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT / "src")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        seconds, after = perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(done.stdout[-3000:])
    return {
        "seeds": seeds,
        "jobs": int(re.findall(r"^total +(\d+)", done.stdout, re.M)[-1]),
        "seconds": round(seconds, 1),
        "cpu_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
        "peak_mb": round(after.ru_maxrss / 1024),  # of the largest plan so far: plan the smallest first
    }


def _seeds_of_roles(numbers: list[int]) -> dict[str, dict[str, list[int]]]:
    """The demo gives strong models one seed; here they have all."""
    return {role: {"seeds": numbers} for role in ("strong", "strong_2")}


def main() -> None:
    """Parse, plan, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, nargs="+", help="default: 20, and as many as give 10,000 jobs")
    args = parser.parse_args()
    out = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    out.writeheader()
    plans = []
    for seeds in args.seeds or (20, 40):
        plans.append(plan(seeds))
        out.writerow(plans[-1])
    if not args.seeds:  # the number of jobs is linear in the number of seeds
        first, second = plans
        per_seed = (second["jobs"] - first["jobs"]) / (second["seeds"] - first["seeds"])
        out.writerow(plan(second["seeds"] + -int(-(JOBS - second["jobs"]) // per_seed)))


if __name__ == "__main__":
    main()
