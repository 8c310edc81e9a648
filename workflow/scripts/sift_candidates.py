from dataclasses import asdict
from typing import Any

from reckon.files.writing import write_json
from reckon.qa.features import TokenPages
from reckon.qa.probabilities import read_probabilities
from reckon.qa.sift import report as measured
from reckon.qa.sift import survivors as kept_of
from reckon.qa.survivors import write_survivors
from reckon.steps.program import Positive, Read, Write, step


def sift_candidates(
    *,
    tokens: Read,
    probabilities: Read,
    max_tokens: Positive,
    survivors: Write,
    report: Write,
    **limits: Any,
) -> None:
    """Keep the candidates that the fast model finds likely, and measure what that loses."""
    kept = list(kept_of(read_probabilities(probabilities), **limits))
    write_survivors(survivors, kept)
    write_json(report, asdict(measured(TokenPages(tokens), kept, max_tokens)))


if __name__ == "__main__":
    step(sift_candidates, kept_of)
