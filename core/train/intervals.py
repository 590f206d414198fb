"""How sure a figure is: shoppers are drawn again and again, each with everything that is theirs.

What one shopper sees, clicks and buys hangs together, so lists are not drawn singly (a cluster bootstrap; Efron and
Tibshirani, 1993). Two models are compared by the difference on the same draws: how hard the drawn lists happen to be
then cancels out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DRAWS = 2_000
#: Shoppers below which an interval says nothing: few, drawn again and again, are always much alike.
LEAST_OWNERS = 20
#: Share of the draws that an interval leaves out on either side.
TAIL = 0.025


@dataclass(frozen=True)
class Interval:
    """A figure, and the range that holds 95 % of the draws; not a number where there is nothing to draw."""

    value: float
    low: float
    high: float

    @property
    def above_zero(self) -> bool:
        """Whether the whole range lies above zero."""
        return self.low > 0


def of_mean(values: ArrayLike, owners: ArrayLike, draws: int = DRAWS, seed: int = 0) -> Interval:
    """Mean over lists, with its interval; values that are not a number are left out.

    Parameters
    ----------
    values
        A figure of each list, or the difference of two models' figures: then the interval is of the paired difference.
    owners
        Whose list it is; these are drawn.

    Examples
    --------
    >>> found = of_mean([1.0, 0.0, 1.0, 0.0], ["ann", "ann", "bob", "bob"])
    >>> found.value, found.low, found.high
    (0.5, 0.5, 0.5)
    """
    data, whose = np.asarray(values, dtype=float), np.asarray(owners)
    known = ~np.isnan(data)
    if not known.any():
        return Interval(float("nan"), float("nan"), float("nan"))
    codes = pd.factorize(whose[known])[0]
    sums, counts = np.bincount(codes, weights=data[known]), np.bincount(codes)
    drawn = _draws(len(sums), draws, seed)
    means = (drawn @ sums) / (drawn @ counts)
    low, high = np.quantile(means, [TAIL, 1 - TAIL])
    return Interval(float(data[known].mean()), float(low), float(high))


def of_figure(figure: Callable[[Ints], float], owners: ArrayLike, draws: int = DRAWS, seed: int = 0) -> Interval:
    """Any figure of rows, with its interval: for those that are no mean over lists (AUC, calibration error).

    Parameters
    ----------
    figure
        Computes it from row numbers; drawn rows come more than once. Draws for which it is not a number are left out.
    owners
        Whose row it is, ``[n]``.
    """
    codes = pd.factorize(np.asarray(owners))[0]
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(codes.max(initial=-1) + 2))
    found = []
    for times in _draws(len(starts) - 1, draws, seed):
        chosen = np.repeat(np.arange(len(times)), times)
        rows = np.concatenate([order[starts[i] : starts[i + 1]] for i in chosen])
        found.append(figure(rows))
    low, high = np.nanquantile(found, [TAIL, 1 - TAIL]) if np.isfinite(found).any() else (np.nan, np.nan)
    return Interval(float(figure(np.arange(len(codes)))), float(low), float(high))


def _draws(owners: int, draws: int, seed: int) -> NDArray[Any]:
    """How often each owner comes in each draw, ``[draws, owners]``."""
    return np.random.default_rng(seed).multinomial(owners, np.full(owners, 1 / owners), size=draws)
