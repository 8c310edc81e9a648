from collections import Counter
from typing import Annotated

from reckon.data.esnli import read_pairs
from reckon.files.writing import write_json
from reckon.gradients.encoded import chosen, encode_pairs, write_encoded
from reckon.nn.encoders import load_tokenizer
from reckon.steps.program import Positive, Read, ReadFolder, Write, step


def prepare_inferences(
    *,
    source: Annotated[list[Read], "csv files of e-SNLI"],
    encoder: ReadFolder,
    max_tokens: Positive,
    need_highlights: Annotated[bool, "leave out pairs without them"] = False,
    pairs: Annotated[Positive | None, "at most so many, drawn by the seed; none: all"] = None,
    seed: int = 0,
    encoded: Write,
    counts: Write,
) -> None:
    """Tokenise sentence pairs and align the annotators' words with the tokens; count what is left out."""
    seen: Counter[str] = Counter()
    ids: set[str] = set()
    read = (pair for path in source for pair in read_pairs(path, seen, ids))
    tokenizer = load_tokenizer(encoder, "drop")
    fitting = encode_pairs(
        read, tokenizer, max_tokens=max_tokens, need_highlights=need_highlights, counts=seen
    )
    every = list(fitting)
    kept = every if pairs is None else chosen(every, pairs, seed)
    write_encoded(encoded, kept)
    write_json(counts, dict(sorted({**seen, "written": len(kept)}.items())), end="\n")


if __name__ == "__main__":
    step(prepare_inferences)
