"""The effects that the deck's claims about question answering rest on, with their intervals."""

import argparse
from pathlib import Path

from reckon.qa.effects import by_system, differences, easy_negatives, work_saved
from reckon.qa.metrics import read_run
from reckon.qa.sampling import read_distribution
from reckon.steps.program import run
from reckon.steps.provenance import own_code, stamp
from reckon.tables.effects import write_effects


def main() -> None:
    """Parse, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--by-page", type=Path, nargs="+", required=True, help="of every system and seed")
    parser.add_argument("--negatives", type=Path, nargs="+", required=True)
    parser.add_argument("--sifts", type=Path, nargs="*", default=[])
    parser.add_argument("--contrasts", nargs="+", required=True, metavar="SYSTEM:OTHER")
    parser.add_argument("--baselines", nargs="+", required=True, help="systems without training")
    parser.add_argument("--scale", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--lock", type=Path, help="pins of the environment, for the sidecar")
    args = parser.parse_args()
    effects = []
    for data, systems in by_system(args.by_page).items():
        for system, other in (pair.split(":") for pair in args.contrasts):
            trained = other not in args.baselines
            effects += differences(data, args.scale, system, other, systems, trained=trained)
    for data, systems in by_system(args.negatives).items():
        files = systems["fast_uniform"]
        drawn = {seed: read_distribution(path) for seed, path in files.items()}
        effects += easy_negatives(data, args.scale, drawn, min(files.values()))
    for data, systems in by_system(args.sifts).items():
        reports = [read_run(path) for _, path in sorted(systems["sift"].items())]
        effects.append(work_saved(data, args.scale, reports))
    write_effects(args.out, effects)
    inputs = [*args.by_page, *args.negatives, *args.sifts]
    stamp(args.out, inputs, own_code(), {"contrasts": args.contrasts}, args.lock)


if __name__ == "__main__":
    run(main)
