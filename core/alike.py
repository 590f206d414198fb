"""How alike items are to each other, and how new one would be to a shopper: what a list's variety is made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.records import Recommendation
from core.schema import CATEGORY_SEPARATOR

Floats = NDArray[np.float64]

#: Sources that find what is new in the shop, and what she knows already.
NEW, MET = frozenset({"new", "unseen"}), frozenset({"repeat"})
#: Likeness of two items of one category, of one department (its first part), and what the same brand adds.
_CATEGORY, _DEPARTMENT, _BRAND = 0.7, 0.35, 0.3


def alike(items: Sequence[Recommendation], vectors: NDArray[np.float32] | None) -> Floats:
    """Return how alike items are, 0 to 1: ``[n, n]``.

    By their words where there are vectors, and by category and brand; the mean of both where both are known.

    Parameters
    ----------
    vectors
        A row of length 1 (or 0, where there is none) for each item.
    """
    category = _codes([item.category for item in items])
    department = _codes([item.category.split(CATEGORY_SEPARATOR)[0] for item in items])
    brand = _codes([item.brand for item in items])
    same = _same(category)
    shelf = _CATEGORY * same + _DEPARTMENT * (_same(department) & ~same) + _BRAND * _same(brand)
    if vectors is None:
        return np.asarray(shelf)
    words = np.clip(vectors @ vectors.T, 0, 1).astype(np.float64)
    both = (category >= 0)[:, None] & (category >= 0)[None, :]
    return np.asarray(np.where(both, (words + shelf) / 2, words))


def novelty(item: Recommendation) -> float:
    """Return how new an item is to her: 0 when she met it, then what is popular, what is not, and 1 for a new one."""
    found = set(item.sources)
    if found & MET:
        return 0.0
    if found & NEW:
        return 1.0
    return 1 / 3 if "popular" in found else 2 / 3


def is_new(item: Recommendation) -> bool:
    """Whether an item is new in the shop, or nobody has met it yet."""
    return bool(NEW & set(item.sources))


def _codes(values: Sequence[str]) -> NDArray[np.int64]:
    """A number for each different text, -1 for none."""
    known: dict[str, int] = {}
    return np.array([known.setdefault(value, len(known)) if value else -1 for value in values], dtype=np.int64)


def _same(codes: NDArray[np.int64]) -> NDArray[np.bool_]:
    return np.asarray((codes[:, None] == codes[None, :]) & (codes >= 0)[:, None])
