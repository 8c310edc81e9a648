"""What the finite elements compute: levels, examples, and the files that stand for them."""

import os
from pathlib import Path

from reckon.config.load import Config
from reckon.fem.sizes import predicted_gib
from reckon.steps.outcomes import Outcome

FIGURES = ("convergence", "steps", "cost", "solution")


class Plan:
    """Levels and files of a configuration."""

    def __init__(self, config: Config, results: str) -> None:
        self.config, self.folder = config.fem, f"{results}/fem"
        self.solves = config.fem.solves()

    def ranks(self, preset: str, epsilon: str, level: str) -> int:
        """MPI processes of one level."""
        return self.solves[preset, epsilon, int(level)]

    def megabytes(self, preset: str, epsilon: str, level: str) -> int:
        """Predicted peak memory of one level, in MB."""
        ranks = self.ranks(preset, epsilon, level)
        return int(1024 * predicted_gib(preset, int(level), ranks))

    def levels(self, ending: str) -> list[str]:
        """The files with this ending of all levels that the configuration asks for, always in one order."""
        return [f"{self.folder}/levels/{p}/epsilon{e}/level{level}{ending}" for p, e, level in self.solves]

    def errors(self) -> list[str]:
        """The errors of all examples and levels that the configuration asks for."""
        return [
            f"{self.folder}/errors/{name}/level{level}.jsonl"
            for name, example in self.config.examples.items()
            for level in example.levels
        ]

    def figures(self) -> list[str]:
        """Pictures of the tables."""
        return [f"{self.folder}/figures/{name}.svg" for name in FIGURES]


def outcome(config: Config, results: str) -> Outcome:
    """What the report gathers of the finite elements.

    Nothing on a machine without their environment (PYTHON_FEM): it settles the rest, and their cells say
    `not_run`.
    """
    if not Path(os.environ.get("PYTHON_FEM", "")).is_file():
        return Outcome()
    plan = Plan(config, results)
    return Outcome((f"{plan.folder}/metrics.csv",), (f"{plan.folder}/effects.csv",), tuple(plan.figures()))
