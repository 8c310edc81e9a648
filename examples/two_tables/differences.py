"""The effects that the paper's claims rest on: differences of errors on Laplace data, over the seeds."""

import argparse
from collections import defaultdict

from reckon.stats.crossed import compare_seeds
from reckon.tables.effects import WHOLE, Effect, write_effects
from reckon.tables.metrics import read_metrics

PAIRS = (("Mean", "Median"), ("Median", "Trimmed mean"))


def main() -> None:
    """Read the metrics, subtract seed by seed, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--metrics", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()
    values: dict[str, dict[int, float]] = defaultdict(dict)
    for metric in read_metrics(args.metrics):
        if (metric.table, metric.column) == ("errors", "Laplace"):
            values[metric.row][metric.seed] = metric.value
    effects = []
    for worse, better in PAIRS:
        found = [values[worse][seed] - values[better][seed] for seed in sorted(values[worse])]
        contrast = f"{worse} - {better}".lower()
        estimate, *rest = compare_seeds(found)
        effects.append(
            Effect(
                *("estimators", contrast, "Laplace", "1", "full", "simulated", len(found), 0),
                *estimate,
                args.metrics,
                WHOLE,
                *rest,
            )
        )
    write_effects(args.out, effects)


if __name__ == "__main__":
    main()
