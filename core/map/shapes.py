"""Places on a plane: who lies in what was drawn, and which places make groups. Only numpy and scikit-learn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from core.map.records import BETWEEN, Area

Floats = NDArray[np.float64]

#: Share of the shoppers that a group has at least, and how many.
_LEAST_SHARE, _LEAST = 0.03, 10
#: Neighbours by which it is judged how dense a place is.
_DENSE = 5


def inside(area: Area, x: Floats, y: Floats) -> NDArray[np.bool_]:
    """Say of each place whether it lies within a line that was drawn (or a part of it, by the even-odd rule)."""
    found = np.zeros(len(x), dtype=bool)
    order = np.argsort(y, kind="stable")
    xs, ys = x[order], y[order]
    for line in area.lines:
        found[order] |= _within(line, xs, ys)
    return found


def _within(line: tuple[tuple[float, float], ...], xs: Floats, ys: Floats) -> NDArray[np.bool_]:
    """The same for one line and places in the order of ``ys``: how often a ray to the right crosses it."""
    odd = np.zeros(len(xs), dtype=bool)
    for (x1, y1), (x2, y2) in zip(line, (*line[1:], line[0]), strict=True):
        first, last = np.searchsorted(ys, (min(y1, y2), max(y1, y2)), side="left")
        if first < last:  # only who lies between the two heights can see this side
            crossing = x1 + (ys[first:last] - y1) * (x2 - x1) / (y2 - y1)
            odd[first:last] ^= xs[first:last] < crossing
    return odd


def groups(places: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the number of each place's group, the largest is 0; ``BETWEEN`` for those between groups.

    HDBSCAN (Campello, Moulavi and Sander, 2013): groups are as dense as they are, and not everybody is in one.
    """
    from sklearn.cluster import HDBSCAN

    least = max(_LEAST, round(_LEAST_SHARE * len(places)))
    found = HDBSCAN(min_cluster_size=least, min_samples=_DENSE, copy=True).fit(places).labels_
    numbers, sizes = np.unique(found[found >= 0], return_counts=True)
    ranked = numbers[np.argsort(-sizes, kind="stable")]
    rank = np.full(int(found.max(initial=BETWEEN)) + 2, BETWEEN)
    rank[ranked] = np.arange(len(ranked))
    return np.asarray(rank[found], dtype=np.int64)  # -1 is the last, which stays


def nearest(places: NDArray[np.float32], numbers: NDArray[np.int64], others: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return the group of others: that of the place which is nearest."""
    from scipy.spatial import cKDTree

    if not len(others):
        return np.empty(0, dtype=np.int64)
    _, at = cKDTree(places).query(others)
    return np.asarray(numbers[at], dtype=np.int64)
