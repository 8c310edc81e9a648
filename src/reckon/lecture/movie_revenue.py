"""Movie revenue by linear regression with both penalties, from metadata, from text, and from both.

Lecture, "Typical NLP Task: Predicting gross revenues of movies" and "Models". What is minimised is

    (1/n) Σ_i (M_i − wᵀf_i − b)² + λ₁ ‖w‖₁ + λ₂ ‖w‖₂²,

the elastic net; the intercept b, which the slide leaves out, is not penalised. scikit-learn minimises half of
it, (1/2n) Σ_i (…)² + α ρ ‖w‖₁ + ½ α (1 − ρ) ‖w‖₂², so that α = λ₁/2 + λ₂ and α ρ = λ₁/2.

M_i is here the logarithm of the revenue: the errors of a film are factors, and one great film does not
outweigh a hundred small ones. Predictions are turned back into dollars before they are scored.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from reckon.errors import InputError
from reckon.files.reading import read_jsonl
from reckon.files.shapes import require
from reckon.stats.intervals import Estimate, document_interval

_REMEDY = "is this a file of film openings?"
_SHAPE = {
    **dict.fromkeys(("release_date", "genres", "mpaa", "studio", "director", "actors", "runtime"), str),
    **dict.fromkeys(("plot", "critics_consensus"), (str, type(None))),
    **dict.fromkeys(("opening_gross", "budget"), (float, int, type(None))),
    "screens": (float, int),
}
# λ₁ and λ₂ that are tried; on log dollars, 10⁻⁴ to 10⁻¹ go from all words to a handful.
PENALTIES = [
    (float(first), float(second)) for first in np.logspace(-4, -1, 7) for second in (1e-3, 1e-2, 1e-1)
]


class Film(NamedTuple):
    """What is known of a film before its opening, and its revenue then."""

    released: str  # YYYY-MM-DD
    revenue: float  # of the opening weekend, US dollars, > 0
    screens: float
    budget: float | None  # US dollars
    minutes: float
    categories: tuple[str, ...]  # such as "genre=Comedy"
    text: str


class Score(NamedTuple):
    """A model on films that it was not made from: errors in dollars, and Pearson's r, NaN for a constant."""

    mean_absolute_error: Estimate
    r: Estimate


def read_films(path: str, counts: Counter[str]) -> list[Film]:
    """The films of a jsonl file; those without revenue are left out and counted as `no_revenue`.

    Raises `InputError` with file and line for a missing or mistyped field, a number that is not positive,
    and a file without films.
    """
    films = []
    for number, row in read_jsonl(path):
        where = f"{path}:{number}"
        require(where, row, _SHAPE, _REMEDY)
        counts["films"] += 1
        if row["opening_gross"] is None:
            counts["no_revenue"] += 1
        else:
            films.append(_film(where, row))
    if not films:
        raise InputError(f"{path}: no film with a revenue; {_REMEDY}")
    return films


def require_order(earlier: Sequence[Film], later: Sequence[Film], where: str) -> None:
    """Raise `InputError` unless all films of `later` opened after those of `earlier`: no look ahead."""
    last, first = max(film.released for film in earlier), min(film.released for film in later)
    if first <= last:
        raise InputError(
            f"{where}: a film of {first}, but the films before it reach to {last}; split by date"
        )


def elastic_net(first: float, second: float) -> Any:
    """scikit-learn's model for the slide's λ₁ = `first` > 0 and λ₂ = `second` ≥ 0."""
    from sklearn.linear_model import ElasticNet

    alpha = first / 2 + second
    return ElasticNet(alpha=alpha, l1_ratio=first / (2 * alpha), max_iter=20_000, tol=1e-5)


class Metadata:
    """D: standardised logarithms of budget and screens, standardised minutes, and categories as 0 or 1."""

    def __init__(self, films: Sequence[Film]) -> None:
        from sklearn.feature_extraction import DictVectorizer

        table = np.array([_numbers(film) for film in films])
        self.mean, self.sd = np.nanmean(table, axis=0), np.nanstd(table, axis=0)
        self.vectorizer = DictVectorizer().fit([self._row(film) for film in films])

    def matrix(self, films: Sequence[Film]) -> Any:
        """Sparse (films, features); a category that no film of the training has is no feature."""
        return self.vectorizer.transform([self._row(film) for film in films])

    def unseen(self, films: Sequence[Film]) -> int:
        """How many of the films have a category, such as a director, that no film of the training has."""
        known = self.vectorizer.vocabulary_
        return sum(any(name not in known for name in film.categories) for film in films)

    def _row(self, film: Film) -> dict[str, float]:
        standard = (np.array(_numbers(film)) - self.mean) / np.where(self.sd > 0, self.sd, 1)
        row = dict(zip(("log budget", "log screens", "minutes"), map(float, standard), strict=True))
        if film.budget is None:
            row |= {"log budget": 0.0, "no budget": 1.0}
        return row | dict.fromkeys(film.categories, 1.0)


