"""The linear baselines of a corpus, each fitted once on all training texts; nothing out of fold.

    python tools/studies/linear_baselines.py --training a.jsonl.gz --evaluation b.jsonl.gz --out linear.csv

One line a system: its scores on the evaluation texts, and their number.
Settings are those of `classification` in config/config.yaml.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[2] / "src"))

from reckon.classification.labelled import classes_of, distinct, read_texts
from reckon.classification.linear import linear
from reckon.classification.plan import LINEAR, Plan
from reckon.classification.priors import adjusted
from reckon.classification.results import ADJUSTED, ROWS
from reckon.classification.scores import UNKNOWN, calibration_error, summary
from reckon.config.load import load_config
from reckon.files.rows import write_rows
from reckon.steps.program import run

SETTINGS = Path(__file__).parents[2] / "config/config.yaml"


def study(training: Path, evaluation: Path) -> list[dict[str, Any]]:
    """Scores of every system, the regression also freed of its prior."""
    plan = Plan(load_config(yaml.safe_load(SETTINGS.read_text("utf-8"))), "results")
    counts: Counter[str] = Counter()
    longest = plan.config.most_characters
    trained, scored = distinct(
        read_texts(training, most_characters=longest, counts=counts),
        read_texts(evaluation, most_characters=longest, counts=counts),
        counts,
    )
    labels, sizes = classes_of(trained)
    number = {label: place for place, label in enumerate(labels)}
    truth = np.array([number.get(one.label, UNKNOWN) for one in scored])

    def line(row: str, log_p: NDArray[np.float64]) -> dict[str, Any]:
        values = {**summary(truth, log_p, sizes), "ece": calibration_error(truth, log_p).mean}
        shown = {name: f"{value:.4f}" for name, value in values.items()}
        return {"system": row, **shown, "n": len(truth)}

    found = []
    for system in LINEAR:
        log_p = linear(system=system, **plan.settings(system))(trained, scored)
        found.append(line(ROWS[system], log_p))
        if system == "regression":
            found.append(line(ROWS[system] + ADJUSTED, adjusted(log_p, sizes, plan.config.tau)))
    return found


def main() -> None:
    """Write the table that the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    for name in ("training", "evaluation", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    given = parser.parse_args()
    rows = study(given.training, given.evaluation)
    write_rows(given.out, list(rows[0]), rows)


if __name__ == "__main__":
    run(main)
