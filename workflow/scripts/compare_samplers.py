from typing import Annotated

from reckon.files.writing import write_json
from reckon.qa.comparison import compared, read_counts
from reckon.qa.features import TokenPages
from reckon.qa.sampling import read_distribution
from reckon.steps.program import Read, Write, step


def compare_samplers(
    *,
    uniform: Annotated[list[Read], "by_page.csv of each seed"],
    other: Annotated[list[Read], "the same seeds"],
    negatives: list[Read],
    tokens: Read,
    exponent: float,
    out: Write,
) -> None:
    """A sampler against uniform: paired difference over seeds and questions, and what each sampler draws."""
    found = compared(
        [read_counts(path) for path in uniform],
        [read_counts(path) for path in other],
        TokenPages(tokens),
        read_distribution(negatives[0]),
        exponent,
    )
    write_json(out, found)


if __name__ == "__main__":
    step(compare_samplers)
