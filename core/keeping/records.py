"""What is said of a model on days after those that it was made on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True)
class Readable:
    """How well it can be told from predictions alone whether shoppers belong to a group that some told of themselves.

    ``auc`` is the share of pairs of one who does and one who does not that are told apart rightly; None, with the
    reason in ``said``, where too few were there.
    """

    attribute: str
    value: str
    source: str  # "tags" or "scores"
    shoppers: int
    members: int
    auc: float | None
    low: float | None
    high: float | None
    by_chance: float | None  # what shuffled answers reach at most, 95 times of 100
    level: str
    said: str


@dataclass(frozen=True)
class Part:
    """How right a model is for some shoppers or at some place; figures are None where too few were there."""

    kind: str  # "everyone", "place", "history", "segment", or a column of the users
    name: str
    shoppers: int
    cases: int
    chosen: int
    predicted: float | None
    happened: float | None
    ratio: float | None  # happened over predicted, with its interval
    low: float | None
    high: float | None
    off: float | None  # expected calibration error
    level: str
    curve: Sequence[Mapping[str, float]] = ()


@dataclass(frozen=True)
class Mistakes:
    """How often tags are wrong for a group that shoppers told of themselves, and for all others who told."""

    attribute: str
    value: str
    shoppers: int
    kind: str  # "missed": not given though it came true; "wrong": given though it did not
    rate: float | None
    low: float | None
    high: float | None
    others: float | None
    more: float | None  # rate - others, with its interval
    more_low: float | None
    more_high: float | None
    level: str


@dataclass(frozen=True)
class Audit:
    """For whom a model is less right, and what can be read from what it says; ``answers`` are sentences."""

    model: str
    since: datetime
    until: datetime
    answers: Sequence[str]
    level: str
    readable: Sequence[Readable] = ()
    parts: Sequence[Part] = ()
    mistakes: Sequence[Mistakes] = ()

    @classmethod
    def from_plain(cls, raw: Mapping[str, Any]) -> Self:
        """Undo ``core.answers.plain``."""
        rows: dict[str, Any] = {"readable": Readable, "parts": Part, "mistakes": Mistakes}
        lists = {name: tuple(kind(**row) for row in raw[name]) for name, kind in rows.items()}
        lists["parts"] = tuple(replace(part, curve=tuple(part.curve)) for part in lists["parts"])
        times = {name: datetime.fromisoformat(raw[name]) for name in ("since", "until")}
        return cls(**{**raw, **times, **lists, "answers": tuple(raw["answers"])})
