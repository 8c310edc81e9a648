"""Batches hold every index once, keep the budget with padding, and come in an order that the seed fixes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.nn.batches import length_batches, padded

LENGTHS = st.lists(st.integers(0, 60), max_size=200)
BUDGET = st.integers(1, 400)
SEED = st.none() | st.integers(0, 5)


def generator(seed: int | None) -> np.random.Generator | None:
    return None if seed is None else np.random.default_rng(seed)


@given(LENGTHS, BUDGET, SEED)
def test_every_index_is_in_exactly_one_batch(lengths, budget, seed):
    batches = length_batches(lengths, budget, generator(seed))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert all(len(batch) for batch in batches)


@given(LENGTHS, BUDGET, SEED)
def test_the_padded_size_keeps_the_budget_or_the_batch_is_one_sequence(lengths, budget, seed):
    for batch in length_batches(lengths, budget, generator(seed)):
        assert len(batch) == 1 or len(batch) * max(lengths[i] for i in batch) <= budget


@given(LENGTHS, BUDGET)
def test_without_a_generator_the_longest_come_first_and_equal_ones_in_their_order(lengths, budget):
    order = [i for batch in length_batches(lengths, budget) for i in batch]
    assert order == sorted(range(len(lengths)), key=lambda i: -lengths[i])


@given(LENGTHS, BUDGET, st.integers(0, 5))
def test_the_seed_fixes_the_order(lengths, budget, seed):
    first, again = (length_batches(lengths, budget, np.random.default_rng(seed)) for _ in range(2))
    assert [batch.tolist() for batch in first] == [batch.tolist() for batch in again]


def test_another_seed_gives_another_order():
    orders = {str(length_batches([5] * 40, 10, np.random.default_rng(seed))) for seed in range(5)}
    assert len(orders) == 5


def test_a_random_order_is_not_an_order_by_length():
    lengths = np.random.default_rng(0).integers(10, 400, 5000)
    longest = [lengths[batch].max() for batch in length_batches(lengths, 4096, np.random.default_rng(1))]
    assert abs(np.corrcoef(np.arange(len(longest)), longest)[0, 1]) < 0.15


def test_padding_costs_little_of_a_batch():
    """Pools of 32 batches: the share of padding is a few hundredths, against two fifths unsorted."""
    lengths = np.random.default_rng(0).integers(10, 400, 5000)
    batches = length_batches(lengths, 4096, np.random.default_rng(1))
    size = sum(len(batch) * lengths[batch].max() for batch in batches)
    assert 1 - lengths.sum() / size < 0.06
    # Full batches, too: one sequence in each would be free of padding.
    assert len(batches) < 1.1 * size / 4096


def test_batches_by_hand():
    assert [batch.tolist() for batch in length_batches([3, 9, 2, 4, 30], 12)] == [[4], [1], [3, 0, 2]]


def test_rows_are_filled_up_at_the_end():
    rows = [np.array([5, 6, 7]), np.array([8]), np.array([], dtype=int)]
    assert padded(rows, fill=9).tolist() == [[5, 6, 7], [8, 9, 9], [9, 9, 9]]
    assert padded(rows).dtype == np.int64


@pytest.mark.parametrize("seed", [None, 0])
def test_nothing_to_batch_is_no_batch(seed):
    assert length_batches([], 10, generator(seed)) == []
