"""The population stability index: how differently a number is spread among two groups of cases."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BINS = 10
#: Shuffles that tell what the index reaches by chance, and the share of them that lie below that.
SHUFFLES, SURE = 400, 0.99


def edges(reference: Floats, bins: int = BINS) -> Floats:
    """Inner edges of bins that hold like shares of the reference; a value that fills more than one gets its own bin.

    Examples
    --------
    >>> edges(np.arange(1.0, 9.0), 4).tolist()
    [2.75, 4.5, 6.25]
    >>> np.digitize([1.0, 2.0, 3.0], edges(np.full(9, 2.0))).tolist()
    [0, 1, 2]
    """
    found, times = np.unique(np.quantile(reference, np.arange(1, bins) / bins), return_counts=True)
    return np.union1d(found, np.nextafter(found[times > 1], np.inf))


def index(expected: Floats, actual: Floats) -> Floats:
    """Sum over the last axis of (a - e) ln(a / e), where a and e are the shares of the cases in each bin.

    A bin that is empty on one side counts as if it held half a case of the smaller side; one that is empty on both
    sides counts for nothing.

    Parameters
    ----------
    expected, actual
        Cases in each bin, ``[..., bins]``.

    Examples
    --------
    >>> round(float(index(np.array([50.0, 50.0]), np.array([75.0, 25.0]))), 4)
    0.2747
    """
    cases = expected.sum(axis=-1, keepdims=True), actual.sum(axis=-1, keepdims=True)
    least = 0.5 / np.minimum(*cases)
    e, a = (np.maximum(part / n, least) for part, n in zip((expected, actual), cases, strict=True))
    return np.asarray(((a - e) * np.log(a / e)).sum(axis=-1))


def stability(before: Floats, now: Floats, owners: tuple[Ints, Ints], seed: int = 0) -> tuple[float, float]:
    """Return the index of a number, and what it reaches by chance alone once in a hundred times.

    By chance: as if shoppers had been dealt to the two groups at random, each with everything that is theirs.

    Parameters
    ----------
    before, now
        The number in each case, at least one on either side.
    owners
        Whose case it is, on either side.
    """
    inner = edges(before)
    units = [_counted(np.digitize(values, inner), whose, len(inner) + 1)
             for values, whose in zip((before, now), owners, strict=True)]
    found = float(index(units[0].sum(axis=0), units[1].sum(axis=0)))
    both = np.concatenate(units)
    rng = np.random.default_rng(seed)
    shuffled = rng.random((SHUFFLES, len(both))).argsort(axis=1)[:, : len(units[0])]
    dealt = np.zeros((SHUFFLES, len(both)))
    np.put_along_axis(dealt, shuffled, 1.0, axis=1)
    first = dealt @ both
    with np.errstate(invalid="ignore", divide="ignore"):  # a side without a case
        by_chance = index(first, both.sum(axis=0) - first)
    return found, float(np.nanquantile(by_chance, SURE)) if np.isfinite(by_chance).any() else float("inf")


def _counted(places: Ints, owners: Ints, bins: int) -> Floats:
    """Count the cases of each owner in each bin, ``[owners, bins]``."""
    codes = np.unique(owners, return_inverse=True)[1]
    counts = np.zeros((codes.max() + 1, bins))
    np.add.at(counts, (codes, places), 1)
    return counts
