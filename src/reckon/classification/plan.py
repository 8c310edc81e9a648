"""What classification computes: systems, and the files that stand for them."""

from typing import Any

from reckon.config.classification import CATALOGUE, MINIATURE
from reckon.config.load import Config
from reckon.data.plan import Sources
from reckon.steps.outcomes import Outcome

LINEAR = ("majority", "regression", "svm")  # systems without a network, each fitted by one job


class Plan:
    """Files of a configuration; a path holds the wildcards that are not given."""

    def __init__(self, config: Config, results: str) -> None:
        self.config = config.classification
        self.folder = f"{results}/classification"
        self.corpus = f"{self.folder}/{self.config.data}"

    def source(self, split: str, data: Sources) -> str:
        """The file of a split, `training` or `evaluation`: generated, of the catalogue, or the user's own."""
        if self.config.data == MINIATURE:
            return f"{self.corpus}/{split}.csv"
        given: str = getattr(self.config.corpora[self.config.data], split)
        return f"{data.folder}/{given.removeprefix(CATALOGUE)}" if given.startswith(CATALOGUE) else given

    def names(self) -> list[str]:
        """The file of the labels' names, if there is one."""
        files = self.config.corpora.get(self.config.data)
        return [str(files.names)] if files and files.names else []

    def prepared(self, split: str) -> str:
        """The texts of a split, clean, each once."""
        return f"{self.corpus}/{split}.jsonl.gz"

    def predictions(self, name: str, system: str = "{linear}") -> str:
        """What a system says of the `evaluation` texts, or `out_of_fold` of those that it trains on."""
        return f"{self.corpus}/{system}/{name}.arrow"

    def settings(self, system: str) -> dict[str, Any]:
        """The settings of a linear system, as options of its program."""
        linear = self.config.linear
        cost = {"regression": linear.regression_cost, "svm": linear.svm_cost}.get(system, 1.0)
        return {"cost": cost, **linear.model_dump(include={"longest", "fewest", "iterations"})}


def outcome(config: Config, results: str) -> Outcome:
    """What the report gathers of classification; no system draws at random, so that one run is all."""
    folder = Plan(config, results).folder
    return Outcome((f"{folder}/metrics.csv",), (), (f"{folder}/figures/focal.svg",), {"classification": 1})
