"""What is answered about a described tag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from core.describing.few import Bools, Expected, Floats, expected
from core.records import Described, Mark

if TYPE_CHECKING:
    import pandas as pd

LIKELY, DOUBTFUL, RANDOM = "likely", "doubtful", "random"
#: Between what shoppers are and what they are not: nearness to the one less nearness to the other orders better.
RATHER = " rather than "


def sides(sentence: str) -> tuple[str, str]:
    """Return what a description says of shoppers, and what it says that they are not ("" where it does not say).

    Examples
    --------
    >>> sides("buys toys rather than tools"), sides("buys toys")
    (('buys toys', 'tools'), ('buys toys', ''))
    """
    fits, _, not_ = sentence.partition(RATHER)
    return fits, not_


def joined(fits: str, not_: str) -> str:
    """Put both sides into one sentence; see ``sides``."""
    words, others = (" ".join(side.split()) for side in (fits, not_))
    return f"{words}{RATHER}{others}" if words and others else words


@dataclass(frozen=True)
class Push:
    """A thing that a shopper had to do with, and what it pushes, in log-odds."""

    kind: str  # item, or said: a search or a review
    thing: str  # the item's id, or the words
    title: str  # the item's title, or the words
    deed: str  # the event that weighs most
    ts: datetime
    value: float


@dataclass(frozen=True)
class Fit:
    """How a description fits a shopper.

    Attributes
    ----------
    chance
        That it does; None where nothing is known of them that has words.
    place
        Theirs among all of whom it can be told, from 1.
    pushes
        What speaks for it or against it most, and what that pushes; they are some of all that add up to the log-odds.
    marked
        What was said of them; None where nothing was.
    """

    user_id: str
    chance: float | None
    place: int
    given: bool
    pushes: Sequence[Push]
    marked: bool | None = None
    why: str = ""  # of one to be marked: likely, doubtful or random


@dataclass(frozen=True)
class Answer:
    """A description and who fits it.

    Attributes
    ----------
    tag
        As it is kept; None while it is only tried.
    chances
        ``user_id, chance`` of all of whom it can be told, the most likely first.
    expected
        From the tag's threshold on.
    proposed
        The threshold that is proposed.
    unknown
        Shoppers of whom it cannot be told: nothing that they did has words.
    unseen, fits
        Chances of those who were marked, by judges that did not see their marks, and what was said of them.
    others
        Chances of those who were not marked.
    """

    sentence: str
    tag: Described | None
    marks: Sequence[Mark]
    chances: pd.DataFrame
    expected: Expected
    proposed: float
    unknown: int
    unseen: Floats
    fits: Bools
    others: Floats

    def expect(self, low: float, high: float = 1.0) -> Expected:
        """Return what to expect of those whose chance lies between two ends."""
        everyone = self.chances["chance"].to_numpy(float)
        return expected(low, everyone, self.others, self.unseen, self.fits, high)

    @property
    def threshold(self) -> float:
        """The chance from which the tag is given."""
        return self.expected.threshold


@dataclass(frozen=True)
class Step:
    """What was to be expected after so many marks, at the threshold that was proposed then."""

    marks: int
    expected: Expected


@dataclass(frozen=True)
class Brought:
    """What became of a file of marks."""

    marked: int
    unknown: Sequence[str]  # ids that no shopper here has
    unread: Sequence[str]  # cells that say neither yes nor no
