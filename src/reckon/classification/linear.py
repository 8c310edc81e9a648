"""Classifiers without a network: the majority class, and linear models of character n-grams.

Each gives log-probabilities log_p[text, class], classes being the sorted labels of its training texts.
"""

import logging
import warnings
from collections.abc import Callable, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from reckon.classification.labelled import NEVER, LabelledText
from reckon.errors import InputError

System = Literal["majority", "regression", "svm"]
Scores = NDArray[np.float64]
# From training texts and texts to judge to the log-probabilities of these.
Classifier = Callable[[Sequence[LabelledText], Sequence[LabelledText]], Scores]


def linear(*, system: System, cost: float, longest: int, fewest: int, iterations: int) -> Classifier:
    """A classifier by name.

    `majority`: the shares of the classes. `regression`: multinomial logistic regression; `svm`: linear
    support vectors of balanced class weights, one class against the others, whose log-softmax of margins is
    no calibrated probability. Both see the n-grams of 1 to `longest` characters that stand in at least
    `fewest` texts, by sublinear TF-IDF; `cost` is scikit-learn's C, the inverse of the penalty.
    """
    from sklearn.dummy import DummyClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import LinearSVC

    makers: dict[str, Callable[[], Any]] = {
        "majority": lambda: DummyClassifier(strategy="prior"),
        "regression": lambda: LogisticRegression(C=cost, max_iter=iterations, tol=1e-3),
        "svm": lambda: LinearSVC(C=cost, class_weight="balanced", random_state=0),
    }

    def classify(training: Sequence[LabelledText], judged: Sequence[LabelledText]) -> Scores:
        seen, unseen = _features(training, judged, longest, fewest)
        model = makers[system]()
        with warnings.catch_warnings(record=True) as raised:
            warnings.simplefilter("always")
            model.fit(seen, [one.label for one in training])
        for warning in raised:
            logging.warning("%s: %s", system, str(warning.message).partition("\n")[0])
        return log_probabilities(model, unseen)

    return classify


def _features(
    training: Sequence[LabelledText], judged: Sequence[LabelledText], longest: int, fewest: int
) -> tuple[Any, Any]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, longest), sublinear_tf=True, min_df=fewest)
    try:
        seen = vectors.fit_transform([one.text for one in training])
    except ValueError as error:
        raise InputError(
            f"the training texts share no {fewest} times one n-gram of characters ({error}); lower `fewest`"
        ) from None
    return seen, vectors.transform([one.text for one in judged])


def log_probabilities(model: Any, features: Any) -> Scores:
    """Log-probabilities of a fitted classifier, by class in the order of its labels; never below log 1e-300.

    Of one that has margins alone, their log-softmax; a single margin m of two classes stands for -m and m.
    """
    if hasattr(model, "predict_proba"):
        return np.log(np.maximum(model.predict_proba(features), 1e-300))
    from scipy.special import log_softmax

    margins = model.decision_function(features)
    by_class = np.stack([-margins, margins], axis=1) if margins.ndim == 1 else margins
    scores: Scores = log_softmax(by_class, axis=1)
    return scores


def out_of_fold(texts: Sequence[LabelledText], classify: Classifier) -> tuple[NDArray[np.int64], Scores]:
    """Places of the texts that are held out in some fold, ascending, and what that fold's model says of each.

    A text's model is trained on all folds but its own.
    """
    folds = np.array([one.fold for one in texts])
    held_out = np.flatnonzero(folds != NEVER)
    found: dict[int, NDArray[np.float64]] = {}
    for fold in np.unique(folds[held_out]):
        training = [one for one in texts if one.fold != fold]
        places = np.flatnonzero(folds == fold).tolist()
        scores = classify(training, [texts[place] for place in places])
        found |= dict(zip(places, scores, strict=True))
    return held_out, np.stack([found[place] for place in held_out.tolist()])
