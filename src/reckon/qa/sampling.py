"""Which negative candidates a training epoch sees: drawn within the page by p ** exponent.

Deck, "Hard Negative Sampling", steps 2-4: store the answer probability of each negative candidate,
normalise within the document, sample from that distribution. Exponent 0 is uniform sampling.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reckon.files.writing import replaced
from reckon.qa.columns import fault, read_columns
from reckon.qa.features import TokenPages
from reckon.qa.pages import NONE

SCHEMA = pa.schema(
    [("page", pa.int32()), ("candidate", pa.int32()), ("probability", pa.float64()), ("share", pa.float64())]
)
_WHAT = "not a distribution of negatives"
_ROUNDING = 1e-6  # by which a sum of single-precision probabilities may pass 1


@dataclass(frozen=True)
class Distribution:
    """Answer probability of every negative candidate, and its share within the page."""

    pages: np.ndarray  # (n,) page number, rising
    candidates: np.ndarray  # (n,) candidate in the page
    probabilities: np.ndarray  # (n,) P(class is not none) by the uniformly trained model
    shares: np.ndarray  # (n,) probabilities normalised within the page: they sum to 1


def is_negative(tokens: TokenPages, page: int) -> np.ndarray:
    """(candidates,) which candidates may be drawn as negatives of a page.

    None that an annotator chose, and none that holds a short answer of any of them. Of a chosen candidate
    in which nobody gave a short answer also no part, for which of them answers, nobody said. And no copy of
    a chosen candidate, word for word, nor what holds one or lies in it.
    """
    start, end = tokens.row("candidate_start", page), tokens.row("candidate_end", page)
    chosen, short = _chosen(tokens, page), _short_answers(tokens, page)
    whole = [(start[c], end[c]) for c in chosen if not any(_holds(start[c], end[c], span) for span in short)]
    whole += _copies(tokens, page, chosen)
    positive = np.zeros(len(start), dtype=bool)
    positive[chosen] = True
    for span in (*short, *whole):
        positive |= _holds(start, end, span)
    for first, last in whole:
        positive |= (start >= first) & (end <= last)
    return ~positive


def _chosen(tokens: TokenPages, page: int) -> list[int]:
    """The candidates that annotators chose, each once."""
    first, others = int(tokens.gold_candidate[page]), tokens.row("other_gold", page).tolist()
    return sorted({candidate for candidate in (first, *others) if candidate >= 0})


def _short_answers(tokens: TokenPages, page: int) -> list[tuple[int, int]]:
    """Words [start, end) of every annotator's short answers."""
    others = zip(tokens.row("other_start", page), tokens.row("other_end", page), strict=True)
    return [(int(first), int(last)) for first, last in (tokens.answer[page], *others) if first >= 0]


def _holds(start: Any, end: Any, span: tuple[int, int]) -> Any:
    return (start <= span[0]) & (end >= span[1])


def _copies(tokens: TokenPages, page: int, chosen: list[int]) -> list[tuple[int, int]]:
    """Words [start, end) of candidates whose tokens are those of a chosen one, the tags apart."""
    start, end = tokens.row("candidate_start", page), tokens.row("candidate_end", page)
    offsets, pieces = tokens.row("word_offsets", page), tokens.row("tokens", page)
    low, high = offsets[start], offsets[end]
    found = []
    for gold in chosen:
        text = pieces[low[gold] : high[gold]]
        for other in np.flatnonzero((high - low == len(text)) & (low != low[gold])) if len(text) else ():
            if np.array_equal(pieces[low[other] : high[other]], text):
                found.append((int(start[other]), int(end[other])))
    return found


def normalise(tokens: TokenPages, pairs: np.ndarray, probabilities: np.ndarray) -> Distribution:
    """Keep the negatives of `pairs` (n, 2) and normalise their probabilities (n,) within each page.

    A page whose negatives all have probability 0 gets equal shares.
    """
    negative = np.zeros(len(pairs), dtype=bool)
    for page in np.unique(pairs[:, 0]):
        rows = slice(*_rows(pairs[:, 0], page))
        negative[rows] = is_negative(tokens, int(page))[pairs[rows, 1]]
    pages, candidates = pairs[negative].T
    kept = probabilities[negative].astype(np.float64)
    return Distribution(pages, candidates, kept, _shares(pages, kept, 1.0))


def _rows(pages: np.ndarray, page: int) -> tuple[int, int]:
    """Rows [first, last) of `page` in a rising column of page numbers."""
    return int(np.searchsorted(pages, page)), int(np.searchsorted(pages, page, side="right"))


