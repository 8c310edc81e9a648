"""What fine-tuning on SQuAD computes: systems, seeds, and the files that stand for them.

A system is a role (a span reader on an encoder) or an arm (one role trained in one precision).
"""

from typing import Any

from reckon.config.load import Config
from reckon.config.squad import questions_of, role_of, seeds_of, training_of
from reckon.data.plan import Sources
from reckon.nn.plan import weights
from reckon.steps.outcomes import Outcome


class Plan:
    """Systems and files of a configuration; a path holds the wildcards that are not given."""

    def __init__(self, config: Config, results: str) -> None:
        self.config, self.encoders = config.squad, config.encoders
        self.results, self.folder = results, f"{results}/squad"
        self.corpus = f"{self.folder}/{self.config.data}"
        self.arms = tuple(self.config.precision.arms)
        self.systems = (*self.config.readers, *self.arms)

    def encoder(self, system: str) -> str:
        """The weights of the encoder of a system."""
        return weights(self.config.readers[role_of(self.config, system)].encoder, self.results)

    def tokens(self, split: str, system: str) -> str:
        """The token file of a split in the vocabulary of a system."""
        encoder = self.config.readers[role_of(self.config, system)].encoder
        return f"{self.corpus}/{split}.{self.encoders[encoder].vocabulary}.tokens.arrow"

    def sources(self, split: str, data: Sources) -> list[str]:
        """The SQuAD files of a split: generated, or raw ones."""
        if self.config.data == "miniature":
            return [f"{self.corpus}/{split}.json.gz"]
        return data.articles(self.config.data, split)

    def run(self, name: str, system: str = "{tuned}", seed: int | str = "{seed}") -> str:
        """The file `name` of one run of a system."""
        return f"{self.corpus}/{system}/seed{seed}/{name}"

    def of_all(self, name: str) -> list[str]:
        """The file `name` of every system and seed."""
        return [self.run(name, system, seed) for system in self.systems for seed in self.seeds(system)]

    def of_arms(self, name: str) -> list[str]:
        """The file `name` of every arm and seed."""
        return [self.run(name, arm, seed) for arm in self.arms for seed in self.seeds(arm)]

    def seeds(self, system: str) -> tuple[int, ...]:
        """Seeds that a system runs with."""
        return seeds_of(self.config, system)

    def settings(self, system: str) -> dict[str, Any]:
        """The settings of a training, as options of its program."""
        reader = self.config.readers[role_of(self.config, system)]
        return {
            "reader": reader.model_dump(exclude={"encoder", "seeds", "questions", "training"}),
            "training": training_of(self.config, system).model_dump(exclude={"checkpoint_minutes"}),
            "questions": questions_of(self.config, system),
            "stride": self.config.stride,
        }

    def answering(self, system: str) -> dict[str, Any]:
        """The settings of a system's answers, as options of its program."""
        training = training_of(self.config, system)
        return {
            "precision": training.precision,
            "max_tokens": training.max_tokens,
            "stride": self.config.stride,
            "tokens_per_batch": self.config.tokens_per_batch,
            **self.config.answers.model_dump(),
        }

    def arm_settings(self) -> dict[str, Any]:
        """The training settings of every arm."""
        return {arm: self.settings(arm)["training"] for arm in self.arms}

    def tuned(self, role: str, name: str) -> str:
        """The file `name` of the run of a role whose encoder is offered to others: that of its first seed."""
        return self.run(name, role, self.seeds(role)[0])


def outcome(config: Config, results: str) -> Outcome:
    """What the report gathers of SQuAD; speed is in files of its own, which differ from run to run."""
    plan = Plan(config, results)
    return Outcome(
        metrics=(f"{plan.folder}/metrics.csv", f"{plan.folder}/speed_metrics.csv"),
        effects=(f"{plan.folder}/effects.csv", f"{plan.folder}/speed_effects.csv"),
        planned={"squad": len(config.squad.precision.seeds)},
    )
