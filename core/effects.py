"""How much two groups differ, whatever the unit: effect sizes with 95 % intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

#: Half the width of a 95 % interval, in standard errors.
Z95 = 1.959964
#: A log odds ratio in units of a standardised difference: the standard deviation of the logistic distribution.
LOGISTIC = math.pi / math.sqrt(3)


@dataclass(frozen=True)
class Effect:
    """A standardised difference (0 is none, 0.2 small, 0.5 medium, 0.8 large) and its 95 % interval."""

    size: float
    low: float
    high: float

    @property
    def sure(self) -> float:
        """How far from 0 the difference is at least, with its sign; 0 when its interval holds 0."""
        if self.low > 0:
            return self.low
        return min(self.high, 0.0)


@dataclass(frozen=True)
class Differences:
    """Two groups of shoppers side by side."""

    first: int
    second: int
    both: int  # who is in both
    #: what, label, kind, column, first, second, effect, low, high, sure; those surest to differ first.
    rows: pd.DataFrame


@dataclass(frozen=True)
class Reach:
    """What to expect of those whose chance of a predicted tag lies between two ends."""

    shoppers: int  # whose chance lies there
    known: int  # of whom it is predicted
    expected: float | None  # their mean chance: the share of whom it is true, if chances keep their word
    #: The model's own threshold, where the ends are open to one side of it; None where they are open to neither.
    measured_at: float | None
    measured: float | None  # share on that side of whom it was true, on the test days
    measured_on: int  # shoppers that it was measured on
    promised: float | None  # mean chance on that side, to be held against ``measured``


def of_means(n1: int, mean1: float, var1: float, n2: int, mean2: float, var2: float) -> Effect | None:
    """Return the standardised difference of two means, the first minus the second.

    It is in units of the root of the mean of both variances (Austin, 2009); its variance is
    ``(n1 + n2) / (n1 n2) + d² / (2 (n1 + n2))`` (Hedges and Olkin, 1985). None where a group has fewer than two
    members, or none of both varies.
    """
    if min(n1, n2) < 2:
        return None
    spread = math.sqrt((var1 + var2) / 2)
    if not spread > 0:
        return None
    d = (mean1 - mean2) / spread
    return _within(d, math.sqrt((n1 + n2) / (n1 * n2) + d * d / (2 * (n1 + n2))))


def of_shares(have1: int, n1: int, have2: int, n2: int) -> Effect | None:
    """Return the log odds ratio of two shares as a standardised difference (times √3 / π; Chinn, 2000).

    A half is added to each of the four counts (Haldane, 1956; Anscombe, 1956), so that none is 0. None where a group
    is empty.
    """
    if min(n1, n2) < 1:
        return None
    a, b, c, d = (count + 0.5 for count in (have1, n1 - have1, have2, n2 - have2))
    return _within(math.log(a * d / (b * c)) / LOGISTIC, math.sqrt(1 / a + 1 / b + 1 / c + 1 / d) / LOGISTIC)


def wilson(have: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, 1927): from 0 to 1 where nothing was counted.

    Examples
    --------
    >>> [round(end, 4) for end in wilson(1, 10)]
    [0.0179, 0.4042]
    """
    if not n > 0:
        return 0.0, 1.0
    square = Z95 * Z95
    middle = (have + square / 2) / (n + square)
    half = Z95 / (n + square) * math.sqrt(have * (n - have) / n + square / 4)
    return max(0.0, middle - half), min(1.0, middle + half)


def _within(size: float, error: float) -> Effect:
    return Effect(size, size - Z95 * error, size + Z95 * error)
