from typing import Annotated, Literal

from reckon.fem.sizes import check_memory, predicted_gib
from reckon.files.writing import write_json
from reckon.steps.program import Positive, Within, Write, step


def solve_level(
    *,
    preset: Literal["published", "robust", "direct"],
    level: Annotated[Positive, "h = 2^-level"],
    epsilon: Annotated[float, Within(1e-12, 1e12)],
    tolerance: Annotated[float, Within(1e-15, 0.5)] = 1e-8,
    ranks: Annotated[Positive, "processes of this run, for the memory check"] = 1,
    record: Annotated[Write, "steps, residuals and errors"],
    cost: Annotated[Write, "seconds by phase and peak memory"],
) -> None:
    """Solve the decoupled method on one level with one preset; write steps, residuals, errors and cost."""
    check_memory(f"level {level} with preset {preset}", predicted_gib(preset, level, ranks))

    from reckon.fem import level as one

    solved, costs = one.solve_level(preset, level, epsilon, tolerance)
    if costs["first_process"]:
        write_json(record, solved, end="\n")
        write_json(cost, costs, end="\n")


if __name__ == "__main__":
    step(solve_level)
