"""Ranking what was found for one shopper: the model reads her past as if she had typed the words just now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.records import Progress, no_progress
from core.schema import Event

Row = Mapping[str, Any]
#: What a row of ``core.store.history.history`` holds beside what is known of a search.
_EMPTY: Row = dict.fromkeys(
    ("rank", "item_id", "text", "value", "dwell_seconds", "quantity", "title", "category", "brand", "price", "band")
)


class Ranker(Protocol):
    """What a personal search needs of ``core.score.Scorer``."""

    def clicks(
        self, asks: pd.DataFrame, pairs: pd.DataFrame, progress: Progress = no_progress, alter: Any = None
    ) -> NDArray[np.float64]:
        """Chance of a click for each pair, as if rows of the past were otherwise."""


@dataclass(frozen=True)
class Person:
    """For whom a search is ordered, and by what.

    Attributes
    ----------
    baskets
        Whether the chances are of the next basket; else they are of a click.
    """

    user_id: str
    scorer: Ranker
    model: str | None = None
    baskets: bool = False


def chances(
    person: Person, text: str, item_ids: Sequence[str], as_of: datetime, slot: str | None
) -> NDArray[np.float64]:
    """Return the chance that she clicks each item, had she just searched for ``text``.

    Parameters
    ----------
    text
        The words of the search; "" when it has none.
    slot
        What the log calls the place where found items are shown, if it names one.
    """
    asks = pd.DataFrame({"ask_id": [0], "user_id": [person.user_id], "as_of": [pd.Timestamp(as_of)]})
    pairs = pd.DataFrame({"ask_id": 0, "item_id": list(item_ids)})
    if slot is not None:
        pairs = pairs.assign(slot=slot, position=None)
    return person.scorer.clicks(asks, pairs, alter=_searching(text, as_of) if text else None)


def _searching(text: str, as_of: datetime) -> Any:
    """Return what puts a search in front of the rows of a past; the same search before becomes one with it."""
    query = text.lower()

    def alter(events: Sequence[Row], fits: Sequence[Row]) -> tuple[list[Row], Sequence[Row]]:
        same = [row for row in events if row["event_type"] == Event.SEARCH and row["query"] == query]
        others = [row for row in events if row not in same]
        now = {**_EMPTY, "event_type": str(Event.SEARCH), "query": query, "ts": as_of, "age_seconds": 0,
               "count": 1 + sum(row["count"] for row in same)}
        return [now, *others], fits

    return alter
