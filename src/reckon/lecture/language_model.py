"""Language models that count: what a recurrent network has to beat.

Lecture, "Recurrent Neural Network (Language Model)". A model gives the next word w a probability from the
words before it; its perplexity on N words is exp(−(1/N) Σ log p), the end of a sentence counted as a word.

The unigram model is the share of w in the training. Modified Kneser-Ney smoothing (Chen and Goodman 1999, "An
empirical study of smoothing techniques for language modeling", interpolated) takes a discount D from the
count c of each n-gram and gives what that frees to the order below (h' is h without its first word):

    p(w | h) = max(c(hw) − D, 0) / c(h·) + γ(h) p(w | h'),
    γ(h) = (D₁ N₁(h) + D₂ N₂(h) + D₃ N₃(h)) / c(h·),    N_k(h): words seen k times after h, N₃: three or more.

Below the highest order c counts the different words before an n-gram, not its occurrences; an n-gram that
begins a sentence has none before it and keeps its occurrences. The lowest order is mixed with 1/|V|. With n_k
n-grams of an order seen k times, Y = n₁ / (n₁ + 2 n₂) and D_k = k − (k + 1) Y n_{k+1} / n_k.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from reckon.errors import InputError
from reckon.files.reading import reading
from reckon.lecture.concordance import tagged_texts
from reckon.stats.intervals import Estimate, document_interval

Words = tuple[str, ...]
START, END, UNKNOWN = "<s>", "</s>", "<unk>"
_ARTICLE = re.compile(r"= (?!= ).*(?<! =) =")


class Model(Protocol):
    """A language model."""

    def probability(self, word: str, history: Words) -> float:
        """That `word` comes after `history`, which begins with the start of the sentence."""
        ...


def brown_sentences(path: Path) -> dict[str, list[Words]]:
    """Sentences in small letters by text of the Brown corpus; raises `InputError` if the archive is none."""
    texts = {}
    for name, raw in tagged_texts(path).items():
        lines = ([pair.rsplit("/", 1)[0].lower() for pair in line.split()] for line in raw.splitlines())
        texts[name] = [tuple(words) for words in lines if words]
    return texts


def wikitext_sentences(path: Path) -> dict[str, list[Words]]:
    """Lines of words by article of a WikiText file, headings too; `InputError` if it has none.

    An article begins at a heading between single equals signs and is named by its line.
    """
    articles: dict[str, list[Words]] = {}
    name = ""
    with reading(path) as lines:
        for number, line in enumerate(lines, 1):
            if _ARTICLE.fullmatch(line.strip()):
                name = f"line {number}"
            if words := tuple(line.split()):
                if not name:
                    raise InputError(f"{path}:{number}: text before the first heading; is this WikiText?")
                articles.setdefault(name, []).append(words)
    if not articles:
        raise InputError(f"{path}: no article; is this WikiText?")
    return articles


def split(texts: Mapping[str, list[Words]]) -> tuple[list[Words], dict[str, list[Words]]]:
    """Eight of ten texts to learn from, as sentences, and one of ten to be tested on, in the order of names.

    The ninth of each ten is in neither: what has settings may choose them there.
    """
    names = sorted(texts)
    training = [words for i, name in enumerate(names) if i % 10 < 8 for words in texts[name]]
    return training, {name: texts[name] for name in names[9::10]}


def vocabulary(training: Iterable[Words]) -> frozenset[str]:
    """Words that stand in the training twice or more, and the marks of the end and of all other words."""
    counts = Counter(word for words in training for word in words)
    return frozenset({END, UNKNOWN, *(word for word, count in counts.items() if count > 1)})


def marked(words: Words, known: frozenset[str]) -> Words:
    """A sentence between its marks, with `<unk>` for words that are not `known`."""
    return (START, *(word if word in known else UNKNOWN for word in words), END)


class Unigram:
    """Shares of words in the training, the ends of its sentences among them."""

    def __init__(self, training: Iterable[Words], known: frozenset[str]) -> None:
        self.counts = Counter(word for words in training for word in marked(words, known)[1:])
        self.total = self.counts.total()

    def probability(self, word: str, history: Words) -> float:
        """The same after every history."""
        return self.counts[word] / self.total


class KneserNey:
    """Interpolated modified Kneser-Ney; `discounts` by order are D₁, D₂, D₃, from the counts unless given.

    Raises `InputError` for a text too small to have discounts.
    """

    def __init__(
        self,
        training: Iterable[Words],
        known: frozenset[str],
        order: int = 5,
        discounts: Sequence[Sequence[float]] | None = None,
    ) -> None:
        self.order, self.words = order, len(known)
        self.counts = counts_by_order((marked(words, known) for words in training), order)
        self.discounts = [(0.0, *d) for d in discounts or map(discounts_of, self.counts)]
        self.after = [_histories(counts, d) for counts, d in zip(self.counts, self.discounts, strict=True)]

    def probability(self, word: str, history: Words) -> float:
        """p(w | h) from the lowest order up; a history that was never seen leaves it to those below."""
        p = 1 / self.words
        for n, (counts, discounts, after) in enumerate(
            zip(self.counts, self.discounts, self.after, strict=True)
        ):
            if n > len(history) or (found := after.get(h := history[len(history) - n :])) is None:
                break
            total, freed = found
            count = counts.get((*h, word), 0)
            p = max(count - discounts[min(count, 3)], 0.0) / total + freed * p
        return p


def counts_by_order(sentences: Iterable[Words], order: int) -> list[Counter[Words]]:
    """Counts c of the n-grams of each order from 1: occurrences at the highest, words before them below."""
    counts: list[Counter[Words]] = [Counter() for _ in range(order)]
    for words in sentences:
        for i in range(1, len(words)):
            # As long as the order, or from the start of the sentence.
            gram = words[max(0, i - order + 1) : i + 1]
            counts[len(gram) - 1][gram] += 1
    for n in range(order - 1, 0, -1):
        counts[n - 1].update(gram[1:] for gram in counts[n])
    return counts


def discounts_of(counts: Mapping[Words, int]) -> tuple[float, float, float]:
    """D₁, D₂ and D₃ of an order; raises `InputError` unless n-grams of each count from 1 to 3 allow them."""
    n = Counter(count for count in counts.values() if count < 5)
    if min(n[1], n[2], n[3]) > 0:
        y = n[1] / (n[1] + 2 * n[2])
        first, second, third = (k - (k + 1) * y * n[k + 1] / n[k] for k in (1, 2, 3))
        if min(first, second, third) >= 0:
            return first, second, third
    raise InputError(f"{dict(sorted(n.items()))} n-grams by count allow no discounts; give more text")


def perplexity(model: Model, texts: Mapping[str, list[Words]], known: frozenset[str]) -> Estimate:
    """Perplexity on texts, 95 % interval by the bootstrap over them.

    Raises `InputError` for a word of probability 0, such as `<unk>` where no word of the training was rare.
    """
    sums = [list(_log_probabilities(model, sentences, known)) for sentences in texts.values()]
    return document_interval([[math.fsum(p) for p in sums], [len(p) for p in sums]], _perplexity)


def unknown_share(texts: Mapping[str, list[Words]], known: frozenset[str]) -> float:
    """Share of the words of `texts` that are not `known` or are `<unk>` already."""
    words = [word for sentences in texts.values() for sentence in sentences for word in sentence]
    return sum(word == UNKNOWN or word not in known for word in words) / len(words)


def _log_probabilities(model: Model, sentences: Iterable[Words], known: frozenset[str]) -> Iterator[float]:
    for sentence in sentences:
        words = marked(sentence, known)
        for i in range(1, len(words)):
            p = model.probability(words[i], words[:i])
            if p <= 0:
                raise InputError(f"{words[i]!r} has the probability 0; give a training text that has it")
            yield math.log(p)


def _perplexity(logs: NDArray[np.float64], words: NDArray[np.float64], axis: int = -1) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.exp(-logs.sum(axis) / words.sum(axis))
    return found


def _histories(counts: Mapping[Words, int], discounts: Sequence[float]) -> dict[Words, tuple[float, float]]:
    """c(h·) and γ(h) by history."""
    totals: Counter[Words] = Counter()
    freed: dict[Words, float] = {}
    for gram, count in counts.items():
        history = gram[:-1]
        totals[history] += count
        freed[history] = freed.get(history, 0.0) + discounts[min(count, 3)]
    return {history: (total, freed[history] / total) for history, total in totals.items()}
