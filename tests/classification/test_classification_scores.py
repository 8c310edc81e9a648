"""Scores on a long tail, against definitions, worked cases, and probabilities that are known."""

import numpy as np
import pytest

from reckon.classification.scores import (
    UNKNOWN,
    calibration_error,
    ranks,
    summary,
    temperature,
    tempered,
    thirds,
)

# Three classes of 30, 20 and 2 training texts; five texts, the last of a label that training lacks.
SIZES = [30, 20, 2]
TRUTH = [0, 0, 1, 2, UNKNOWN]
LOG_P = np.log([[0.7, 0.2, 0.1], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1], [0.5, 0.3, 0.2], [0.8, 0.1, 0.1]])


def test_a_worked_case():
    found = summary(TRUTH, LOG_P, SIZES)
    assert found["accuracy"] == pytest.approx(2 / 5)
    # F1 of 0: 2·1/(2 + 3), of 1: 2·1/(1 + 2), of 2 and of the unknown label: 0.
    assert found["macro_f1"] == pytest.approx((2 / 5 + 2 / 3) / 4)
    assert found["balanced_accuracy"] == pytest.approx((1 / 2 + 1) / 4)
    assert (found["head"], found["middle"], found["tail"], found["rare"]) == (0.5, 1, 0, 0)
    assert [found[f"recall_at_{k}"] for k in range(1, 6)] == pytest.approx([0.4, 0.6, 0.8, 0.8, 0.8])


def test_thirds_hold_every_class_once_by_size():
    assert thirds([1, 9, 5, 5, 2, 7, 3]) == {"head": [1, 5], "middle": [2, 3, 6], "tail": [4, 0]}


def test_recall_at_1_is_accuracy_also_where_scores_are_equal():
    equal = np.zeros((4, 4))
    assert ranks([0, 1, 2, 3], equal).tolist() == [1, 2, 3, 4]
    found = summary([0, 1, 2, 3], equal, [1] * 4)
    assert found["recall_at_1"] == found["accuracy"] == 0.25


def test_a_group_without_a_text_has_no_score():
    assert np.isnan(summary([0], LOG_P[:1], SIZES)["tail"])


def drawn(t, n=4000):
    """Labels of known probabilities, and what a classifier says that takes the t-th power of these."""
    rng = np.random.default_rng(7)
    log_p = tempered(2 * rng.normal(size=(n, 5)), 1)
    truth = np.array([rng.choice(5, p=p / p.sum()) for p in np.exp(log_p)])
    return truth, tempered(log_p, 1 / t)


def test_calibration_error_of_the_true_probabilities_is_small_and_of_sharpened_ones_is_not():
    assert calibration_error(*drawn(1)).mean < 0.03
    sharpened = calibration_error(*drawn(3))
    assert sharpened.low > 0.05
    assert sharpened.low < sharpened.mean < sharpened.high


def test_calibration_error_of_one_bin_is_the_distance_of_confidence_from_accuracy():
    assert calibration_error([0, 0, 0, 1], np.log([[0.9, 0.1]] * 4)).mean == pytest.approx(0.15)


@pytest.mark.parametrize("t", [0.5, 1, 3])
def test_the_temperature_is_the_power_that_was_taken(t):
    truth, log_p = drawn(t)
    found = temperature([*truth, UNKNOWN], [*log_p, log_p[0]])
    assert found == pytest.approx(t, rel=0.06)
    softened = tempered(log_p, found)
    assert (softened.argmax(1) == log_p.argmax(1)).all()
    assert calibration_error(truth, softened).mean < 0.03
