"""Numbers of a level that need no mesh; nothing here imports Firedrake."""

from reckon.errors import InputError


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
