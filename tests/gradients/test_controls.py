"""Null controls: expectations by hand, and that nothing is left where nothing is special about a word."""

import numpy as np
import pytest

from reckon.gradients.controls import frequency_classes, matched_means, random_means


def test_the_random_mask_keeps_the_number_of_words_in_each_sentence():
    values = np.array([1.0, 2.0, 3.0, 10.0, 20.0])
    sentences = np.array([0, 0, 0, 1, 1])
    mask = np.array([True, False, False, True, False])
    assert random_means(values, mask, sentences) == (2 + 15) / 2
    assert random_means(values, np.array([True, True, False, True, False]), sentences) == (2 + 2 + 15) / 3


def test_the_expectation_is_the_mean_of_drawn_masks():
    rng = np.random.default_rng(0)
    values, sentences = rng.exponential(size=9), np.repeat([0, 1], [6, 3])
    mask = np.isin(np.arange(9), [0, 4, 7])
    drawn = []
    for _ in range(4000):
        places = [*rng.choice(6, 2, replace=False), 6 + rng.choice(3)]
        drawn.append(values[places].mean())
    assert random_means(values, mask, sentences) == pytest.approx(
        np.mean(drawn), abs=4 * np.std(drawn) / 4000**0.5
    )


def test_classes_double_in_frequency():
    classes = frequency_classes([[5, 5, 5, 7], [5, 5, 5, 5, 9]])
    assert classes == {5: 3, 7: 1, 9: 1}


def columns(rng, effect):
    """200 pairs; a value depends on the token's class and its pair, and `effect` on being essential."""
    values, masks, sentences, kinds = [], [], [], []
    for _ in range(200):
        kind, sentence = rng.integers(0, 3, 12), np.repeat([0, 1], 6)
        mask = rng.random(12) < np.array([0.1, 0.3, 0.7])[kind]
        mask[:2] = True, False
        values.append(rng.exponential() * (1 + kind + sentence + effect * mask + rng.normal(0, 0.1, 12)))
        masks.append(mask), sentences.append(sentence), kinds.append(kind)
    return values, masks, sentences, kinds


@pytest.mark.parametrize("effect", [0.0, 1.0])
def test_matching_removes_what_frequency_explains_and_leaves_what_it_does_not(effect):
    values, masks, sentences, kinds = columns(np.random.default_rng(1), effect)
    scales = np.array([v.mean() for v in values])
    essential = np.array([v[m].mean() for v, m in zip(values, masks, strict=True)]) / scales
    random = np.array([random_means(*row) for row in zip(values, masks, sentences, strict=True)]) / scales
    matched = np.array(matched_means(values, masks, sentences, kinds)) / scales
    assert (essential - random).mean() > 0.1  # essential words are of the louder classes
    difference = (essential - matched).mean()
    if effect:
        assert difference > 0.25
    else:
        assert abs(difference) < 0.03


def test_a_class_without_other_words_takes_the_nearest():
    values = [np.array([4.0, 1.0, 3.0])]
    found = matched_means(values, [np.array([True, False, False])], [np.zeros(3, int)], [np.array([9, 2, 7])])
    assert found == [3.0]
