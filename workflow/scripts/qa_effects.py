from typing import Annotated

from reckon.qa.effects import sampling_effects, sifting_effects, system_effects
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
    """The effects that the deck's claims about question answering rest on, with their intervals."""
    between = system_effects(by_page, contrasts, baselines, scale)
    write_effects(out, [*between, *sampling_effects(negatives, scale), *sifting_effects(sifts, scale)])


if __name__ == "__main__":
    step(qa_effects)
