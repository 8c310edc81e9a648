"""Pairs of texts and label names: how they are built, and leaks that are planted and caught."""

import dataclasses

import numpy as np
import pytest

from reckon.classification.labelled import LabelledText
from reckon.classification.sentence_pairs import candidates, training_pairs
from reckon.errors import InputError

LABELS = "abcdef"
NAMES = {label: label.upper() for label in LABELS}
TEXTS = [LabelledText(str(i), f"text {i}", label, i % 3) for i, label in enumerate(LABELS)]
HELD_OUT = [0, 1, 2, 0, 1, 2]
LOG_P = np.log(np.tile([0.3, 0.25, 0.2, 0.1, 0.08, 0.07], (6, 1)))


def test_each_text_has_one_true_pair_and_the_most_probable_wrong_ones():
    pairs = list(training_pairs(TEXTS, HELD_OUT, LOG_P, NAMES, top=5))
    assert len(pairs) == 30
    of_first, of_last = pairs[:5], pairs[25:]
    assert [(pair.name, pair.target) for pair in of_first] == [
        ("A", 1),
        ("B", 0),
        ("C", 0),
        ("D", 0),
        ("E", 0),
    ]
    # F is only sixth: it takes the place of E.
    assert [(pair.name, pair.target) for pair in of_last] == [
        ("A", 0),
        ("B", 0),
        ("C", 0),
        ("D", 0),
        ("F", 1),
    ]
    assert {pair.id: sum(p.target for p in pairs if p.id == pair.id) for pair in pairs} == dict.fromkeys(
        "012345", 1
    )


def test_a_planted_leak_is_caught():
    """Predictions of a model that was trained on text 4: of all folds, then of another fold's model."""
    for fold in (-1, 0):
        leaked = [*HELD_OUT[:4], fold, HELD_OUT[5]]
        with pytest.raises(InputError, match="text '4': judged by a model that was trained on it"):
            list(training_pairs(TEXTS, leaked, LOG_P, NAMES))


def test_a_text_that_stands_in_two_folds_is_a_leak():
    twice = [*TEXTS[:5], dataclasses.replace(TEXTS[5], text="text 0")]
    with pytest.raises(InputError, match="text '5': it stands in two folds"):
        list(training_pairs(twice, HELD_OUT, LOG_P, NAMES))


def test_candidates_are_ranked_and_equal_ones_keep_their_order():
    assert candidates([[0.1, 0.5, 0.1, 0.3]], 3).tolist() == [[1, 3, 0]]
    assert candidates([[0.1, 0.5]], 5).tolist() == [[1, 0]]
