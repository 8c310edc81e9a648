from functools import partial

import numpy as np

from reckon.files.svg import save_svg
from reckon.lecture.vanishing_gradient import SCALES, drawn, lstm_norms, network_norms, slope
from reckon.stats.intervals import seed_interval
from reckon.steps.program import Write, step
from reckon.tables.metrics import Metric, write_metrics

SEEDS = range(10)
NETWORKS = {"recurrent network": network_norms} | {
    f"LSTM, forget bias {bias}": partial(lstm_norms, forget_bias=bias) for bias in (0, 1, 3)
}


def vanishing_gradient(*, scale: str, out: Write, figure: Write) -> None:
    """Norms of ∂L/∂h_t by distance before training, by network and recurrent scale; slopes over seeds."""
    curves = {
        (name, recurrent): [norms(recurrent, seed) for seed in SEEDS]
        for name, norms in NETWORKS.items()
        for recurrent in SCALES
    }
    rows = []

    def put(row: str, column: str, seed: int, value: float, n: int) -> None:
        place = ("lecture", "vanishing_gradient", row, column)
        rows.append(Metric(*place, seed, value, "1", n, scale, "random", str(out)))

    for (name, recurrent), norms in curves.items():
        row = f"{name}, scale {recurrent:g}"
        slopes = [slope(one) for one in norms]
        for seed, value in zip(SEEDS, slopes, strict=True):
            put(row, "slope", seed, value, len(norms[seed]))
        for column, value in seed_interval(slopes)._asdict().items():
            put(row, f"{column} slope", 0, value, len(slopes))
        for distance, value in enumerate(np.exp(np.log(norms).mean(axis=0))):
            put(row, f"norm at distance {distance}", 0, value, len(slopes))
    write_metrics(out, rows)
    save_svg(drawn(curves), figure)


if __name__ == "__main__":
    step(vanishing_gradient)
