"""One system against another: paired differences over seeds and questions, and what a sampler draws."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from reckon.errors import InputError
from reckon.files.rows import count, records
from reckon.qa.evaluation import SCORED
from reckon.qa.features import TokenPages
from reckon.qa.pages import NONE
from reckon.qa.sampling import Distribution, effective_negatives, within_page_shares
from reckon.stats.crossed import Comparison, compare
from reckon.stats.intervals import Estimate

DIFFERENCE_OF_SHARES = (-1.0, 1.0)
_REMEDY = "not counts by page; evaluate the predictions again"


@dataclass(frozen=True)
class PageCounts:
    """Counts of one seed on the scored pages; arrays (pages,)."""

    example_id: tuple[str, ...]
    counts: np.ndarray  # (pages, 3) TP, FP, FN
    answered: np.ndarray
    first: np.ndarray  # whether the gold candidate came first
    article: tuple[str, ...] = ()  # whose page it is; empty where the file does not say

    def clusters(self, rows: np.ndarray) -> tuple[str, tuple[str, ...] | None]:
        """What is independent among these pages, `article` or `page`, and which one each belongs to.

        A page without an article's name is its own; a file that names none, as of an earlier version,
        leaves the name empty.
        """
        if not self.article:
            return "", None
        named = tuple(self.article[row] or f"page {self.example_id[row]}" for row in np.flatnonzero(rows))
        return ("article" if any(self.article) else "page"), named


def read_counts(path: Path, parts: Collection[str] = SCORED) -> PageCounts:
    """Counts of one seed on the scored pages of `parts`, from the by_page.csv of its evaluation.

    Raises `InputError` for other columns, a page that stands twice, or if no page belongs to `parts`.
    """
    lines = records(path, needed=("example_id", "part"), remedy=_REMEDY)
    rows = [row for _, row in lines if row["part"] in parts]
    if not rows:
        raise InputError(f"{path}: no page of {', '.join(parts)}; evaluate the predictions again")
    if twice := sorted(name for name, n in Counter(row["example_id"] for row in rows).items() if n > 1):
        raise InputError(f"{path}: page {twice[0]} stands twice; evaluate the predictions again")
    try:
        return PageCounts(
            example_id=tuple(row["example_id"] for row in rows),
            counts=np.array([[count(row[name]) for name in ("tp", "fp", "fn")] for row in rows]),
            answered=np.array([_yes(row["answered"]) for row in rows]),
            first=np.array([_yes(row["first"]) for row in rows]),
            article=tuple(row["article"] for row in rows) if "article" in rows[0] else (),
        )
    except (KeyError, ValueError) as error:
        raise InputError(f"{path}: {_REMEDY} ({error})") from None


def _yes(text: str) -> int:
    if text not in ("0", "1"):
        raise ValueError(f"expected 0 or 1, found {text!r:.40}")
    return int(text)


def paired(arms: Sequence[Sequence[PageCounts]]) -> list[list[PageCounts]]:
    """The same lists of seeds, every one with its pages in the order of the first of all, matched by id.

    Raises `InputError` if two of them hold other pages.
    """
    order = arms[0][0].example_id
    return [[_in_order(seed, order) for seed in arm] for arm in arms]


def _in_order(seed: PageCounts, order: tuple[str, ...]) -> PageCounts:
    if seed.example_id == order:
        return seed
    place = {name: i for i, name in enumerate(seed.example_id)}
    if alone := sorted(place.keys() ^ set(order)):
        raise InputError(
            f"counts by page: page {alone[0]} stands in one system's only ({len(alone)} such pages, "
            f"{len(order)} and {len(place)} in all); evaluate both on the same pages"
        )
    rows = [place[name] for name in order]
    article = tuple(seed.article[row] for row in rows) if seed.article else ()
    return PageCounts(order, seed.counts[rows], seed.answered[rows], seed.first[rows], article)


@dataclass(frozen=True)
class Measured:
    """A difference of two arms, and what was held to be independent: `article`, `page`, or nothing named."""

    comparison: Comparison
    cluster: str
    pages: int


def f1_comparison(uniform: list[PageCounts], other: list[PageCounts]) -> Measured:
    """Micro F1 of `other` minus that of `uniform` (lists by seed), over seeds and articles.

    F1 = 2 ΣTP / Σ(2 TP + FP + FN) is a ratio of sums; each page's linearised share of it,
    F1 + (2 TP_i − F1·D_i) / mean(D), has F1 as its mean (delta method).
    """
    arms = paired((other, uniform))
    shares = [np.array([_linearised(seed.counts) for seed in arm]) for arm in arms]
    return _measured(shares[0] - shares[1], arms[0][0], np.ones(len(shares[0][0]), dtype=bool))


def recall_comparison(uniform: list[PageCounts], other: list[PageCounts]) -> Measured:
    """Recall at 1 on answered pages, `other` minus `uniform`, over seeds and articles."""
    pairs = paired((other, uniform))
    answered = pairs[0][0].answered > 0
    if any(((seed.answered > 0) != answered).any() for arm in pairs for seed in arm):
        raise InputError("counts by page: systems differ in which pages have an answer; evaluate both again")
    arms = [np.array([seed.first[answered] for seed in arm], dtype=float) for arm in pairs]
    return _measured(arms[0] - arms[1], pairs[0][0], answered)


def f1_difference(uniform: list[PageCounts], other: list[PageCounts]) -> Estimate:
    """The difference of `f1_comparison` with its 95 % interval."""
    return f1_comparison(uniform, other).comparison.estimate


def recall_difference(uniform: list[PageCounts], other: list[PageCounts]) -> Estimate:
    """The difference of `recall_comparison` with its 95 % interval."""
    return recall_comparison(uniform, other).comparison.estimate


def _measured(differences: np.ndarray, pages: PageCounts, rows: np.ndarray) -> Measured:
    cluster, clusters = pages.clusters(rows)
    comparison = compare(differences, clusters, bounds=DIFFERENCE_OF_SHARES)
    return Measured(comparison, cluster, int(rows.sum()))


def _linearised(counts: np.ndarray) -> np.ndarray:
    tp, fp, fn = counts.astype(float).T
    parts = 2 * tp + fp + fn
    if not parts.sum():
        return np.zeros(len(counts))
    f1 = 2 * tp.sum() / parts.sum()
    return f1 + (2 * tp - f1 * parts) / parts.mean()


def compared(
    uniform: list[PageCounts],
    other: list[PageCounts],
    tokens: TokenPages,
    distribution: Distribution,
    exponent: float,
) -> dict[str, Any]:
    """A sampler against uniform: differences with their intervals, and what each of them draws."""
    return {
        "seeds": len(uniform),
        "questions": len(uniform[0].example_id),
        "answered": int(uniform[0].answered.sum()),
        "micro_f1": f1_difference(uniform, other)._asdict(),
        "recall_at_1": recall_difference(uniform, other)._asdict(),
        "draws_uniform": draws(tokens, distribution, 0.0),
        "draws_other": draws(tokens, distribution, exponent),
    }


def draws(tokens: TokenPages, distribution: Distribution, exponent: float) -> dict[str, float]:
    """What the sampler draws: effective number of negatives and the weight of the likeliest ones.

    `effective` and `available` are medians over pages; `share_top_tenth` is the chance that a draw is
    among the tenth of a page's negatives (at least one) with the highest probability.
    """
    shares = within_page_shares(distribution, exponent)
    result: dict[str, float] = {}
    for name, wanted in (("answered", tokens.answer_class != NONE), ("null", tokens.answer_class == NONE)):
        pages = np.flatnonzero(wanted)
        rows = np.isin(distribution.pages, pages)
        if not rows.any():
            continue
        part = Distribution(*(column[rows] for column in _columns(distribution)))
        counts = np.unique(part.pages, return_counts=True)[1]
        result |= {
            f"{name}_available": float(np.median(counts)),
            f"{name}_effective": float(np.median(effective_negatives(part, exponent))),
            f"{name}_share_top_tenth": _share_top_tenth(part.pages, shares[rows]),
        }
    return result


def _columns(distribution: Distribution) -> tuple[np.ndarray, ...]:
    return distribution.pages, distribution.candidates, distribution.probabilities, distribution.shares


def _share_top_tenth(pages: np.ndarray, shares: np.ndarray) -> float:
    """Mean over pages of the share of the likeliest tenth of the page's negatives."""
    first = np.unique(pages, return_index=True)[1]
    groups = np.split(shares, first[1:])
    return float(np.mean([np.sort(group)[-max(1, len(group) // 10) :].sum() for group in groups]))
