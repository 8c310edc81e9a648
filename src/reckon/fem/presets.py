"""The solver presets by name."""

from typing import Protocol

from reckon.errors import InputError
from reckon.fem import direct, published, robust
from reckon.fem.systems import Brinkman, Definite, Solver


class Preset(Protocol):
    """A way to solve both kinds of systems."""

    def definite(self, system: Definite, tolerance: float) -> Solver:
        """A solver of (5.1), (5.7a) and (5.7d)."""
        ...

    def brinkman(self, system: Brinkman, tolerance: float) -> Solver:
        """A solver of (5.7b)-(5.7c); its solution is the velocity, components interleaved."""
        ...


PRESETS: dict[str, Preset] = {"published": published, "robust": robust, "direct": direct}


def preset(name: str) -> Preset:
    """The preset called `name`; raises `InputError` with the known names."""
    if name not in PRESETS:
        raise InputError(f"solver preset {name!r} is unknown; known are {', '.join(PRESETS)}")
    return PRESETS[name]
