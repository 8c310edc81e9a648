"""Movie revenue: the slide's objective at its minimum, a solution by hand, and what the reader refuses."""

import json
from collections import Counter

import numpy as np
import pytest

from reckon.errors import InputError
from reckon.lecture.movie_revenue import (
    PENALTIES,
    Metadata,
    Text,
    elastic_net,
    predictions,
    read_films,
    require_order,
    score,
)

FILM = {
    "release_date": "2001-05-04",
    "opening_gross": 2e7,
    "screens": 2000.0,
    "budget": 1e7,
    "genres": "Comedy|Horror",
    "mpaa": "R",
    "studio": "NL",
    "runtime": "98 min",
    "director": "A. Name",
    "actors": "B. Name, C. Name",
    "plot": "A dog is lost.",
    "critics_consensus": "A dog to find.",
}


def written(path, *changes):
    path.write_text("".join(json.dumps(FILM | change) + "\n" for change in changes), "utf-8")
    return str(path)


def films(tmp_path, *changes):
    return read_films(written(tmp_path / "films.jsonl", *changes), Counter())


@pytest.mark.parametrize(("first", "second"), [(0.3, 0.0), (0.3, 0.2), (0.05, 1.0)])
def test_the_weights_are_where_the_gradient_of_the_slides_objective_vanishes(first, second):
    """Where w_j ≠ 0, ∂/∂w_j = 0; where w_j = 0, the slope of the squares is no steeper than λ₁."""
    rng = np.random.default_rng(0)
    f = rng.normal(size=(60, 8))
    m = f @ [2, -1, 0.5, 0, 0, 0, 0, 0] + 3 + rng.normal(size=60)
    model = elastic_net(first, second).fit(f, m)
    w, rest = model.coef_, m - model.predict(f)
    slope = -2 / len(m) * f.T @ rest + 2 * second * w
    used = w != 0
    assert used.any()
    np.testing.assert_allclose(slope[used], -first * np.sign(w[used]), atol=1e-4)
    assert (np.abs(slope[~used]) <= first + 1e-4).all()
    assert rest.mean() == pytest.approx(0, abs=1e-9)


def test_one_feature_is_the_solution_by_hand():
    """f = ±1, M = ±2: ∂/∂w (2 − w)² + λ₁ w + λ₂ w² = 0 gives w = (4 − λ₁) / (2 + 2 λ₂)."""
    f, m = np.array([[1.0], [-1.0]]), np.array([2.0, -2.0])
    assert elastic_net(1.0, 0.5).fit(f, m).coef_[0] == pytest.approx((4 - 1) / (2 + 1), abs=1e-5)
    assert elastic_net(4.5, 0.5).fit(f, m).coef_[0] == 0


def test_missing_revenue_is_left_out_and_counted_and_a_missing_budget_is_not(tmp_path):
    counts = Counter()
    path = written(tmp_path / "films.jsonl", {}, {"opening_gross": None}, {"budget": None, "plot": None})
    found = read_films(path, counts)
    assert counts == {"films": 3, "no_revenue": 1}
    assert [film.budget for film in found] == [1e7, None]
    assert found[1].text == "A dog to find."
    metadata = Metadata(found)
    names = metadata.vectorizer.vocabulary_
    table = metadata.matrix(found).toarray()
    assert table[:, names["no budget"]].tolist() == [0, 1]
    assert table[:, names["log budget"]].tolist() == [0, 0]


def test_a_category_unseen_in_training_is_no_feature_and_is_counted(tmp_path):
    known, new = films(tmp_path, {}, {"genres": "Drama"})
    metadata = Metadata([known])
    assert metadata.unseen([known]) == 0
    assert metadata.unseen([known, new]) == 1
    row = metadata.matrix([known, new]).toarray()
    column = metadata.vectorizer.vocabulary_["genre=Comedy"]
    assert row[:, column].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"opening_gross": -1.0}, ":1: opening_gross is -1.0"),
        ({"screens": 0.0}, ":1: screens is 0.0"),
        ({"runtime": "long"}, ":1: runtime is 'long'"),
        ({"genres": None}, ":1: genres: expected a text"),
        ({"opening_gross": None}, "no film with a revenue"),
    ],
)
def test_what_is_no_film_is_refused_with_its_place(tmp_path, change, said):
    with pytest.raises(InputError, match=said):
        films(tmp_path, change)


def test_films_that_opened_before_the_end_of_the_training_are_refused(tmp_path):
    early, late = films(tmp_path, {}, {"release_date": "2002-01-01"})
    require_order([early], [late], "dev")
    with pytest.raises(InputError, match=r"dev: a film of 2001-05-04, .* reach to 2001-05-04"):
        require_order([early], [early], "dev")


def test_words_that_no_three_films_share_are_refused(tmp_path):
    with pytest.raises(InputError, match="no word stands in three of 2 films"):
        Text(films(tmp_path, {}, {}))


def test_baselines_are_of_the_training_and_metadata_that_tell_beat_them(tmp_path):
    """Revenue is 1,000 dollars a screen for one genre, 4,000 for another: known to D, not to the text."""
    rng = np.random.default_rng(1)
    made = []
    for genre, gross in (("Comedy", 1e3), ("Drama", 4e3)):
        screens = rng.integers(1000, 3000, size=30)
        made += [{"genres": genre, "screens": float(s), "opening_gross": float(gross * s)} for s in screens]
    everything = films(tmp_path, *made)
    parts = [everything[0::3], everything[1::3], everything[2::3]]
    training, development, actual = (np.array([f.revenue / f.screens for f in part]) for part in parts)
    found = predictions(*parts, {"training": training, "development": development})
    assert set(found) == {"median", "mean", "D", "T", "D+T"}
    assert (found["median"] == np.median(training)).all()
    assert (found["mean"] == training.mean()).all()
    errors = {name: score(values, actual).mean_absolute_error.mean for name, values in found.items()}
    assert errors["D"] < 300
    assert errors["D+T"] < 300
    assert errors["T"] > 1000
    assert errors["median"] == pytest.approx(1500)


def test_the_score_is_numpys_and_a_constant_has_no_correlation():
    p = np.random.default_rng(2).normal(size=40)
    y = p + np.tile([1.0, -3.0], 20)
    error, r = score(p, y)
    assert error.mean == pytest.approx(2.0)
    assert error.low < error.mean < error.high
    assert r.mean == pytest.approx(np.corrcoef(p, y)[0, 1])
    assert np.isnan(score(np.full(40, 2.0), y).r.mean)


def test_every_penalty_is_one_that_the_slide_allows():
    assert min(first for first, _ in PENALTIES) > 0
    assert min(second for _, second in PENALTIES) >= 0
