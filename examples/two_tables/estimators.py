"""The study itself: efficiencies by formula, errors of small samples by simulation; one seed, one file."""

import argparse
import math

import numpy as np
from scipy.stats import laplace, norm, trim_mean, uniform

from reckon.tables.metrics import Metric, write_metrics

SAMPLES, SIZE, TRIM = 20_000, 25, 0.2
ESTIMATORS = {
    "Mean": lambda samples: samples.mean(axis=1),
    "Median": lambda samples: np.median(samples, axis=1),
    "Trimmed mean": lambda samples: trim_mean(samples, TRIM, axis=1),
}


def efficiencies() -> dict[str, float]:
    """4 f(m)² σ² of three symmetric densities around their median m, and their average."""
    densities = {"Normal": norm(), "Laplace": laplace(), "Uniform": uniform()}
    found = {name: 4 * d.pdf(d.median()) ** 2 * d.var() for name, d in densities.items()}
    return found | {"Average": math.fsum(found.values()) / len(found)}


def errors(seed: int) -> dict[tuple[str, str], float]:
    """The sample size times the mean squared error by (estimator, distribution)."""
    rng = np.random.default_rng(seed)
    drawn = {name: getattr(rng, name.lower())(size=(SAMPLES, SIZE)) for name in ("Normal", "Laplace")}
    return {
        (estimator, name): float(SIZE * np.mean(estimate(samples) ** 2))
        for name, samples in drawn.items()
        for estimator, estimate in ESTIMATORS.items()
    }


def main() -> None:
    """All values of the paper for the seeds that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", required=True)
    parser.add_argument("--out", required=True)
    args = parser.parse_args()

    def metric(table: str, row: str, column: str, seed: int, value: float, unit: str, data: str) -> Metric:
        return Metric("estimators", table, row, column, seed, value, unit, SAMPLES, "full", data, args.out)

    rows = [
        metric("efficiency", "Median", name, 0, value, "1", "exact") for name, value in efficiencies().items()
    ]
    for seed in args.seeds:
        found = errors(seed)
        rows += [metric("errors", *cell, seed, value, "1", "simulated") for cell, value in found.items()]
        gain = 100 * (1 - found["Median", "Laplace"] / found["Mean", "Laplace"])
        rows.append(metric("gain", "Median", "Laplace", seed, gain, "%", "simulated"))
    write_metrics(args.out, rows)


if __name__ == "__main__":
    main()
