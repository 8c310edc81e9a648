from reckon.fem.results import ERRORS, ITERATIONS, read_rows, smallest_epsilon_rates, step_growth
from reckon.steps.program import Read, Write, step
from reckon.tables.effects import write_effects


def fem_effects(*, iterations: Read, errors: Read, scale: str, out: Write) -> None:
    """The effects that the deck's claims about the finite elements rest on: growth of steps, rates."""
    growth = step_growth(read_rows(iterations, ITERATIONS), scale, str(iterations))
    rates = smallest_epsilon_rates(read_rows(errors, ERRORS), scale, str(errors))
    write_effects(out, [*growth, *rates])


if __name__ == "__main__":
    step(fem_effects)
