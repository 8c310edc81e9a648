from reckon.fem.results import SOLUTION
from reckon.files.rows import write_rows
from reckon.steps.program import Write, step


def sample_solution(*, out: Write) -> None:
    """Values of the smooth and of the layer solution at the vertices of a mesh (csv)."""
    from reckon.fem.level import samples

    write_rows(out, SOLUTION, samples())


if __name__ == "__main__":
    step(sample_solution)
