from typing import Annotated, Any

from reckon.qa.features import TokenPages
from reckon.qa.model import load_reader
from reckon.qa.probabilities import write_probabilities
from reckon.qa.score import score
from reckon.qa.survivors import read_survivors, surviving_pairs
from reckon.steps.program import Device, Read, ReadFolder, Write, step


def score_candidates(
    *,
    tokens: Read,
    encoder: ReadFolder,
    model: Read,
    survivors: Annotated[Read | None, "score only these candidates"] = None,
    words: Annotated[bool, "start and end by word, too"] = True,
    device: Device = "auto",
    out: Write,
    **limits: Any,
) -> None:
    """Probabilities of candidates by a trained reader: of all pages, or of the survivors of a sift."""
    pages = TokenPages(tokens)
    pairs = surviving_pairs(pages, read_survivors(survivors)) if survivors else pages.pairs()
    reader = load_reader(model, encoder)
    write_probabilities(out, score(reader, pages, pairs, device=device, words=words, **limits))


if __name__ == "__main__":
    step(score_candidates, score)
