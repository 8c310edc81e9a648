"""The effects that the deck's claims about question answering rest on, with their intervals."""

from typing import Annotated

from reckon.qa.effects import by_system, differences, easy_negatives, work_saved
from reckon.qa.metrics import read_run
from reckon.qa.sampling import read_distribution
from reckon.steps.program import Read, Write, step
from reckon.tables.effects import write_effects


def qa_effects(
    *,
    by_page: Annotated[list[Read], "of every system and seed"],
    negatives: list[Read],
    sifts: list[Read] = [],  # noqa: B006  never changed
    contrasts: Annotated[list[str], "SYSTEM:OTHER"],
    baselines: Annotated[list[str], "systems without training"],
    scale: str,
    out: Write,
) -> None:
    """Measure every contrast on every construction of pages."""
    effects = []
    for data, systems in by_system(by_page).items():
        for system, other in (pair.split(":") for pair in contrasts):
            trained = other not in baselines
            effects += differences(data, scale, system, other, systems, trained=trained)
    for data, systems in by_system(negatives).items():
        files = systems["fast_uniform"]
        drawn = {seed: read_distribution(path) for seed, path in files.items()}
        effects += easy_negatives(data, scale, drawn, min(files.values()))
    for data, systems in by_system(sifts).items():
        reports = [read_run(path) for _, path in sorted(systems["sift"].items())]
        effects.append(work_saved(data, scale, reports))
    write_effects(out, effects)


if __name__ == "__main__":
    step(qa_effects)
