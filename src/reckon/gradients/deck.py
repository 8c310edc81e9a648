"""The deck's sentence and its three tables of pairs: which of our scores stands beside which cell."""

from collections.abc import Sequence
from typing import Any

PREMISE = (
    "Two young boys of opposing teams play football, while wearing full protection uniforms and helmets."
)
HYPOTHESIS = "Boys play football."
LABEL = 1  # entailment
TABLES = {0.0: "pairs_start", 0.5: "pairs_half_epoch", 1.0: "pairs_one_epoch"}
# The deck tells the two footballs apart by hand.
_OCCURRENCES = {"football11": ("football", 0), "football12": ("football", 1)}


def cell_scores(row_names: Sequence[str], matrix: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Score of each printed pair, by the row's name, such as `2: and – football12`.

    `matrix` are the rows of `relations.matrix_rows` for the deck's sentence. The deck does not say which
    [SEP], full stop or "boys" it means: rows that fit several pairs are given the pairs in falling order of
    score, as the deck lists them. A row whose words do not occur is left out.
    """
    given: set[tuple[int, int]] = set()
    found: dict[str, float] = {}
    for name in row_names:
        words = name.partition(": ")[2].split(" – ")
        fits = [row for row in matrix if _fits(row, words, matrix) and (row["i"], row["j"]) not in given]
        if fits:
            best = max(fits, key=lambda row: abs(float(row["score"])))
            given.add((best["i"], best["j"]))
            found[name] = float(best["score"])
    return found


def _fits(row: dict[str, Any], words: list[str], matrix: Sequence[dict[str, Any]]) -> bool:
    ends = ((row["i"], row["word"]), (row["j"], row["other"]))
    return any(
        all(_is(end, word, matrix) for end, word in zip(order, words, strict=True))
        for order in (ends, ends[::-1])
    )


def _is(end: tuple[int, str], word: str, matrix: Sequence[dict[str, Any]]) -> bool:
    place, text = end
    if word not in _OCCURRENCES:
        return text.lower() == word.lower()
    wanted, occurrence = _OCCURRENCES[word]
    ends = {(r["i"], r["word"]) for r in matrix} | {(r["j"], r["other"]) for r in matrix}
    places = sorted(p for p, t in ends if t.lower() == wanted)
    return place in places[occurrence : occurrence + 1]
