"""Windows: they cover the context, hold the answer or not, and every token counts in one of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reckon.errors import InputError
from reckon.nn.encoders import load_tokenizer
from reckon.squad.tokens import UNPLACED
from reckon.squad.windows import NULL, Windows, labels, most_context, positions, sequence, windows_of


def long(words: int) -> str:
    """A context of so many tokens."""
    return " ".join(["dog", "one", "two", "paris"][i % 4] for i in range(words))


def windows_by_hand(size: int, room: int, stride: int) -> list[tuple[int, int]]:
    found, start = [], 0
    while True:
        found.append((start, min(room, size - start)))
        if start + room >= size:
            return found
        start += stride


@pytest.mark.parametrize("size", [1, 9, 10, 11, 14, 15, 40])
@pytest.mark.parametrize("stride", [1, 4, 10])
def test_windows_start_at_multiples_of_the_stride_until_one_reaches_the_end(tokens_of, size, stride):
    tokens = tokens_of((long(size), [("who is", None), ("who", None)]))
    windows = windows_of(tokens, max_tokens=15, stride=stride)  # 3 special tokens, 2 or 1 of the question
    for question, room in ((0, 10), (1, 11)):
        rows = windows.question == question
        found = list(zip(windows.start[rows].tolist(), windows.size[rows].tolist(), strict=True))
        assert found == windows_by_hand(size, room, stride)
    assert windows.length.max() <= 15


def test_a_window_is_what_the_tokenizer_makes_of_the_pair(tokens_of, encoder):
    for kind in ("bert", "mpnet", "albert"):
        tokens = tokens_of(("the dog is in paris", [("who is", None)]), kind=kind)
        windows = windows_of(tokens, max_tokens=60, stride=8)
        pair = load_tokenizer(encoder(kind), "drop")(
            "who is", "the dog is in paris", return_token_type_ids=True
        )
        ids, types = sequence(tokens, windows, 0)
        assert ids.tolist() == pair["input_ids"]
        assert types.tolist() == pair["token_type_ids"]
        assert windows.length.tolist() == [len(ids)]


def test_labels_point_at_the_answer_in_every_window_that_holds_it_whole(tokens_of):
    context = long(40).replace("paris", "capital", 1)
    tokens = tokens_of((context, [("who", "two capital dog")]))
    windows = windows_of(tokens, max_tokens=14, stride=4)
    label, seen = labels(tokens, windows), 0
    for row in range(len(windows)):
        ids = sequence(tokens, windows, row)[0]
        first, last = label[row]
        if first == NULL:
            assert last == NULL
            continue
        seen += 1
        wanted = tokens.row("tokens", 0)[tokens.answers[0, 0] : tokens.answers[0, 1] + 1]
        assert ids[first : last + 1].tolist() == wanted.tolist()
    whole = (windows.start <= tokens.answers[0, 0]) & (windows.start + windows.size > tokens.answers[0, 1])
    assert seen == whole.sum() > 0
    assert seen < len(windows)


def test_a_question_without_an_answer_has_the_null_label_and_a_misplaced_one_none(some_tokens):
    windows = windows_of(some_tokens, max_tokens=64, stride=8)
    label = labels(some_tokens, windows)
    expected = [False, True, False, False, True, False]
    assert (label == NULL).all(axis=1).tolist() == expected
    assert (label == UNPLACED).all(axis=1).tolist() == [False] * 5 + [True]
    assert (label[[0, 2, 3]] >= positions(some_tokens, windows)[[0, 2, 3], None]).all()


def test_a_question_that_leaves_no_room_is_named(tokens_of):
    tokens = tokens_of((long(5), [("who is in paris", None)]))
    assert len(windows_of(tokens, max_tokens=8, stride=1)) == 5
    with pytest.raises(InputError, match=r"7 leaves no room beside a question of 4 tokens .*question 0\.0"):
        windows_of(tokens, max_tokens=7, stride=1)


def test_no_questions_no_windows(tokens_of):
    windows = windows_of(tokens_of((long(5), [])), max_tokens=20, stride=4)
    assert len(windows) == 0
    assert most_context(windows) == []


def windows_of_one(size: int, room: int, stride: int) -> Windows:
    start, inside = np.array(windows_by_hand(size, room, stride)).T
    return Windows(np.zeros(len(start), dtype=int), start, inside, inside + 4)


@given(st.integers(1, 60), st.integers(1, 20), st.integers(1, 20))
def test_every_token_counts_in_one_window_the_one_where_it_has_most_context(size, room, stride):
    windows = windows_of_one(size, room, min(stride, room))
    masks = most_context(windows)
    counted = np.zeros(size, dtype=int)
    for mask, start, inside in zip(masks, windows.start, windows.size, strict=True):
        counted[start : start + inside] += mask
        for i in np.flatnonzero(mask):
            token = start + i
            others = [
                min(token - s, s + n - 1 - token)
                for s, n in zip(windows.start, windows.size, strict=True)
                if s <= token < s + n
            ]
            assert min(i, inside - 1 - i) >= max(others) - 0.2  # windows differ by less than 20 tokens
    assert (counted == 1).all()


def test_most_context_by_hand():
    """Windows [0, 4) and [2, 6): beside token 2 stand 1 and 0 tokens, beside token 3 it is 0 and 1."""
    first, second = most_context(windows_of_one(6, 4, 2))
    assert first.tolist() == [True, True, True, False]
    assert second.tolist() == [False, True, True, True]
