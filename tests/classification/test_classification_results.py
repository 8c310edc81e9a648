"""From predictions to metrics, on texts whose right answers are known."""

import numpy as np
import pytest

from reckon.classification.figures import draw_focal, focal_curve
from reckon.classification.labelled import NEVER, LabelledText
from reckon.classification.predictions import write_predictions
from reckon.classification.results import ADJUSTED, ROWS, read_judged, system_metrics
from reckon.errors import InputError
from reckon.files.svg import save_svg
from reckon.tables.metrics import read_metrics, write_metrics

# Of class a eight texts, of b two; one is in no fold.
TRAINING = [LabelledText(str(i), f"t{i}", "ab"[i > 7], (i % 2) if i else NEVER) for i in range(10)]
EVALUATION = [LabelledText("x", "u", "a"), LabelledText("y", "v", "b"), LabelledText("z", "w", "new")]


def write(folder, evaluation, held_out):
    write_predictions(folder / "evaluation.arrow", EVALUATION, [NEVER] * 3, np.log(evaluation))
    write_predictions(folder / "out_of_fold.arrow", TRAINING[1:], [0] * 9, np.log(held_out))
    return folder / "evaluation.arrow"


def test_what_the_prior_hides_is_found_after_it_is_taken_out(tmp_path):
    """b has a prior of 0.2: at a posterior of 0.4 its likelihood is the higher one."""
    (tmp_path / "regression").mkdir()
    path = write(
        tmp_path / "regression", [[0.9, 0.1], [0.6, 0.4], [0.9, 0.1]], [[0.9, 0.1]] * 7 + [[0.6, 0.4]] * 2
    )
    judged = read_judged([path], TRAINING, EVALUATION, 1.0)
    write_metrics(tmp_path / "m.csv", system_metrics(judged, TRAINING, EVALUATION, "demo", "own"))
    values = {(m.row, m.column): m.value for m in read_metrics(tmp_path / "m.csv")}
    plain, freed = ROWS["regression"], ROWS["regression"] + ADJUSTED
    assert values[plain, "accuracy"] == pytest.approx(1 / 3)
    assert values[freed, "accuracy"] == pytest.approx(2 / 3)
    assert values[plain, "out_of_fold_recall_at_1"] == pytest.approx(7 / 9)
    assert values[freed, "out_of_fold_recall_at_1"] == 1
    assert values[plain, "ece_low"] <= values[plain, "ece"] <= values[plain, "ece_high"]


def test_predictions_of_other_texts_are_refused(tmp_path):
    (tmp_path / "svm").mkdir()
    path = write(tmp_path / "svm", [[0.5, 0.5]] * 3, [[0.5, 0.5]] * 9)
    with pytest.raises(InputError, match="no predictions of these texts"):
        read_judged([path], TRAINING, EVALUATION[::-1], 1.0)


def test_focal_curves_are_the_cross_entropy_times_their_factor_and_the_figure_is_the_same_twice(tmp_path):
    p = np.array([0.1, 0.5, 1.0])
    assert focal_curve(p, 0) == pytest.approx(-np.log(p))
    assert focal_curve(p, 2) == pytest.approx([-0.81 * np.log(0.1), 0.25 * np.log(2), 0])
    for name in ("a.svg", "b.svg"):
        save_svg(draw_focal([0, 0.5, 2]), tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert "cross-entropy" in (tmp_path / "a.svg").read_text("utf-8")
