from typing import Annotated

from reckon.errors import InputError
from reckon.qa.probabilities import average, read_probabilities, write_probabilities
from reckon.qa.survivors import read_survivors
from reckon.steps.program import Read, Write, step


def average_probabilities(
    *,
    survivors: Read,
    probabilities: list[Read],
    weights: Annotated[list[float], "one for each file of probabilities"],
    out: Write,
) -> None:
    """Ensemble: weighted mean of the word and class probabilities of several models on the survivors."""
    if len(weights) != len(probabilities):
        raise InputError("--weights: give one for each file of probabilities")
    kept = {(example_id, candidate) for example_id, candidate, _ in read_survivors(survivors)}
    models = [
        (row for row in read_probabilities(path) if (row.example_id, row.candidate) in kept)
        for path in probabilities
    ]
    write_probabilities(out, average(models, weights))


if __name__ == "__main__":
    step(average_probabilities)
