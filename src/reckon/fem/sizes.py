"""Sizes of a level, said before it starts: unknowns and memory; nothing here imports Firedrake.

The figures of memory are measured peaks on one process, in GiB a million Brinkman unknowns (docs/fem.md),
rounded up.
"""

import os

from reckon.errors import InputError

BASE_GIB = 0.3  # interpreter and libraries, a process
GIB_PER_MILLION = {"robust": 1.0, "published": 1.5, "direct": 4.0}
# Of the coupled scheme, a million Morley unknowns: 1.4 at level 7, 1.6 at level 8 of the square, and growing.
COUPLED_GIB_PER_MILLION = 2.0
AREAS = {"lshape": 3}  # of the domains that are not the unit square


def positive_level(level: int) -> int:
    """The level itself; raises `InputError` below 1: level k means h = 2^-k, and one cell has no interior."""
    if level < 1:
        raise InputError(f"level={level}: must be at least 1 (h = 2^-level)")
    return level


def brinkman_dofs(level: int) -> int:
    """8N² − 4N with N = 2^level: two components on interior edges and one pressure a triangle.

    The unit square has 3N² − 2N interior edges and 2N² triangles; this is the deck's #dofs.
    """
    cells = 2 ** positive_level(level)
    return 2 * (3 * cells**2 - 2 * cells) + 2 * cells**2


def predicted_gib(preset: str, level: int, ranks: int = 1) -> float:
    """Peak memory of the decoupled method on all processes together, in GiB."""
    return BASE_GIB * ranks + GIB_PER_MILLION[preset] * brinkman_dofs(level) / 1e6


def coupled_gib(example: str, level: int) -> float:
    """Peak memory of the coupled scheme in GiB; a unit of area has 4N² Morley unknowns, N = 2^level."""
    unknowns = AREAS.get(example, 1) * 4 ** (positive_level(level) + 1)
    return BASE_GIB + COUPLED_GIB_PER_MILLION * unknowns / 1e6


def available_gib() -> float:
    """Memory of this machine that a new program can have, in GiB; RECKON_MEMORY_GIB overrides."""
    if given := os.environ.get("RECKON_MEMORY_GIB"):
        return float(given)
    with open("/proc/meminfo", encoding="ascii") as lines:
        kib = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    return kib / 2**20


def check_memory(what: str, need: float) -> None:
    """Raise `InputError` with both figures if `what`, which needs so many GiB, does not fit."""
    have = available_gib()
    if need > have:
        raise InputError(
            f"{what}: needs about {need:.1f} GiB, this machine has {have:.1f} GiB to give; "
            "choose fewer levels (fem.runs, fem.examples in the configuration) or a larger machine"
        )
