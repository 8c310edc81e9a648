"""What question answering computes: systems, seeds, and the files that stand for them."""

from pathlib import Path
from typing import Any

from reckon.config.load import Config
from reckon.config.qa import training_of
from reckon.files.rows import records
from reckon.nn.plan import weights
from reckon.steps.outcomes import Outcome

BASELINES = ("blank", "tfidf", "cosine")
_SYSTEMS = Path("reported/qa_systems.csv")


class Plan:
    """Systems and files of a configuration; a path holds the wildcards that are not given."""

    def __init__(self, config: Config, results: str) -> None:
        self.config, self.encoders = config.qa, config.encoders
        self.results, self.folder = results, f"{results}/qa"
        self.fast = tuple(f"fast_{sampler}" for sampler in self.config.samplers)
        self.strong = tuple(role for role in self.config.readers if role != "fast")
        self.trained = (*self.fast, *self.strong, *self.config.ensembles)
        self.sifting = f"fast_{self.config.strong_sampler}"

    def encoder(self, role: str) -> str:
        """The weights of the encoder in a role."""
        return weights(self.config.readers[role].encoder, self.results)  # type: ignore[index]

    def tokens(self, split: str, role: str, data: str = "{data}") -> str:
        """The token file of a split in the vocabulary of a role."""
        vocabulary = self.encoders[self.config.readers[role].encoder].vocabulary  # type: ignore[index]
        return f"{self.folder}/{data}/{split}.{vocabulary}.tokens.arrow"

    def run(self, system: str, name: str, data: str = "{data}", seed: int | str = "{seed}") -> str:
        """The file `name` of one run of a system."""
        return f"{self.folder}/{data}/{system}/seed{seed}/{name}"

    def settings(self, role: str, sampler: str, data: str) -> dict[str, Any]:
        """The settings of a training, as options of its program."""
        reader = self.config.readers[role]  # type: ignore[index]
        network = reader.model_dump(exclude={"encoder", "seeds", "training"}) | {"markup": self.config.markup}
        return {
            "reader": network,
            "sampler": self.config.samplers[sampler].model_dump(),
            "training": training_of(self.config, role, data).model_dump(exclude={"checkpoint_minutes"}),
            "pages": reader.training.pages,
        }

    def strong_negatives(self, data: str, seed: str) -> list[str]:
        """The fast model's distribution of negatives for the strong models; none if they sample uniformly."""
        if self.config.samplers[self.config.strong_sampler].exponent == 0:
            return []
        return [self.run("fast_uniform", "negatives.parquet", data, seed)]

    def members(self, ensemble: str, data: str, seed: str) -> list[str]:
        """Probabilities of the members of an ensemble; the fast one is the one that sifted."""
        roles = self.config.ensembles[ensemble]
        systems = [self.sifting if role == "fast" else role for role in roles]
        return [self.run(system, "probabilities.parquet", data, seed) for system in systems]

    def whole_pages(self, system: str, data: str, seed: str) -> list[str]:
        """Probabilities of every candidate, for systems that score every candidate."""
        return [self.run(system, "probabilities.parquet", data, seed)] if system in self.fast else []

    def seeds(self, system: str, data: str) -> tuple[int, ...]:
        """Seeds that a system runs with: a role may have fewer than its pages, an ensemble its members'."""
        planned, wanted = self.config.pages[data].seeds, self.config.pages[data].roles
        if system in BASELINES:
            return (0,)
        if system in self.fast:
            return self.config.readers["fast"].seeds or planned
        roles = self.config.ensembles.get(system, {system: 1})
        if wanted and not {*roles} <= {*wanted}:
            return ()
        others = [reader for role, reader in self.config.readers.items() if role in {*roles} - {"fast"}]
        allowed = [reader.seeds or planned for reader in others]
        return tuple(seed for seed in planned if all(seed in seeds for seeds in allowed))

    def of_system(self, system: str, name: str, data: str) -> list[str]:
        """The file `name` of a system on one construction of pages, for all its seeds."""
        return [self.run(system, name, data, seed) for seed in self.seeds(system, data)]

    def of_all(self, name: str, systems: tuple[str, ...]) -> list[str]:
        """The file `name` of all systems, pages and seeds that are planned."""
        pages = self.config.data
        return [path for data in pages for system in systems for path in self.of_system(system, name, data)]

    def sifts(self) -> list[str]:
        """Reports of the sifts that strong models rest on."""
        return [
            self.run("sift", "sift.json", data, seed)
            for data in self.config.data
            for seed in sorted({seed for system in self.strong for seed in self.seeds(system, data)})
        ]

    def comparisons(self) -> list[str]:
        """Each sampler against uniform, on every construction of pages."""
        return [
            f"{self.folder}/{data}/{sampler}_minus_uniform.json"
            for data in self.config.data
            for sampler in self.config.samplers
            if sampler != "uniform"
        ]

    def contrasts(self) -> list[str]:
        """SYSTEM:OTHER, what the deck holds to be better first; every trained system against baselines."""
        ensembles = self.config.ensembles
        return [
            *(f"{sampler}:fast_uniform" for sampler in self.fast if sampler != "fast_uniform"),
            *(f"{role}:{self.sifting}" for role in self.strong),
            *(f"{name}:strong" for name in ensembles),
            *(f"{a}:{b}" for a in ensembles for b in ensembles if a != b),
            *(f"{system}:{baseline}" for system in self.trained for baseline in ("tfidf", "cosine")),
        ]

    def planned(self) -> dict[str, int]:
        """How many seeds the experiment, and each row of the deck as `qa:row`, is planned with."""
        rows = [(row["row"], row["system"]) for _, row in records(_SYSTEMS, needed=("row", "system"))]
        known, data = {*BASELINES, *self.trained}, self.config.reported_data
        own = {f"qa:{row}": len(self.seeds(system, data)) for row, system in rows if system in known}
        return {"qa": len(self.seeds("fast_uniform", data)), **own}


def outcome(config: Config, results: str) -> Outcome:
    """What the report gathers of question answering."""
    plan = Plan(config, results)
    return Outcome((f"{plan.folder}/metrics.csv",), (f"{plan.folder}/effects.csv",), (), plan.planned())
