"""What gradient tracking computes: corpora, runs, places of the schedule, and their files."""

from collections.abc import Sequence
from typing import Any

from reckon.config.load import Config
from reckon.data.plan import Sources
from reckon.nn.plan import weights
from reckon.steps.outcomes import Outcome

FIGURES = ("loss", "essential_words", "ratio", "relations", "word_pairs")
# A corpus without an end is not generated.
_MOST_GENERATED = 1000


class Plan:
    """Runs and files of a configuration."""

    def __init__(self, config: Config, results: str) -> None:
        self.config, self.folder = config.gradients, f"{results}/gradients"
        self.encoder = weights(self.config.classifier.encoder, results)
        self.runs = ("labels", "shuffled") if self.config.shuffled_labels else ("labels",)
        self.epochs = sorted({*self.config.track.epochs, *self.config.word_pairs.epochs})
        self.classifier = self.config.classifier.model_dump(exclude={"encoder"})
        self.training = self.config.training.model_dump(exclude={"checkpoint_minutes"})

    def pairs(self, split: str) -> int | None:
        """How many pairs of a split are kept; none: all."""
        return self.config.training_pairs if split == "training" else self.config.evaluation_pairs

    def generated(self, split: str) -> int:
        """How many pairs of the miniature are generated."""
        return self.pairs(split) or _MOST_GENERATED

    def sources(self, corpus: str, split: str, data: Sources) -> list[str]:
        """The csv files of a corpus and split: generated, or e-SNLI's."""
        if corpus == "miniature":
            return [f"{self.folder}/miniature/{split}.csv.gz"]
        training = split == "training"
        return data.inferences(self.config.training_files if training else self.config.evaluation_files)

    def preparation(self, split: str) -> dict[str, Any]:
        """Options of the preparation of a split; pairs that are only trained on need no highlights."""
        return {
            "max_tokens": self.config.training.max_tokens,
            "need_highlights": split != "training",
            "pairs": self.pairs(split),
            "seed": self.config.data_seed,
        }

    def run(self, name: str) -> str:
        """The file `name` of one run, with wildcards."""
        return f"{self.folder}/{{corpus}}/{{run}}/seed{{seed}}/{name}"

    def snapshots(self, epochs: Sequence[float]) -> list[str]:
        """The weights of one training at places of the schedule, with wildcards."""
        return [self.run(f"snapshots/epoch{epoch:g}.safetensors") for epoch in epochs]

    def of_all(self, name: str) -> list[str]:
        """The file `name` of every run and seed."""
        folder = f"{self.folder}/{self.config.data}"
        return [f"{folder}/{run}/seed{seed}/{name}" for run in self.runs for seed in self.config.seeds]

    def tables(self, *names: str) -> list[str]:
        """Tables of all runs."""
        return [f"{self.folder}/{name}.csv" for name in names]

    def figures(self) -> list[str]:
        """Pictures of the tables."""
        return [f"{self.folder}/figures/{name}.svg" for name in FIGURES]


def outcome(config: Config, results: str) -> Outcome:
    """What the report gathers of the gradients."""
    plan = Plan(config, results)
    metrics, effects = plan.tables("metrics", "effects")
    return Outcome((metrics,), (effects,), tuple(plan.figures()), {"gradients": len(config.gradients.seeds)})
