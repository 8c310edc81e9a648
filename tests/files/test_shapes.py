"""The shapes of JSON values: what names a record, and the bounds of numbers."""

import pytest

from reckon.errors import InputError
from reckon.files.shapes import Identity, is_identity, require


@pytest.mark.parametrize("value", [0, -(2**63), 2**63, 2**64 - 1, 5655493461695504401, -17, "a", "5"])
def test_a_record_is_named_by_64_bits_signed_or_not_or_by_a_text(value):
    assert is_identity(value)
    require("here", {"id": value}, {"id": Identity}, "correct it")


@pytest.mark.parametrize("value", [2**64, -(2**63) - 1, 5.0, 5e18, True, None, "", [], "\ud800"])
def test_and_by_nothing_else(value):
    assert not is_identity(value)
    with pytest.raises(
        InputError, match="here: id: expected a whole number or a text \\(64 bits at most\\), found "
    ):
        require("here", {"id": value}, {"id": Identity}, "correct it")


@pytest.mark.parametrize(("value", "fits"), [(2**62, True), (-(2**62), True), (2**62 + 1, False)])
def test_counts_and_offsets_have_room_to_be_added(value, fits):
    if fits:
        require("here", value, int, "correct it")
    else:
        with pytest.raises(InputError, match="expected a whole number, found a number of 63 bits"):
            require("here", value, int, "correct it")


@pytest.mark.parametrize(
    ("value", "shape", "words"),
    [
        ({}, [int], "here: expected a list, found dict"),
        ([], {"a": int}, "here: expected an object, found list"),
        ({"b": 1}, {"a": int}, "here: no 'a'"),
        ([1, "x"], [int], r"here: \[1\]: expected a whole number, found 'x'"),
        ({"a": [{"b": True}]}, {"a": [{"b": int}]}, r"here: a\[0\]\.b: expected a whole number, found bool"),
        ({"a": 1, "b": "x"}, {...: int}, "here: b: expected a whole number, found 'x'"),
        ({"a": "x", "b": 1}, {"b": int, ...: str, "c": int}, "here: no 'c'"),
        (None, (int, str), "here: expected a whole number or a text, found NoneType"),
        (1, bool, "found int"),
    ],
)
def test_the_first_part_of_another_shape_is_named_with_its_place(value, shape, words):
    with pytest.raises(InputError, match=f"{words}.*; correct it"):
        require("here", value, shape, "correct it")


def test_what_has_the_shape_passes_and_may_hold_more():
    shape = {"a": [{"b": float}], ...: (str, bool)}
    require("here", {"a": [{"b": 1, "more": None}, {"b": 0.5}], "c": "x", "d": True}, shape, "correct it")
    require("here", {"a": [], "more": None}, {"a": list}, "correct it")
