"""The lecture's word table: components against scikit-learn's, cosines and analogies by hand, its errors."""

from pathlib import Path

import numpy as np
import pytest

from reckon.errors import InputError
from reckon.lecture.word_vectors import Words, analogy, components, cosines, drawn, read_words

REPORTED = Path(__file__).parents[2] / "reported/word_vectors.csv"


@pytest.fixture(scope="module")
def table():
    return read_words(REPORTED)


def test_the_table_is_the_slides(table):
    assert table.vectors.shape == (8, 7)
    assert table.words[0], table.meanings[0] == ("cat", "living being")
    np.testing.assert_array_equal(table.of("queen"), [0.8, -0.1, 0.8, -0.9, 0.8, -0.5, -0.9])


def test_the_components_are_those_of_scikit_learn_and_make_the_table_again(table):
    from sklearn.decomposition import PCA

    found, other = components(table.vectors), PCA(2).fit(table.vectors)
    np.testing.assert_allclose(found.explained[:2], other.explained_variance_ratio_, atol=1e-12)
    np.testing.assert_allclose(np.abs(found.axes[:2] @ other.components_.T), np.eye(2), atol=1e-12)
    np.testing.assert_allclose(found.axes @ found.axes.T, np.eye(len(found.axes)), atol=1e-12)
    again = found.coordinates @ found.axes + table.vectors.mean(axis=0)
    np.testing.assert_allclose(again, table.vectors, atol=1e-12)
    np.testing.assert_allclose(found.explained[:2], [0.547, 0.209], atol=5e-4)


def test_the_sign_of_a_component_does_not_depend_on_the_signs_of_the_data(table):
    found, mirrored = components(table.vectors), components(-table.vectors)
    np.testing.assert_allclose(found.axes, mirrored.axes, atol=1e-12)
    assert (np.max(found.axes, axis=1) == np.max(np.abs(found.axes), axis=1)).all()


def test_points_of_a_line_have_one_component():
    found = components(np.array([[0.0, 0.0], [3.0, 4.0], [6.0, 8.0]]))
    np.testing.assert_allclose(found.axes, [[0.6, 0.8]], atol=1e-12)
    np.testing.assert_allclose(found.explained, [1.0])


def test_cosines_of_a_right_angle_and_of_opposites():
    np.testing.assert_allclose(
        cosines(np.array([[2.0, 0.0]]), np.array([[0, 3], [-1, 0], [1, 1]])), [[0, -1, 2**-0.5]], atol=1e-15
    )


def test_the_analogies_of_the_table(table):
    assert analogy(table, "king", "man", "woman") == ("queen", pytest.approx(0.921, abs=5e-4))
    assert analogy(table, "queen", "woman", "man") == ("king", pytest.approx(0.937, abs=5e-4))
    with pytest.raises(InputError, match="'prince': no such word; there are cat, kitten"):
        analogy(table, "prince", "man", "woman")


def test_an_analogy_leaves_out_the_words_it_was_asked_with():
    square = Words(("a", "b", "c", "d"), ("x", "y"), np.array([[1.0, 0.1], [1, 0], [1.0, 0.01], [-1, 0]]))
    assert analogy(square, "a", "b", "c")[0] == "d"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[:-1], "no value for queen, plural; transcribe the whole table"),
        (
            lambda lines: [
                line if ",cat," not in line else line.replace(line.split(",")[6], "0") for line in lines
            ],
            "the vector of cat is zero",
        ),
    ],
)
def test_a_table_that_is_not_whole_is_refused(tmp_path, change, message):
    path = tmp_path / "words.csv"
    path.write_text("\n".join(change(REPORTED.read_text("utf-8").splitlines())) + "\n", "utf-8")
    with pytest.raises(InputError, match=message):
        read_words(path)


def test_the_figure_has_every_word_and_the_variance(table, tmp_path):
    from reckon.files.svg import save_svg

    paths = [tmp_path / "a.svg", tmp_path / "b.svg"]
    for path in paths:
        save_svg(drawn(table, components(table.vectors)), path)
    text = paths[0].read_text("utf-8")
    assert paths[1].read_text("utf-8") == text
    for word in (*table.words, "54.7%", "20.9%"):
        assert f">{word}" in text or f" {word} " in text
