import logging

import numpy as np

from reckon.errors import InputError
from reckon.qa.features import TokenPages
from reckon.qa.probabilities import read_answer_probabilities
from reckon.qa.sampling import effective_negatives, normalise, write_distribution
from reckon.steps.program import Read, Write, step


def normalise_probabilities(*, tokens: Read, probabilities: Read, out: Write) -> None:
    """Within-page distribution of negative candidates from their answer probabilities."""
    pages = TokenPages(tokens)
    ids, candidates, values = read_answer_probabilities(probabilities)
    pairs, names = pages.pairs(), pages.example_id
    if [names[page] for page in pairs[:, 0]] != ids or (candidates != pairs[:, 1]).any():
        raise InputError(f"{probabilities}: not of the pages in {tokens}; run its rule again")
    distribution = normalise(pages, pairs, values)
    for exponent in (0.0, 0.5, 1.0, 2.0):
        effective = np.median(effective_negatives(distribution, exponent))
        logging.info("exponent %g: median effective number of negatives a page %.1f", exponent, effective)
    write_distribution(out, distribution)


if __name__ == "__main__":
    step(normalise_probabilities)
