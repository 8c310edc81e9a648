"""Tagging without a network: the most frequent tag of a word, and the averaged perceptron.

Lecture, "RNNs for Tagging" and "Part-of-Speech Tagging". The perceptron (Collins 2002, EMNLP) goes through
a sentence from left to right and gives each word the tag k with the largest sum of weights w_k over its
features. Where it errs, the weights of the right tag gain 1 at every feature, those of the tag given lose 1.
What tags new text is the mean of the weights over all steps of the training,

    (1/T) Σ_t W_t = W_T − (1/T) Σ_t t δ_t,     δ_t: the change after step t, counted from 0.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reckon.errors import InputError
from reckon.files.reading import read_jsonl
from reckon.files.shapes import require
from reckon.stats.intervals import Estimate, document_interval

# https://universaldependencies.org/u/pos
UPOS = frozenset(
    "ADJ ADP ADV AUX CCONJ DET INTJ NOUN NUM PART PRON PROPN PUNCT SCONJ SYM VERB X".split()  # noqa: SIM905
)
# The slide's sentence with its tags, as printed.
BOEING = (
    "Profits/N soared/V at/P Boeing/N Co./N ,/, easily/ADV topping/V forecasts/N on/P Wall/N Street/N ,/, "
    "as/P their/POSS CEO/N Alan/N Mulally/N announced/V first/ADJ quarter/N results/N ./."
)
_TO_SLIDE = {"NOUN": "N", "PROPN": "N", "VERB": "V", "AUX": "V", "ADP": "P", "SCONJ": "P"}
_POSSESSIVE = {"my", "your", "his", "her", "its", "our", "their"}


class Sentence(NamedTuple):
    """Tokens, a tag for each, and the document they stand in."""

    tokens: tuple[str, ...]
    tags: tuple[str, ...]
    document: str


def read_tagged(path: str, layer: str, known: Collection[str], counts: Counter[str]) -> list[Sentence]:
    """The sentences of a jsonl file with the tags of a `layer`; empty ones are left out, `empty_sentence`.

    A sentence whose id ends in a number belongs to the document before it; one without id is its own.
    Raises `InputError` with file and line for a tag that is not `known`, or not one tag a token.
    """
    found = []
    for number, row in read_jsonl(path):
        where = f"{path}:{number}"
        require(where, row, {"tokens": [str], layer: [str]}, "is this a tagged corpus?")
        tokens, tags = row["tokens"], row[layer]
        if len(tokens) != len(tags):
            raise InputError(f"{where}: {len(tokens)} tokens and {len(tags)} tags; give one tag a token")
        if wrong := [tag for tag in tags if tag not in known]:
            raise InputError(f"{where}: unknown tag {wrong[0]!r}; known are {', '.join(sorted(known))}")
        if not tokens:
            counts["empty_sentence"] += 1
            continue
        document = re.sub(r"-?\d+$", "", str(row["id"])) if "id" in row else f"line {number}"
        found.append(Sentence(tuple(tokens), tuple(tags), document))
    if not found:
        raise InputError(f"{path}: no sentence; is this a tagged corpus?")
    return found


class MostFrequent:
    """Each word gets the tag that it had most often in training; a new word the most frequent tag of all."""

    def __init__(self, training: Sequence[Sentence]) -> None:
        of_word: dict[str, Counter[str]] = defaultdict(Counter)
        of_all: Counter[str] = Counter()
        for sentence in training:
            of_all.update(sentence.tags)
            for token, tag in zip(sentence.tokens, sentence.tags, strict=True):
                of_word[token][tag] += 1
        self.best = {token: tags.most_common(1)[0][0] for token, tags in of_word.items()}
        self.fallback = of_all.most_common(1)[0][0]

    def tag(self, tokens: Sequence[str]) -> list[str]:
        """A tag a token."""
        return [self.best.get(token, self.fallback) for token in tokens]


class Perceptron:
    """The averaged perceptron; `weights[feature, tag]` are the means after training."""

    def __init__(self, training: Sequence[Sentence], epochs: int, rng_seed: int = 0) -> None:
        self.tags = sorted({tag for sentence in training for tag in sentence.tags})
        self.number: dict[str, int] = {}
        rows = [self._known(sentence.tokens, grow=True) for sentence in training]
        place = {tag: k for k, tag in enumerate(self.tags)}
        gold = [[place[tag] for tag in sentence.tags] for sentence in training]
        self.weights = self._trained(rows, gold, epochs, np.random.default_rng(rng_seed))

    def tag(self, tokens: Sequence[str]) -> list[str]:
        """A tag a token; features that the training did not have count nothing."""
        given: list[int] = []
        for row in self._known(tokens):
            given.append(self._best(self.weights, np.append(row, self._of_tags(given))))
        return [self.tags[k] for k in given]

    def _trained(
        self,
        rows: Sequence[Sequence[NDArray[np.int64]]],
        gold: Sequence[Sequence[int]],
        epochs: int,
        rng: np.random.Generator,
    ) -> NDArray[np.float64]:
        """`rows` are the features of each sentence's tokens, `gold` the places of its tags."""
        states = len(self.tags) + 1
        weights = np.zeros((len(self.number) + states + states**2, len(self.tags)))
        delayed, step = np.zeros_like(weights), 0  # Σ_t t δ_t
        for _ in range(epochs):
            for place in rng.permutation(len(rows)):
                given: list[int] = []
                for row, right in zip(rows[place], gold[place], strict=True):
                    active = np.append(row, self._of_tags(given))
                    guess = self._best(weights, active)
                    if guess != right:
                        weights[active, right] += 1
                        weights[active, guess] -= 1
                        delayed[active, right] += step
                        delayed[active, guess] -= step
                    given.append(guess)
                    step += 1
        return weights - delayed / step

    @staticmethod
    def _best(weights: NDArray[np.float64], active: NDArray[np.int64]) -> int:
        return int(weights.take(active, axis=0).sum(axis=0).argmax())

    def _of_tags(self, given: Sequence[int]) -> list[int]:
        """Two features: the tag before, and the two tags before; they follow those of the words."""
        states, first = len(self.tags) + 1, len(self.number)
        last = given[-1] if given else states - 1
        second = given[-2] if len(given) > 1 else states - 1
        return [first + last, first + states + last * states + second]

    def _known(self, tokens: Sequence[str], *, grow: bool = False) -> list[NDArray[np.int64]]:
        """Numbers of the words' features, new ones too if they may `grow`."""
        number = self.number
        if grow:
            return [np.array([number.setdefault(f, len(number)) for f in row]) for row in features(tokens)]
        return [np.array([number[f] for f in row if f in number], int) for row in features(tokens)]


