"""How many masks each event gets for its words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

#: Log-odds below which an event is divided only when there are masks to spare.
SMALL = 0.01


def everything(size: int) -> int:
    """Masks that an exact run over a balanced tree of so many tokens takes, among all others and alone; about."""
    return 2 * (2 + size * size)


def shares(sizes: Sequence[int], pushes: NDArray[np.float64], masks: int) -> list[int]:
    """Share masks among events: those that push more and have more tokens get more, none more than it can use.

    Parameters
    ----------
    sizes
        Tokens of each event.
    pushes
        What each pushes, in log-odds.

    Returns
    -------
    list
        Masks for each; 0 where the event is too small to be divided.

    Examples
    --------
    >>> shares([4, 4, 1], np.array([0.5, -0.25, 0.001]), 24)
    [16, 8, 0]
    """
    exact = [everything(size) for size in sizes]
    if sum(exact) <= masks:
        return exact
    full = [4 * size + 4 for size in sizes]
    weights = [size * (abs(push) if abs(push) >= SMALL else 0.0) for size, push in zip(sizes, pushes, strict=True)]
    if sum(full) <= masks:
        weights = [weight or size * SMALL for weight, size in zip(weights, sizes, strict=True)]
    given = [0] * len(sizes)
    total, left = sum(weights), masks
    for i in sorted(range(len(sizes)), key=lambda i: full[i] / weights[i] if weights[i] else np.inf):
        if not weights[i]:
            break
        given[i] = min(full[i], int(left * weights[i] / total + 1e-9))
        left, total = left - given[i], total - weights[i]
    return [masks if masks >= 4 else 0 for masks in given]
