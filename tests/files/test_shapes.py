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
