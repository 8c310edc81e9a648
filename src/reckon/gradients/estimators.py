"""Sizes of all blocks H_ij of a Hessian from products with vectors: exactly, by columns, by random probes.

A block (i, j) couples word i with word j; `words` (tokens,) numbers the word of every token, so that the
pieces of a word are one block. Every method fills running sums over directions placed at one word at a
time, never the Hessian: memory grows with words², not with (tokens x hidden)².
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from scipy import stats
from torch import Tensor

from reckon.gradients.products import Product

LEVEL = 0.95
# Tokens of all directions that are differentiated at once: bounds the memory, whatever the sentence's length.
_TOKENS_AT_ONCE = 1536


@dataclass(frozen=True)
class Blocks:
    """Estimates of all blocks (words, words), symmetric, with a standard error and an interval each.

    An exact value has the error 0. A block that was not asked for is NaN.
    """

    score: np.ndarray
    error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    products: int  # Hessian-vector products spent


class Samples:
    """Running sums of samples s_ij of each ordered block, drawn by directions at word j."""

    def __init__(self, count: int) -> None:
        self.n = np.zeros(count)
        self.first, self.second = np.zeros((2, count, count))
        self.products = 0

    def add(self, j: int, values: np.ndarray) -> None:
        """Add samples `values` (samples, words) of the column of blocks at word `j`."""
        self.n[j] += len(values)
        self.products += len(values)
        self.first[:, j] += values.sum(0)
        self.second[:, j] += (values**2).sum(0)

    def pooled(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Number, mean and standard error of the samples of each unordered block, both orders together."""
        n = self.n[None, :] + self.n[:, None]
        first, second = self.first + self.first.T, self.second + self.second.T
        np.fill_diagonal(n, self.n)
        for sums, own in ((first, self.first), (second, self.second)):
            np.fill_diagonal(sums, np.diag(own))
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = first / n
            variance = np.maximum(second / n - mean**2, 0) * n / (n - 1)
            return n, mean, np.sqrt(variance / n)


def exact(
    product: Product, E: Tensor, words: np.ndarray, wanted: Iterable[int], chunk: int | None = None
) -> tuple[np.ndarray, np.ndarray, int]:
    """Σ|H| and Σ H² over every block (words, words), from all columns of the `wanted` words, in chunks.

    Columns of other words are NaN. Costs one product a token and coordinate.
    """
    size, hidden = words.max() + 1, E.shape[1]
    sums = np.full((2, size, size), np.nan)
    spent = 0
    for j in wanted:
        coordinates = [(int(t), q) for t in np.flatnonzero(words == j) for q in range(hidden)]
        sums[:, :, j] = 0
        for V in _unit_vectors(coordinates, E, chunk or directions_at_once(len(E))):
            HV = product(V)
            spent += len(V)
            sums[0, :, j] += _by_word(HV.abs().sum(-1).sum(0), words)
            sums[1, :, j] += _by_word((HV.double() ** 2).sum(-1).sum(0), words)
    return sums[0], sums[1], spent


def probes(
    product: Product,
    E: Tensor,
    words: np.ndarray,
    draws: dict[int, int],
    samples: Samples,
    rng: torch.Generator,
) -> None:
    """Add `draws[j]` samples of ||H_ij v||², v ~ N(0, I) at word j, for all i; their mean is ||H_ij||_F²."""
    owners = [j for j, count in draws.items() for _ in range(count)]
    V = torch.zeros(len(owners), *E.shape, dtype=E.dtype)
    for n, j in enumerate(owners):
        rows = torch.from_numpy(np.flatnonzero(words == j))
        V[n, rows] = torch.randn(len(rows), E.shape[1], generator=rng, dtype=E.dtype)
    squares = (_in_chunks(product, V.to(E.device)).double() ** 2).sum(-1)
    for j in draws:
        of_word = [n for n, owner in enumerate(owners) if owner == j]
        samples.add(j, _by_word(squares[of_word], words))


def columns(
    product: Product,
    E: Tensor,
    words: np.ndarray,
    draws: dict[int, int],
    samples: Samples,
    rng: np.random.Generator,
) -> None:
    """Add `draws[j]` samples of the block's Σ|H| from random columns of word j, drawn without repetition.

    A sample is the column's sum of absolute values times the number of columns: unbiased for the
    original's score.
    """
    coordinates: list[tuple[int, int]] = []
    owners: list[int] = []
    for j, count in draws.items():
        total = int((words == j).sum()) * E.shape[1]
        drawn = rng.permutation(total)[:count]
        tokens = np.flatnonzero(words == j)[drawn // E.shape[1]]
        coordinates += zip(tokens.tolist(), (drawn % E.shape[1]).tolist(), strict=True)
        owners += [j] * len(drawn)
    V = torch.cat(list(_unit_vectors(coordinates, E, len(coordinates))))
    sums = _by_word(_in_chunks(product, V).abs().sum(-1).double(), words)
    for j in draws:
        own = np.array(owners) == j
        samples.add(j, int((words == j).sum()) * E.shape[1] * sums[own])


def taylor(
    product: Product, E: Tensor, baseline: Tensor, words: np.ndarray, wanted: list[int]
) -> tuple[np.ndarray, int]:
    """τ_ij = (e_i − b_i)ᵀ H_ij (e_j − b_j), signed, for all i and the `wanted` j; one product a word.

    The second-order term of the deck's expansion around E with the step E − b (without its factor ½ and
    with i and j apart).
    """
    step = E - baseline
    V = torch.stack([step * torch.from_numpy(words == j).to(step)[:, None] for j in wanted])
    inner = (_in_chunks(product, V) * step).sum(-1).double()
    terms = np.full((words.max() + 1,) * 2, np.nan)
    terms[:, wanted] = _by_word(inner, words).T
    return terms, len(wanted)


def intervals(mean: np.ndarray, error: np.ndarray, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of a positive mean of `n` samples: Student's on the scale of the logarithm.

    Samples are skewed (sums of squares), so a symmetric interval would lie too low. With one sample
    there is none: NaN.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        reach = stats.t.ppf((1 + LEVEL) / 2, n - 1) * error / mean
        return mean * np.exp(-reach), mean * np.exp(reach)


def _unit_vectors(coordinates: list[tuple[int, int]], E: Tensor, chunk: int) -> Iterator[Tensor]:
    for start in range(0, len(coordinates), chunk):
        part = coordinates[start : start + chunk]
        V = torch.zeros(len(part), *E.shape, dtype=E.dtype, device=E.device)
        tokens, places = (torch.tensor(axis) for axis in zip(*part, strict=True))
        V[torch.arange(len(part)), tokens, places] = 1
        yield V


def directions_at_once(tokens: int) -> int:
    """How many directions go through the network together: 64 for 24 tokens, fewer for long sentences."""
    return max(1, _TOKENS_AT_ONCE // tokens)


def _in_chunks(product: Product, V: Tensor) -> Tensor:
    return torch.cat([product(part) for part in V.split(directions_at_once(V.shape[1]))])


def _by_word(values: Tensor, words: np.ndarray) -> np.ndarray:
    """Sum of the last axis, over tokens, by word: (..., tokens) to (..., words)."""
    size = int(words.max()) + 1
    sums = torch.zeros(*values.shape[:-1], size, dtype=torch.float64)
    sums.index_add_(-1, torch.from_numpy(words), values.double().cpu())
    return sums.numpy()
