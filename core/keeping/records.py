"""What is said of a model on days after those that it was made on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

#: Verdicts of a check.
RETRAIN, FINE, EARLY, NOTHING = "retrain", "fine", "early", "nothing"
#: How a sign stands.
BAD, WATCH, GOOD, UNKNOWN = "bad", "watch", "good", "unknown"


@dataclass(frozen=True)
class Fresh:
    """What came after the last day that a model was made and judged on."""

    since: datetime  # the midnight that ends that day
    until: datetime  # the midnight after the newest event; ``since`` when nothing is newer
    events: int

    @property
    def days(self) -> int:
        """Days of the new events."""
        return (self.until - self.since).days


@dataclass(frozen=True)
class Sign:
    """One thing that was looked at: how it was on the days that the model was judged on, and how it is now."""

    key: str
    before: float | None
    now: float | None
    level: str
    said: str  # a sentence


@dataclass(frozen=True)
class Moved:
    """How differently a tag, or the chance of a click (key ""), is spread now."""

    key: str
    label: str
    psi: float
    by_chance: float  # what the index reaches by chance alone, once in a hundred times
    before: float  # mean predicted chance then, and now
    now: float


@dataclass(frozen=True)
class Drift:
    """Whether a model still holds; ``lists`` counts the new lists or baskets looked at, ``judged`` those before."""

    model: str
    verdict: str
    reason: str
    since: datetime
    until: datetime
    events: int
    lists: int
    judged: int
    signs: Sequence[Sign] = ()
    moved: Sequence[Moved] = ()

    @classmethod
    def from_plain(cls, raw: Mapping[str, Any]) -> Self:
        """Undo ``core.answers.plain``."""
        times = {name: datetime.fromisoformat(raw[name]) for name in ("since", "until")}
        signs = tuple(Sign(**row) for row in raw["signs"])
        return cls(**{**raw, **times, "signs": signs, "moved": tuple(Moved(**row) for row in raw["moved"])})
