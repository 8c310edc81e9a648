"""A miniature e-SNLI: generated pairs whose label and essential words are known by construction.

A premise says who does what near which thing. A hypothesis repeats a part of it and changes one word:
to what the word implies (entailment), to what it excludes (contradiction); or it adds what the premise
does not say (neutral). The changed word and its original, or the addition, are essential, and nothing else.
"""

import random
from collections.abc import Iterator
from typing import NamedTuple

# Of the words in a group the first is the general one, which all others imply; two others exclude each other.
# All are whole words to the usual vocabularies, so that a few hundred pairs suffice to learn them.
PEOPLE = (
    ("man", "father", "uncle", "king", "monk"),
    ("woman", "mother", "aunt", "queen", "nun"),
    ("worker", "baker", "farmer", "painter", "sailor"),
    ("player", "keeper", "striker", "pitcher", "guard"),
)
ANIMALS = (
    ("animal", "dog", "horse", "cow", "goat"),
    ("bird", "eagle", "duck", "crow", "owl"),
)
# (general, special ones) of what somebody does to a thing.
ACTIONS = (
    ("moving", "running", "walking", "crawling", "jumping"),
    ("resting", "sleeping", "sitting", "kneeling", "leaning"),
    ("speaking", "singing", "shouting", "whispering", "laughing"),
)
THINGS = (
    ("vehicle", "truck", "bus", "tractor", "wagon"),
    ("building", "church", "barn", "castle", "hospital"),
    ("instrument", "guitar", "piano", "violin", "drum"),
    ("plant", "rose", "oak", "fern", "bush"),
)
PLACES = ("near", "behind", "beside", "above")
COLOURS = ("red", "blue", "green", "white", "black", "yellow")
SIZES = ("old", "young", "tall", "small", "tired", "happy")
GARMENTS = ("hat", "coat", "scarf", "shirt", "belt")
# What no premise says: a hypothesis with one of these is neutral.
UNSAID = (
    ("for", "money"),
    ("after", "lunch"),
    ("before", "dinner"),
    ("with", "friends"),
    ("on", "holiday"),
    ("for", "fun"),
)


COLUMNS = (
    "pairID",
    "gold_label",
    "Sentence1",
    "Sentence2",
    *(
        f"{name}_{annotator}"
        for annotator in (1, 2, 3)
        for name in (
            "Explanation",
            "Sentence1_marked",
            "Sentence2_marked",
            "Sentence1_Highlighted",
            "Sentence2_Highlighted",
        )
    ),
)
_LABELS = ("entailment", "contradiction", "neutral")
_SLIP = 0.2  # chance that a second or third annotator also marks a word beside the essential ones


class _Scene(NamedTuple):
    """One premise: its words, and the places of the three that a hypothesis may change."""

    words: list[str]
    changeable: dict[int, tuple[str, ...]]  # place -> group of the word


def pairs(count: int, seed: int, *, annotators: int) -> Iterator[dict[str, str]]:
    """Yield `count` rows in the columns of e-SNLI; each label in turn, every third pair.

    With three annotators the second and the third sometimes mark one word too many, never the first; so
    the majority is always right. Absent annotators are `NA`, as in the official files.
    """
    for number in range(count):
        rng = random.Random(f"nli {seed} {number}")
        yield _row(number, _LABELS[number % 3], rng, annotators)


def _row(number: int, label: str, rng: random.Random, annotators: int) -> dict[str, str]:
    scene = _scene(rng)
    hypothesis, essential = _hypothesis(scene, label, rng)
    row = {
        "pairID": f"{number // 3}.jpg#0r1{label[0]}",
        "gold_label": label,
        "Sentence1": _sentence(scene.words),
        "Sentence2": _sentence(hypothesis),
    }
    for annotator in (1, 2, 3):
        if annotator > annotators:
            row |= {column: "NA" for column in COLUMNS if column.endswith(f"_{annotator}")}
            continue
        row[f"Explanation_{annotator}"] = f"{label} by {hypothesis[essential[1][0]]}."
        for place, words in enumerate((scene.words, hypothesis)):
            marked = set(essential[place])
            if annotator > 1 and marked and rng.random() < _SLIP:
                marked.add(rng.choice([i for i in range(len(words)) if i not in marked]))
            row[f"Sentence{place + 1}_marked_{annotator}"] = _starred(words, marked)
            row[f"Sentence{place + 1}_Highlighted_{annotator}"] = ",".join(map(str, sorted(marked))) or "{}"
    return row


def _scene(rng: random.Random) -> _Scene:
    """Return for example: a tired farmer in a red hat is singing near a truck."""
    who = rng.choice((*PEOPLE, *PEOPLE, *ANIMALS))
    action, thing = rng.choice(ACTIONS), rng.choice(THINGS)
    dressed = ["in", "a", rng.choice(COLOURS), rng.choice(GARMENTS)] if who in PEOPLE else []
    head = ["a", rng.choice(SIZES), rng.choice(who[1:]), *dressed, "is"]
    words = [*head, rng.choice(action[1:]), rng.choice(PLACES), "a", rng.choice(thing[1:])]
    return _Scene(words, {2: who, len(head): action, len(words) - 1: thing})


def _hypothesis(
    scene: _Scene, label: str, rng: random.Random
) -> tuple[list[str], tuple[list[int], list[int]]]:
    """Words of the hypothesis, and the places of the essential words in both sentences."""
    who, action, thing = scene.changeable
    kept = [who, action] if rng.random() < 0.5 else [who, action, thing]
    words = ["a", scene.words[who], "is", scene.words[action]]
    if thing in kept:
        words += scene.words[thing - 2 :]
    if label == "neutral":
        addition = rng.choice(UNSAID)
        return [*words, *addition], ([], [len(words), len(words) + 1])
    changed = rng.choice(kept)
    here = {who: 1, action: 3, thing: len(words) - 1}[changed]
    group = scene.changeable[changed]
    others = [word for word in group[1:] if word != words[here]]
    words[here] = group[0] if label == "entailment" else rng.choice(others)
    return words, ([changed], [here])


def _sentence(words: list[str]) -> str:
    text = " ".join(words)
    return f"{text[0].upper()}{text[1:]}."


def _starred(words: list[str], marked: set[int]) -> str:
    """The sentence with stars around marked words, the final full stop within them, as in the real files."""
    shown = _sentence(words).split(" ")
    return " ".join(f"*{word}*" if place in marked else word for place, word in enumerate(shown))
