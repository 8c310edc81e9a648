"""Words as vectors: the lecture's table of 8 words by 7 meanings, in two dimensions, and what it knows.

Lecture, "Word Embeddings", lines 126 to 139. The principal components of the centred table X = U S Vᵀ are the
rows of Vᵀ; a word's coordinates are its row of X V, and component k explains S_k² / Σ S² of the variance. A
component is known but for its sign: here its largest entry is positive. An analogy "a is to b as ? to c" is
answered by the word nearest to a − b + c in cosine, the three words apart.
"""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reckon.errors import InputError
from reckon.files.rows import rows_of
from reckon.tables.transcription import Cell

Matrix = NDArray[np.float64]


class Words(NamedTuple):
    """Vectors by word: one row of `vectors` (n × d) a word, none of them zero."""

    words: tuple[str, ...]
    meanings: tuple[str, ...]
    vectors: Matrix

    def of(self, word: str) -> Matrix:
        """The vector of a word; raises `InputError` for one that the table does not have."""
        if word not in self.words:
            raise InputError(f"{word!r}: no such word; there are {', '.join(self.words)}")
        return self.vectors[self.words.index(word)]


class Components(NamedTuple):
    """Principal components, largest first."""

    axes: Matrix  # k × d, orthonormal rows
    coordinates: Matrix  # n × k
    explained: NDArray[np.float64]  # k shares of the variance, which sum to 1


def read_words(path: Path) -> Words:
    """The table as transcribed; raises `InputError` for a word without one of the meanings, or all zero."""
    printed = {(cell.row, cell.column): cell.printed.value for cell in rows_of(path, Cell)}
    values = {key: float(value) for key, value in printed.items() if value is not None}
    words, meanings = (tuple(dict.fromkeys(key[place] for key in values)) for place in (0, 1))
    if missing := [f"{w}, {m}" for w in words for m in meanings if (w, m) not in values]:
        raise InputError(f"{path}: no value for {missing[0]}; transcribe the whole table")
    vectors = np.array([[values[word, meaning] for meaning in meanings] for word in words])
    if zero := [word for word, vector in zip(words, vectors, strict=True) if not vector.any()]:
        raise InputError(f"{path}: the vector of {zero[0]} is zero, it has no direction; correct it")
    return Words(words, meanings, vectors)


def components(vectors: Matrix) -> Components:
    """All principal components of n vectors; those of no variance are left out."""
    centred = vectors - vectors.mean(axis=0)
    _, sizes, axes = np.linalg.svd(centred, full_matrices=False)
    axes = axes[sizes > 1e-12 * sizes[0]]
    largest = np.argmax(np.abs(axes), axis=1, keepdims=True)
    axes = axes * np.sign(np.take_along_axis(axes, largest, axis=1))
    return Components(axes, centred @ axes.T, (sizes**2 / np.sum(sizes**2))[: len(axes)])


def cosines(some: Matrix, others: Matrix) -> Matrix:
    """Cosines, in [−1, 1]: each row of `some` (n × d) against each of `others` (m × d), none zero; n × m."""
    lengths = np.linalg.norm(some, axis=-1)[:, None] * np.linalg.norm(others, axis=-1)
    return some @ others.T / lengths


def analogy(table: Words, a: str, b: str, c: str) -> tuple[str, float]:
    """The word nearest to a − b + c, other than the three, and its cosine; of equals the first."""
    asked = table.of(a) - table.of(b) + table.of(c)
    found = dict(zip(table.words, cosines(asked[None], table.vectors)[0], strict=True))
    best = max((word for word in table.words if word not in (a, b, c)), key=found.__getitem__)
    return best, float(found[best])


def drawn(table: Words, found: Components) -> Any:
    """The slide's picture: words at their first two coordinates, and the steps from male to female."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 3.4), layout="constrained")
    axes = figure.subplots()
    places = dict(zip(table.words, found.coordinates[:, :2], strict=True))
    axes.plot(*found.coordinates[:, :2].T, "o", ms=3.5)
    for word, place in places.items():
        axes.annotate(word, place, xytext=(4, 4), textcoords="offset points", fontsize=8)
    for start, end in (("man", "woman"), ("king", "queen")):
        axes.annotate("", places[end], places[start], arrowprops={"arrowstyle": "->", "color": "0.5"})
    shares = [f"component {k}, {share:.1%} of the variance" for k, share in enumerate(found.explained[:2], 1)]
    axes.set(xlabel=shares[0], ylabel=shares[1])
    axes.margins(0.12)
    axes.set_aspect("equal")
    return figure
