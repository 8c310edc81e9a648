"""Files of probabilities, the answer probability, and the ensemble's weighted mean by word."""

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.qa.probabilities import (
    Probabilities,
    answer_probability,
    average,
    read_answer_probabilities,
    read_probabilities,
    write_probabilities,
)


def row(example_id="a", candidate=0, classes=(0.2, 0.1, 0.4, 0.2, 0.1), start=(0.5, 0.5), end=(0.25, 0.75)):
    arrays = (np.array(values, dtype=np.float32) for values in (classes, start, end))
    return Probabilities(example_id, candidate, *arrays)


def same(first: Probabilities, second: Probabilities) -> bool:
    return (first.example_id, first.candidate) == (second.example_id, second.candidate) and all(
        np.array_equal(getattr(first, name), getattr(second, name)) for name in ("classes", "start", "end")
    )


def many(count: int) -> list[Probabilities]:
    rng = np.random.default_rng(0)
    return [
        row(str(i // 3), i % 3, rng.dirichlet(np.ones(5)), rng.random(i % 4), rng.random(i % 4))
        for i in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, 9_000])
def test_rows_come_back_in_order_as_they_were_written(tmp_path, count):
    rows = many(count)
    assert write_probabilities(tmp_path / "p.parquet", iter(rows)) == count
    found = list(read_probabilities(tmp_path / "p.parquet"))
    assert len(found) == count
    assert all(map(same, found, rows))
    ids, candidates, answers = read_answer_probabilities(tmp_path / "p.parquet")
    assert ids == [r.example_id for r in rows]
    assert candidates.tolist() == [r.candidate for r in rows]
    assert answers.tolist() == [float(answer_probability(r.classes)) for r in rows]


def test_damaged_and_foreign_files_are_named(tmp_path):
    write_probabilities(tmp_path / "p.parquet", many(50))
    whole = (tmp_path / "p.parquet").read_bytes()
    pq.write_table(pa.table({"x": [1]}), tmp_path / "foreign")
    for name, content in {"cut": whole[:-30], "empty": b"", "text": b"a,b\n"}.items():
        (tmp_path / name).write_bytes(content)
    for name in ("cut", "empty", "text", "foreign", "missing"):
        with pytest.raises(InputError, match=f"{name}: .* run its rule again"):
            list(read_probabilities(tmp_path / name))
        with pytest.raises(InputError, match=f"{name}: .* run its rule again"):
            read_answer_probabilities(tmp_path / name)
    middle = bytearray(whole)
    middle[20:400] = bytes(380)
    (tmp_path / "middle").write_bytes(bytes(middle))
    with pytest.raises(InputError, match=r"middle: cannot be read .* run its rule again"):
        list(read_probabilities(tmp_path / "middle"))


@given(st.lists(st.floats(0.001, 1), min_size=5, max_size=5))
def test_the_answer_probability_is_one_minus_that_of_none(weights):
    classes = np.array(weights) / sum(weights)
    assert answer_probability(classes) == pytest.approx(1 - classes[0])
    assert answer_probability(np.stack([classes, classes])).shape == (2,)


def test_small_answer_probabilities_keep_their_digits():
    """1 − float32(1 − 3e-9) is 0, and hard negatives would be drawn evenly where they are not even."""
    classes = np.array([1 - 3e-9, 1e-9, 1e-9, 5e-10, 5e-10], dtype=np.float32)
    assert 1 - classes[0] == 0
    assert answer_probability(classes) == pytest.approx(3e-9)


def test_the_weighted_mean_by_hand():
    """Weights 3 and 1; the second model's window held one word more, where the first one says 0."""
    first = row(classes=(0.2, 0, 0.8, 0, 0), start=(1.0, 0.0), end=(0.0, 1.0))
    second = row(classes=(0.6, 0, 0.4, 0, 0), start=(0.2, 0.4, 0.4), end=(0.0, 0.0, 1.0))
    (mean,) = average([[first], [second]], [3, 1])
    assert mean.classes == pytest.approx([0.3, 0, 0.7, 0, 0])
    assert mean.start == pytest.approx([0.8, 0.1, 0.1])
    assert mean.end == pytest.approx([0, 0.75, 0.25])
    assert {array.dtype for array in (mean.classes, mean.start, mean.end)} == {np.dtype(np.float32)}


@given(st.lists(st.floats(0.1, 9), min_size=1, max_size=4), st.integers(0, 6))
def test_a_mean_of_equals_is_the_same_and_means_are_probabilities(weights, count):
    rows = many(count)
    for mean, one in zip(average([rows] * len(weights), weights), rows, strict=True):
        for name in ("classes", "start", "end"):
            np.testing.assert_allclose(getattr(mean, name), getattr(one, name), rtol=1e-6)
        assert mean.classes.sum() == pytest.approx(1, abs=1e-6)


def test_the_mean_is_of_probabilities_not_of_logits():
    first, second = row(classes=(1, 0, 0, 0, 0)), row(classes=(0.5, 0.5, 0, 0, 0))
    (mean,) = average([[first], [second]], [1, 1])
    assert mean.classes == pytest.approx([0.75, 0.25, 0, 0, 0])


@pytest.mark.parametrize(
    "second",
    [
        [row("a", 1), row("a", 0)],  # another order
        [row("b", 0), row("b", 1)],  # another page
        [row("a", 0)],  # fewer
        [row("a", 0), row("a", 1), row("a", 2)],  # more
        [],
    ],
)
def test_models_of_different_candidates_are_not_averaged(second):
    first = [row("a", 0), row("a", 1)]
    for models in ([first, second], [second, first]):
        with pytest.raises(
            InputError, match=r"page [ab], candidate \d: the models scored different candidates"
        ):
            list(average(models, [1, 1]))
