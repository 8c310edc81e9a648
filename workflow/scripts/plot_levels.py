from reckon.fem import figures as draw
from reckon.fem.results import ERRORS, ITERATIONS, SOLUTION, TIMINGS, read_rows
from reckon.files.svg import save_svg
from reckon.steps.program import Read, Write, step


def plot_levels(
    *, iterations: Read, timings: Read, errors: Read, solution: Read, figures: list[Write]
) -> None:
    """Draw convergence, steps, cost and solution of the finite-element experiments as SVG."""
    drawings = {
        "convergence": lambda: draw.convergence(read_rows(errors, ERRORS)),
        "steps": lambda: draw.steps(read_rows(iterations, ITERATIONS)),
        "cost": lambda: draw.cost(read_rows(timings, TIMINGS)),
        "solution": lambda: draw.solution(read_rows(solution, SOLUTION)),
    }
    for path in figures:
        save_svg(drawings[path.stem](), path)


if __name__ == "__main__":
    step(plot_levels)
