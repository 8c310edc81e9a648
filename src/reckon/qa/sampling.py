"""Which negative candidates a training epoch sees: drawn within the page by p ** exponent.

Deck, "Hard Negative Sampling", steps 2-4: store the answer probability of each negative candidate,
normalise within the document, sample from that distribution. Exponent 0 is uniform sampling.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from reckon.files.writing import replaced
from reckon.qa.columns import fault, read_columns
from reckon.qa.features import TokenPages
from reckon.qa.pages import LONG, NONE

SCHEMA = pa.schema(
    [("page", pa.int32()), ("candidate", pa.int32()), ("probability", pa.float64()), ("share", pa.float64())]
)
_WHAT = "not a distribution of negatives"


@dataclass(frozen=True)
class Distribution:
    """Answer probability of every negative candidate, and its share within the page."""

    pages: np.ndarray  # (n,) page number, rising
    candidates: np.ndarray  # (n,) candidate in the page
    probabilities: np.ndarray  # (n,) P(class is not none) by the uniformly trained model
    shares: np.ndarray  # (n,) probabilities normalised within the page: they sum to 1


def is_negative(tokens: TokenPages, page: int) -> np.ndarray:
    """(candidates,) which candidates may be drawn as negatives of a page.

    Never the annotated candidate, and none that holds a gold answer: a candidate that contains one of
    the short answers, or, where there is only a long answer, one that contains it or lies inside it.
    """
    start, end = tokens.row("candidate_start", page), tokens.row("candidate_end", page)
    gold = int(tokens.gold_candidate[page])
    if gold < 0:
        return np.ones(len(start), dtype=bool)
    first, last = (int(word) for word in tokens.answer[page])
    if tokens.answer_class[page] == LONG or first < 0:
        first, last = int(start[gold]), int(end[gold])
    answers = [
        (first, last),
        *zip(tokens.row("other_start", page), tokens.row("other_end", page), strict=True),
    ]
    holds_answer = np.any([(start <= first) & (end >= last) for first, last in answers], axis=0)
    inside_gold = (start >= start[gold]) & (end <= end[gold]) & (tokens.answer[page, 0] < 0)
    return ~(holds_answer | inside_gold)


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
    weights = np.ones_like(probabilities) if exponent == 0 else probabilities**exponent
    _, group = np.unique(pages, return_inverse=True)
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
    return found
