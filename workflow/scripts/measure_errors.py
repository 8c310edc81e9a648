from typing import Annotated, Literal

from reckon.fem.sizes import check_memory, coupled_gib
from reckon.files.writing import write_jsonl
from reckon.steps.program import Positive, Within, Write, step


def measure_errors(
    *,
    example: Literal["smooth", "layer_exact", "layer_reduced", "lshape"],
    level: Annotated[Positive, "h = 2^-level"],
    epsilons: Annotated[list[float], Within(1e-12, 1e12)],
    w_elements: Annotated[list[Literal["P1", "P2", "none"]], "none: the standard scheme"],
    boundaries: list[Literal["strong", "nitsche"]],
    out: Write,
) -> None:
    """Errors of the coupled Morley scheme for one example on one level (json lines, one a norm)."""
    check_memory(f"level {level} of {example}", coupled_gib(example, level))

    from reckon.fem import level as one

    write_jsonl(
        out, one.measure_errors(example, level, tuple(epsilons), tuple(w_elements), tuple(boundaries))
    )


if __name__ == "__main__":
    step(measure_errors)
