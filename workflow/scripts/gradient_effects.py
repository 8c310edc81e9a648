from typing import Annotated

from reckon.gradients.effects import relation_effects, saliency_effects
from reckon.gradients.frames import SALIENCY, SHARES, read_runs
from reckon.steps.program import Read, Write, step
from reckon.tables.effects import write_effects


def gradient_effects(
    *,
    saliency: list[Read],
    shares: list[Read],
    scale: str,
    data: str,
    evidence: Annotated[str, "folder of the tables"],
    out: Write,
) -> None:
    """The effects that the deck's claims about gradients and word pairs rest on."""
    where = {"scale": scale, "data": data}
    tracked = saliency_effects(read_runs(saliency, SALIENCY), **where, evidence=f"{evidence}/tracking.csv")
    related = relation_effects(read_runs(shares, SHARES), **where, evidence=f"{evidence}/pairs.csv")
    write_effects(out, [*tracked, *related])


if __name__ == "__main__":
    step(gradient_effects)
