"""What a printed number can stand for: exact interval arithmetic, so that no rounding edge flickers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from reckon.errors import InputError
from reckon.tables.printed import read_printed

MOST_DIGITS = 12
LARGEST_EXPONENT = 64
MOST_BITS = 4096  # of a power: a formula must not fill the memory
LARGEST_MAGNITUDE = 100  # of a printed number, as a power of ten


class AbsentError(Exception):
    """A figure that a check needs is nowhere printed; the text says which, and where it was looked for."""


@dataclass(frozen=True)
class Interval:
    """All numbers from `low` to `high`, both included: 0.640 is [0.6395, 0.6405], 2^{-3} is [1/8, 1/8]."""

    low: Fraction
    high: Fraction

    @classmethod
    def exact(cls, value: int | Fraction) -> Interval:
        """The one number `value`."""
        return cls(Fraction(value), Fraction(value))

    @property
    def middle(self) -> Fraction:
        """Half way; of a printed number, the number as printed."""
        return (self.low + self.high) / 2

    def overlaps(self, other: Interval) -> bool:
        """Whether one number can be both."""
        return self.low <= other.high and other.low <= self.high

    def widened(self, by: Fraction) -> Interval:
        """The same interval, `by` longer on both sides."""
        return Interval(self.low - by, self.high + by)

    def __neg__(self) -> Interval:
        return Interval(-self.high, -self.low)

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return self + -other

    def __mul__(self, other: Interval) -> Interval:
        corners = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(corners), max(corners))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0 <= other.high:
            raise InputError("division by a figure that may be zero")
        return self * Interval(1 / other.high, 1 / other.low)

    def __pow__(self, other: Interval) -> Interval:
        exponent = other.low
        if other.high != exponent or exponent.denominator != 1 or abs(exponent) > LARGEST_EXPONENT:
            raise InputError(f"an exponent must be a whole number up to {LARGEST_EXPONENT}")
        if max(_bits(self.low), _bits(self.high)) * abs(exponent) > MOST_BITS:
            raise InputError("a power too large to be a figure")
        if exponent < 0:
            return Interval.exact(1) / self ** (-other)
        ends = [self.low ** int(exponent), self.high ** int(exponent)]
        if exponent % 2 == 0 and exponent and self.low < 0 < self.high:
            ends.append(Fraction(0))
        return Interval(min(ends), max(ends))


@lru_cache(maxsize=1 << 14)
def parts_of(text: str, unit: str = "", *, several: bool = False) -> tuple[Interval, ...]:
    """The intervals of a printed number, or of `several` between slashes: what rounds to each print.

    The forms and the `unit` are those of `reckon.tables.printed.read_printed`.
    Raises `InputError` for any other text, `AbsentError` for a dash and for a bound, which is no number.
    """
    texts = text.split("/") if several else [text]
    if len(texts) > 2:
        raise InputError(f"{text!r} is not one printed number, nor two between a slash")
    return tuple(_interval(part.strip(), unit) for part in texts)


def printed(text: str, unit: str = "", *, several: bool = False) -> Interval:
    """The interval of a printed number, half a unit of its last digit to both sides.

    Two numbers between a slash, as leaderboards print two measures of one task, stand for their mean
    where a print may hold `several`. Raises as `parts_of`.
    """
    parts = parts_of(text, unit, several=several)
    return parts[0] if len(parts) == 1 else mean(parts)


def mean(values: Sequence[Interval]) -> Interval:
    """The mean of one value or more."""
    low, high = (sum(getattr(value, end) for value in values) for end in ("low", "high"))
    return Interval(Fraction(low) / len(values), Fraction(high) / len(values))


def text(value: Fraction) -> str:
    """A number for reading: whole ones in full, others to twelve significant digits."""
    if value.denominator == 1:
        return str(value)
    return f"{float(value):.{MOST_DIGITS}g}"


def _interval(text: str, unit: str) -> Interval:
    number = read_printed(text, unit)
    if number.value is None:
        raise AbsentError(f"{text!r} stands for no value")
    if number.bound:
        raise AbsentError(f"{text!r} is a bound, no number")
    if abs(number.value.adjusted()) > LARGEST_MAGNITUDE:
        raise InputError(f"{text!r} is out of the range of printed numbers")
    middle, half = Fraction(number.value), Fraction(number.half)
    return Interval(middle - half, middle + half)


def _bits(value: Fraction) -> int:
    return max(value.numerator.bit_length(), value.denominator.bit_length())
