"""A straight axis for the small plots of the page: where a value lies, and round numbers along it."""

import math
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """Values from `low` to `high` (low < high), drawn from `left` to `right` in units of the picture."""

    low: float
    high: float
    left: float
    right: float

    def at(self, value: float) -> float:
        """Place of a value, to a tenth of a unit."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.left + share * (self.right - self.left), 1)

    def ticks(self, wanted: int = 4) -> list[float]:
        """About `wanted` round values inside the axis: multiples of 1, 2 or 5 times a power of ten."""
        rough = (self.high - self.low) / wanted
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * (1 - 1e-9))
        # 0.15 / 0.05 is not 3, and 3 * 0.1 is not 0.3: hence the slack, and the digits of the step.
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [round(number * step, -math.floor(math.log10(step))) for number in range(first, last + 1)]


def axis_over(values: Iterable[float], left: float, right: float) -> Axis:
    """An axis that holds all `values` (at least one, finite) with a twentieth of their range on each side."""
    values = list(values)
    low, high = min(values), max(values)
    # One value alone still needs a width.
    margin = (high - low) / 20 or abs(low) / 10 or 1.0
    return Axis(low - margin, high + margin, left, right)
