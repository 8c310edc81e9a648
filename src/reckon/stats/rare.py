"""What a sample may miss: kinds so rare that not one of them was drawn."""

import math


def unseen(n: int, chance: float = 0.05) -> float:
    """The share of a population that `n` >= 1 independent draws all miss with probability `chance`."""
    return 1 - chance ** (1 / n)


def needed(share: float, chance: float = 0.05) -> int:
    """How many independent draws miss a kind of that `share` with at most probability `chance`.

    >>> needed(0.05), needed(0.1)
    (59, 29)
    """
    return math.ceil(math.log(chance) / math.log(1 - share))
