"""Linear classifiers, and predictions of texts by models that have not seen them."""

import numpy as np
import pytest

from reckon.classification.labelled import NEVER, LabelledText
from reckon.classification.linear import linear, out_of_fold
from reckon.classification.predictions import read_predictions, write_predictions
from reckon.errors import InputError

SETTINGS = {"cost": 10.0, "longest": 2, "fewest": 1, "iterations": 60}


def text(number, words, label, fold=NEVER):
    return LabelledText(str(number), words, label, fold)


TRAINING = [
    text(i, words, words[:2]) for i, words in enumerate(["ab ab", "ab ba", "ab aa", "xy xy", "xy yx"])
]


def test_the_majority_has_the_shares_of_the_classes_whatever_the_text():
    log_p = linear(system="majority", **SETTINGS)(TRAINING, [text(0, "xy", "xy"), text(1, "?", "ab")])
    assert np.exp(log_p) == pytest.approx(np.array([[0.6, 0.4]] * 2))


@pytest.mark.parametrize("system", ["regression", "svm"])
@pytest.mark.parametrize("more", [[], [text(9, "pq pq", "pq")]])
def test_linear_models_tell_apart_what_differs_in_its_characters(system, more):
    judged = [text(0, "abba", "ab"), text(1, "yxxy", "xy"), *more]
    log_p = linear(system=system, **SETTINGS)([*TRAINING, *more], judged)
    assert np.exp(log_p).sum(1) == pytest.approx(1)
    labels = sorted({one.label for one in judged})
    assert [labels[best] for best in log_p.argmax(1)] == [one.label for one in judged]


def test_texts_that_share_nothing_are_refused():
    with pytest.raises(InputError, match="lower `fewest`"):
        linear(system="regression", **SETTINGS | {"fewest": 2})(
            [text(0, "a", "x"), text(1, "b", "y")], TRAINING
        )


def by_heart(training, judged):
    """Knows the texts it has seen, and nothing else: 1 for the label that it saw, else equal shares."""
    labels = sorted({one.label for one in training})
    seen = {one.text: one.label for one in training}
    shares = [[float(seen.get(one.text, label) == label) + 1e-9 for label in labels] for one in judged]
    return np.log(shares)


def hits(texts, log_p):
    labels = sorted({one.label for one in texts})
    return [log_p[i].max() - log_p[i].min() > 1 and labels[log_p[i].argmax()] for i in range(len(texts))]


def test_no_text_is_judged_by_a_model_that_has_seen_it():
    """What learns by heart knows nothing of what is held out; once a text leaks, it knows that one."""
    texts = [text(i, f"text {i}", "ab"[i % 2], i % 3) for i in range(12)]
    places, log_p = out_of_fold(texts, by_heart)
    assert places.tolist() == list(range(12))
    assert not any(hits(texts, log_p))
    leaked = [*texts, text(12, "text 0", "a", 1)]  # text 0, of fold 0, once more in fold 1
    _, log_p = out_of_fold(leaked, by_heart)
    assert [place for place, hit in enumerate(hits(leaked, log_p)) if hit] == [0, 12]


def test_a_text_that_is_in_no_fold_is_trained_on_and_not_judged():
    texts = [text(0, "p", "a", 0), text(1, "q", "a", 1), text(2, "r", "b", NEVER)]
    places, log_p = out_of_fold(texts, by_heart)
    assert places.tolist() == [0, 1]
    assert log_p.shape == (2, 2)


def test_predictions_come_back_for_their_texts_and_no_others(tmp_path):
    log_p = np.log([[0.25, 0.75], [0.5, 0.5]])
    write_predictions(tmp_path / "p.arrow", TRAINING[:2], [0, 1], log_p)
    held_out, read = read_predictions(tmp_path / "p.arrow", TRAINING[:2], 2)
    assert held_out.tolist() == [0, 1]
    assert read == pytest.approx(log_p)
    for texts, classes, words in ((TRAINING[1:3], 2, "other texts"), (TRAINING[:2], 3, "3")):
        with pytest.raises(InputError, match=f"no predictions of these texts .*{words}"):
            read_predictions(tmp_path / "p.arrow", texts, classes)
