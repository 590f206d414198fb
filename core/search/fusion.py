"""Reciprocal rank fusion: one list of several, by places alone.

Cormack, Clarke, Buettcher: Reciprocal rank fusion outperforms Condorcet and individual rank learning methods, 2009.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

#: The constant of the paper: how much less the first places count than they would for themselves.
K = 60
T = TypeVar("T")


def fused(lists: Sequence[Sequence[T]], k: int = K) -> list[T]:
    """Fuse ranked lists: an entry is worth the sum of 1 / (k + its place) over the lists that hold it.

    Of equals, the one that an earlier list names first comes first.

    Examples
    --------
    >>> fused([["a", "b", "c"], ["b", "c", "d"]])
    ['b', 'c', 'a', 'd']
    """
    worth: dict[T, float] = {}
    for ranked in lists:
        for place, entry in enumerate(ranked, 1):
            worth[entry] = worth.get(entry, 0.0) + 1 / (k + place)
    return sorted(worth, key=lambda entry: -worth[entry])
