"""What is asked of a place or for a segment, and what is answered; plain values that pages and command line share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pandas as pd

from core.offpolicy import Estimate, Estimates

GOALS = ("clicks", "value")
JUDGES = ("model", "counted")


@dataclass(frozen=True)
class Ask:
    """What is asked of a place. What is said of single ads goes by their ids."""

    slot: str
    kind: str = "ad"
    segments: tuple[str, ...] = ()  # ids of saved ones; a shopper counts in the first that she is in
    by: str = ""  # instead: a fact in words, by whose most frequent values shoppers are parted
    goal: str = "clicks"  # clicks | value
    judge: str = "model"  # model | counted: what says how likely a click is
    days: float | None = None  # the last ones of the log; None: all of it
    repeat: float | None = None  # times that an ad may be shown to a shopper in those days
    worth: float | None = None  # of a click; None: what was bought after clicks
    most: Mapping[str, float] = field(default_factory=dict)  # times that it may be shown
    least: Mapping[str, float] = field(default_factory=dict)  # times that it must be shown
    cost: Mapping[str, float] = field(default_factory=dict)  # of a click
    budget: Mapping[str, float] = field(default_factory=dict)  # for clicks
    sample: int = 60  # shoppers of each segment whom the model judges


@dataclass(frozen=True)
class Total:
    """What an allocation is expected to bring in as many days as were looked at."""

    shown: float
    clicks: float
    value: float


@dataclass(frozen=True)
class Advice:
    """Which ad to show to whom, and what that is based on."""

    ask: Ask
    judge: str  # model | counted
    since: datetime
    until: datetime
    segments: pd.DataFrame  # segment, everyone, shoppers (who came), shown, requests, sampled
    #: As ``core.showing.cells``, with chance (that was reckoned with), value (of one impression: that chance times what
    #: a click is worth) and suggested
    cells: pd.DataFrame
    ads: pd.DataFrame  # as ``core.showing.worths``, with suggested
    clicked: int  # clicks that were counted
    now: Total
    suggested: Total
    ahead: Estimate  # how much the suggestion is ahead, in clicks or value as the goal is
    binds: pd.DataFrame  # what, segment, item_id, title, gain
    replayed: Estimates | None  # clicks for each impression under the suggestion, from the log's own chances
    notes: Sequence[str]


@dataclass(frozen=True)
class Weighed:
    """What was found out to say what to feature, for any number of items that are shown together."""

    segment: str
    shoppers: int
    sampled: int
    judged_on: int
    as_of: datetime
    items: pd.DataFrame  # as in ``Featured``
    together: pd.DataFrame  # as in ``Featured``, for as many as there may be
    popular: pd.DataFrame
    #: For each number of items shown, from 1: reach, reach_popular and ahead, each with its _low and _high
    reaches: pd.DataFrame
    notes: Sequence[str]

    def shown(self, k: int) -> Featured:
        """Return the answer for ``k`` items that are shown together, or as many as there are."""
        k = min(k, len(self.reaches))
        row = self.reaches.iloc[k - 1]
        reach, popular, ahead = (Estimate(*(float(row[f"{name}{end}"]) for end in ("", "_low", "_high")))
                                 for name in ("reach", "reach_popular", "ahead"))  # fmt: skip
        return Featured(self.segment, self.shoppers, self.sampled, self.judged_on, self.as_of, self.items,
                        self.together.head(k), self.popular.head(k), reach, popular, ahead, self.notes)  # fmt: skip

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Weighed:
        """Return what ``core.answers.plain`` made of one."""
        tables = {name: pd.DataFrame(kept[name]) for name in ("items", "together", "popular", "reaches")}
        numbers = ["price", "chance", "low", "high", "clicks", "clicks_low", "clicks_high", "buyers"]
        tables["items"] = tables["items"].astype(dict.fromkeys(numbers, float))
        tables["reaches"] = tables["reaches"].astype(float)
        return cls(**{**kept, **tables, "as_of": datetime.fromisoformat(kept["as_of"])})


@dataclass(frozen=True)
class Featured:
    """What to feature for a segment."""

    segment: str
    shoppers: int
    sampled: int
    judged_on: int  # shoppers of the sample on whom lists are judged
    as_of: datetime
    #: item_id, title, category, price, source, there (shoppers who did something with it), chance, low, high, clicks,
    #: clicks_low, clicks_high, buyers; by expected clicks
    items: pd.DataFrame
    together: pd.DataFrame  # item_id, title, gain, reach: shares of the segment, in the order of choice
    popular: pd.DataFrame  # the same of what is simply popular there
    reach: Estimate  # share of the segment that the chosen list reaches
    reach_popular: Estimate
    ahead: Estimate  # the first minus the second, shopper by shopper
    notes: Sequence[str]
