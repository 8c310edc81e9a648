"""What a JSON value must look like, said by an example: `{"steps": {"eq51": int}, "residuals": [float]}`."""

from typing import Any

from reckon.errors import InputError


class Identity:
    """A shape: what names a record, a text that is not empty or a whole number of 64 bits, signed or not."""


_NAMES = {
    Identity: "a whole number or a text (64 bits at most)",
    int: "a whole number",
    float: "a number",
    str: "a text",
    bool: "true or false",
    list: "a list",
    dict: "an object",
    type(None): "null",
}
_LARGEST = 1 << 62  # counts, offsets and seeds are kept as 64-bit numbers
# Data sets draw ids from all 64 bits, some as signed and some as unsigned numbers.
_LEAST_ID, _LARGEST_ID = -(1 << 63), (1 << 64) - 1


def require(where: str, value: Any, shape: Any, remedy: str) -> None:
    """Raise `InputError` "where: place: what; remedy" unless `value` has the `shape`.

    A shape is int, float, str, bool, NoneType, list, dict or `Identity`, or a tuple of several of
    them; a list that holds the shape of every item; or a dictionary of the shapes by key, beside which there
    may be others.
    The key `...` stands for every key there is.
    """
    if fault := _fault(value, shape):
        place, what = fault[0].removeprefix("."), fault[1]
        raise InputError(f"{where}: {place}{': ' if place else ''}{what}; {remedy}")


def _fault(value: Any, shape: Any) -> tuple[str, str] | None:
    """Place and fault of the first part that is not as it must be."""
    if isinstance(shape, list):
        if not isinstance(value, list):
            return "", f"expected a list, found {type(value).__name__}"
        return _first(((f"[{i}]", part, shape[0]) for i, part in enumerate(value)))
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return "", f"expected an object, found {type(value).__name__}"
        if missing := [key for key in shape if key is not ... and key not in value]:
            return "", f"no {missing[0]!r}"
        parts = value if ... in shape else [key for key in shape if key in value]
        return _first((f".{key}", value[key], shape.get(key, shape.get(...))) for key in parts)
    kinds = shape if isinstance(shape, tuple) else (shape,)
    if any(_is(value, kind) for kind in kinds):
        return None
    return "", f"expected {' or '.join(_NAMES[kind] for kind in kinds)}, found {_shown(value)}"


def _first(parts: Any) -> tuple[str, str] | None:
    for place, value, shape in parts:
        if fault := _fault(value, shape):
            return f"{place}{fault[0]}", fault[1]
    return None


def is_identity(value: Any) -> bool:
    """Whether a JSON value may name a record, see `Identity`."""
    if isinstance(value, str):
        return value != "" and _is(value, str)
    return isinstance(value, int) and not isinstance(value, bool) and _LEAST_ID <= value <= _LARGEST_ID


def _is(value: Any, kind: type) -> bool:
    if kind is Identity:
        return is_identity(value)
    if isinstance(value, bool):
        return kind is bool
    if isinstance(value, int):
        return kind in (int, float) and abs(value) <= _LARGEST
    if isinstance(value, str):
        return kind is str and not any("\ud800" <= sign <= "\udfff" for sign in value)
    return isinstance(value, kind)


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return f"{value!r:.40}"
    if isinstance(value, int) and abs(value) > _LARGEST:
        return f"a number of {value.bit_length()} bits"
    return type(value).__name__