def features(tokens: Sequence[str]) -> Iterator[list[str]]:
    """Of each token: the word, its ends, its shape, and the two words on either side with their ends."""
    lower = ["<s>", "<s>", *(token.lower() for token in tokens), "</s>", "</s>"]
    for i, token in enumerate(tokens):
        before2, before, word, after, after2 = lower[i : i + 5]
        row = {"word": token, "lower": word, "shape": shape(token), "first": word[:1]}
        row |= {f"last {n}": word[-n:] for n in (1, 2, 3, 4)}
        row |= {"-1": before, "+1": after, "-2": before2, "+2": after2, "pair": f"{before} {word}"}
        row |= {"-1 last 3": before[-3:], "+1 last 3": after[-3:], "start": str(i == 0)}
        yield [f"{name}={value}" for name, value in row.items()] + ["bias"]


def shape(token: str) -> str:
    """Letters as X and x, digits as 0, one for a run of them: `Xx` for Boeing, `0-x` for 10-day."""
    marks = ["X" if c.isupper() else "x" if c.islower() else "0" if c.isdigit() else c for c in token]
    return "".join(mark for previous, mark in pairwise(["", *marks]) if mark != previous)


def accuracy(gold: Sequence[Sentence], tagged: Sequence[Sequence[str]]) -> Estimate:
    """Share of the tokens with the right tag, 95 % interval by the bootstrap over documents."""
    hits, tokens = by_document(gold, [_hits(s, given) for s, given in zip(gold, tagged, strict=True)])
    return document_interval([hits, tokens], ratio)


def gain(
    gold: Sequence[Sentence], better: Sequence[Sequence[str]], worse: Sequence[Sequence[str]]
) -> Estimate:
    """Accuracy of `better` minus that of `worse`, paired by document."""
    rows = [
        (_hits(s, one)[0] - _hits(s, other)[0], len(s.tokens))
        for s, one, other in zip(gold, better, worse, strict=True)
    ]
    return document_interval(by_document(gold, rows), ratio)


def by_document(sentences: Sequence[Sentence], rows: Sequence[Sequence[float]]) -> list[NDArray[np.float64]]:
    """Sums over the sentences of each document: one array for each column of `rows`."""
    _, document = np.unique([sentence.document for sentence in sentences], return_inverse=True)
    return [np.bincount(document, column).astype(float) for column in np.transpose(rows)]


def ratio(above: NDArray[np.float64], below: NDArray[np.float64], axis: int = -1) -> Any:
    """Ratio of sums, as `document_interval` asks for it."""
    return above.sum(axis) / below.sum(axis)


def boeing() -> Sentence:
    """The slide's sentence, 23 tokens, with the slide's tags."""
    tokens, tags = zip(*(pair.rsplit("/", 1) for pair in BOEING.split(" ")), strict=True)
    return Sentence(tokens, tags, "Boeing")


def on_the_slide(tokens: Sequence[str], upos: Sequence[str]) -> list[str]:
    """Universal tags in the slide's letters; a punctuation mark is its own tag, `their` is POSS."""
    return [
        token
        if tag == "PUNCT"
        else "POSS"
        if tag == "PRON" and token.lower() in _POSSESSIVE
        else _TO_SLIDE.get(tag, tag)
        for token, tag in zip(tokens, upos, strict=True)
    ]


def _hits(sentence: Sentence, given: Sequence[str]) -> tuple[int, int]:
    right = sum(a == b for a, b in zip(sentence.tags, given, strict=True))
    return right, len(sentence.tokens)