class Text:
    """T: words, pairs and triples of words, of three films at least, weighted by TF-IDF."""

    def __init__(self, films: Sequence[Film]) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self.vectorizer = TfidfVectorizer(ngram_range=(1, 3), min_df=3, sublinear_tf=True)
        try:
            self.vectorizer.fit([film.text for film in films])
        except ValueError as error:
            raise InputError(f"no word stands in three of {len(films)} films; give more films") from error

    def matrix(self, films: Sequence[Film]) -> Any:
        """Sparse (films, features)."""
        return self.vectorizer.transform([film.text for film in films])


def predictions(
    training: Sequence[Film],
    development: Sequence[Film],
    test: Sequence[Film],
    target: Mapping[str, ArrayLike],
) -> dict[str, NDArray[np.float64]]:
    """What each model predicts for the films of `test`, in the unit of `target`, by the name of the model.

    `target` holds what is predicted, > 0, for the films of "training" and "development". The penalties are
    those with the least mean absolute error on the latter; the models are made from the former alone.
    """
    from scipy.sparse import hstack

    known, chosen_on = (np.asarray(target[name], float) for name in ("training", "development"))
    found = {
        "median": np.full(len(test), np.median(known)),
        "mean": np.full(len(test), np.mean(known)),
    }
    metadata, text = Metadata(training), Text(training)
    kinds: dict[str, list[Metadata | Text]] = {"D": [metadata], "T": [text], "D+T": [metadata, text]}
    for name, parts in kinds.items():
        learn, choose, apply = (
            hstack([part.matrix(films) for part in parts]).tocsr() for films in (training, development, test)
        )
        models = [elastic_net(*penalty).fit(learn, np.log(known)) for penalty in PENALTIES]
        errors = [np.abs(np.exp(model.predict(choose)) - chosen_on).mean() for model in models]
        found[name] = np.exp(models[int(np.argmin(errors))].predict(apply))
    return found


def score(predicted: ArrayLike, actual: ArrayLike) -> Score:
    """Mean absolute error and Pearson's r with 95 % intervals, by the bootstrap over films."""
    p, y = np.asarray(predicted, float), np.asarray(actual, float)
    r = Estimate(*3 * (math.nan,)) if np.ptp(p) == 0 else document_interval([p, y], _pearson)
    return Score(document_interval([np.abs(p - y)]), r)


def _pearson(p: NDArray[np.float64], y: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
    p, y = p - p.mean(axis, keepdims=True), y - y.mean(axis, keepdims=True)
    correlation: NDArray[np.float64] = (p * y).sum(axis) / np.sqrt((p * p).sum(axis) * (y * y).sum(axis))
    return correlation


def _numbers(film: Film) -> tuple[float, float, float]:
    return math.log(film.budget) if film.budget else math.nan, math.log(film.screens), film.minutes


def _film(where: str, row: Mapping[str, Any]) -> Film:
    for name in ("opening_gross", "screens", "budget"):
        if row[name] is not None and not 0 < row[name] < math.inf:
            raise InputError(f"{where}: {name} is {row[name]}, not a positive number; correct it")
    minutes = row["runtime"].removesuffix(" min")
    if not minutes.isdigit():
        raise InputError(f"{where}: runtime is {row['runtime']!r}, not such as '98 min'; correct it")
    text = " ".join(filter(None, (row["plot"], row["critics_consensus"])))
    numbers = (float(row["opening_gross"]), float(row["screens"]), row["budget"], float(minutes))
    return Film(row["release_date"], *numbers, tuple(_categories(row)), text)


def _categories(row: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"genre={name}" for name in row["genres"].split("|"))
    yield from (f"{name}={row[name]}" for name in ("mpaa", "studio"))
    yield from (f"{kind}={name.strip()}" for kind in ("director", "actors") for name in row[kind].split(","))
    yield f"month={row['release_date'][5:7]}"