def _shares(pages: np.ndarray, probabilities: np.ndarray, exponent: float) -> np.ndarray:
    """P ** exponent, normalised to sum 1 within each page; equal shares where everything is 0."""
    _, group = np.unique(pages, return_inverse=True)
    if exponent > 1:  # else nothing can vanish: of (p / largest) ** exponent the largest is 1
        largest = np.zeros(group.max(initial=-1) + 1)
        np.maximum.at(largest, group, probabilities)
        probabilities = probabilities / np.where(largest > 0, largest, 1.0)[group]
    weights = np.ones_like(probabilities) if exponent == 0 else probabilities**exponent
    totals = np.bincount(group, weights)
    counts = np.bincount(group)
    empty = totals[group] <= 0
    return np.where(empty, 1.0 / counts[group], weights / np.where(empty, 1.0, totals[group]))


def uniform(tokens: TokenPages) -> Distribution:
    """The distribution of a model that knows nothing: every negative of a page is as likely."""
    pairs = tokens.pairs()
    return normalise(tokens, pairs, np.ones(len(pairs)))


def within_page_shares(distribution: Distribution, exponent: float) -> np.ndarray:
    """(n,) chance of each negative to be drawn for its page: p ** exponent, normalised within the page."""
    return _shares(distribution.pages, distribution.probabilities, exponent)


def effective_negatives(distribution: Distribution, exponent: float) -> np.ndarray:
    """(pages with negatives,) effective number of negatives, 1 / sum of squared shares: n if uniform."""
    shares = within_page_shares(distribution, exponent)
    _, group = np.unique(distribution.pages, return_inverse=True)
    return 1.0 / np.bincount(group, shares**2)


def draw_epoch(
    tokens: TokenPages,
    distribution: Distribution,
    *,
    exponent: float,
    null_pages_per_answered: float,
    trainable: np.ndarray,
    seed: int,
    epoch: int,
) -> np.ndarray:
    """(n, 2) pairs (page, candidate) of one epoch, drawn anew for each (seed, epoch).

    Every answered page that is `trainable` (pages,) gives its annotated candidate and one negative of
    its own; `null_pages_per_answered` times as many pages without an answer, chosen without
    repetition, give one negative each. A page without any negative gives only its positive.
    """
    rng = np.random.default_rng([seed, epoch])
    answered = np.flatnonzero((tokens.answer_class != NONE) & trainable)
    null = np.flatnonzero((tokens.answer_class == NONE) & trainable)
    wanted = min(len(null), round(null_pages_per_answered * len(answered)))
    null = np.sort(rng.choice(null, wanted, replace=False)) if wanted else null[:0]
    drawn = _draw(distribution, np.concatenate([answered, null]), exponent, rng)
    positives = np.stack([answered, tokens.gold_candidate[answered]], axis=1)
    return np.concatenate([positives, drawn])


def _draw(
    distribution: Distribution, pages: np.ndarray, exponent: float, rng: np.random.Generator
) -> np.ndarray:
    """(m, 2) one negative for each of `pages` that has any, by inversion of the cumulative shares."""
    shares = within_page_shares(distribution, exponent)
    first = np.searchsorted(distribution.pages, pages)
    last = np.searchsorted(distribution.pages, pages, side="right")
    levels = rng.random(len(pages))
    rows = []
    for low, high, level in zip(first, last, levels, strict=True):
        if low < high:
            cumulative = np.cumsum(shares[low:high])
            chosen = int(np.searchsorted(cumulative, level * cumulative[-1], side="right"))
            rows.append(low + min(chosen, high - low - 1))
    drawn = np.asarray(rows, dtype=np.int64)
    return np.stack([distribution.pages[drawn], distribution.candidates[drawn]], axis=1)


def write_distribution(path: Path, distribution: Distribution) -> None:
    """Write a distribution as parquet, atomically; pages are named by their number in the token file."""
    columns = zip(vars(distribution).values(), SCHEMA, strict=True)
    table = pa.Table.from_arrays([pa.array(part, field.type) for part, field in columns], schema=SCHEMA)
    with replaced(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def read_distribution(path: Path) -> Distribution:
    """Read what `write_distribution` wrote; raises `InputError` if it is not that."""
    table = read_columns(path, SCHEMA, _WHAT)
    found = Distribution(*(column.to_numpy() for column in table.columns))
    if (np.diff(found.pages) < 0).any() or min(part.min(initial=0) for part in vars(found).values()) < 0:
        raise fault(path, _WHAT, "pages that do not rise, or a number below 0")
    if max(found.probabilities.max(initial=0), found.shares.max(initial=0)) > 1 + _ROUNDING:
        raise fault(path, _WHAT, "a probability or a share above 1")
    return found
