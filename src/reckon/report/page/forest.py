"""The claims as a forest plot: one row an effect with its interval, one axis a unit."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from reckon.report.final_table import Row
from reckon.report.page.numbers import finite
from reckon.tables.transcription import Table

WIDTH = 300  # of the plot in pixels


@dataclass(frozen=True)
class Effect:
    """One settled claim; places are pixels from the left, None where there is nothing to draw."""

    row: Row
    small: bool  # measured on other data or at another scale than the deck's
    point: float | None
    interval: tuple[float, float] | None
    margin: float | None


@dataclass(frozen=True)
class Panel:
    """The effects of one experiment in one unit, along one axis."""

    experiment: str
    unit: str
    ticks: tuple[tuple[float, float], ...]  # place, value
    effects: tuple[Effect, ...]


def panels(claims: Iterable[Row], tables: Mapping[str, Table]) -> list[Panel]:
    """Panels in the order in which their first claim is filed; claims that have no effect make none."""
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in claims:
        if finite(row["effect"]) is not None:
            groups.setdefault((row["experiment"], row["unit"]), []).append(row)
    return [_panel(*key, rows, tables) for key, rows in groups.items()]


def without_effect(claims: Iterable[Row]) -> list[Row]:
    """The claims that no panel shows."""
    return [row for row in claims if finite(row["effect"]) is None]


def small_scale(row: Row, tables: Mapping[str, Table]) -> bool:
    """Whether the effect comes from other data or another scale than those of the deck's table."""
    table = tables.get(row["table"])
    return table is None or row["data"] != table.data or row["scale"] not in table.scales


def _panel(experiment: str, unit: str, rows: Sequence[Row], tables: Mapping[str, Table]) -> Panel:
    shown = [finite(row[name]) for row in rows for name in ("effect", "ci_low", "ci_high", "margin")]
    axis = axis_over([value for value in (0.0, *shown) if value is not None], 8, WIDTH - 8)

    def place(row: Row, name: str) -> float | None:
        value = finite(row[name])
        return None if value is None else axis.at(value)

    def effect(row: Row) -> Effect:
        low, high = place(row, "ci_low"), place(row, "ci_high")
        ends = None if low is None or high is None else (low, high)
        return Effect(row, small_scale(row, tables), place(row, "effect"), ends, place(row, "margin"))

    ticks = tuple((axis.at(value), value) for value in axis.ticks())
    return Panel(experiment, unit, ticks, tuple(map(effect, rows)))


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
