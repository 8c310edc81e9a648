from typing import Any

from reckon.classification.labelled import NEVER, read_prepared
from reckon.classification.linear import linear, out_of_fold
from reckon.classification.predictions import write_predictions
from reckon.steps.program import Read, Write, step


def classify_linear(
    *, prepared: Read, scored: Read, evaluation: Write, held_out: Write, **settings: Any
) -> None:
    """Judge the texts to be scored by a model of all training texts, and each of these out of fold."""
    training, judged = read_prepared(prepared), read_prepared(scored)
    classify = linear(**settings)
    write_predictions(evaluation, judged, [NEVER] * len(judged), classify(training, judged))
    places, log_p = out_of_fold(training, classify)
    texts = [training[place] for place in places]
    write_predictions(held_out, texts, [one.fold for one in texts], log_p)


if __name__ == "__main__":
    step(classify_linear, linear)
