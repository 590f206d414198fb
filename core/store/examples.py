"""Moments to learn from and to be judged on: lists that were shown, baskets, shoppers at a date."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from core.store.aside import LEFT_OUT, left_out

if TYPE_CHECKING:
    import pandas as pd

    from core.store.workspace import Reader

_LISTS = f"""
WITH left_out AS ({LEFT_OUT}),
lists AS (
    SELECT impression_id, any_value(user_id) AS user_id, min(ts) AS as_of
    FROM events
    WHERE event_type = 'impression' AND impression_id IS NOT NULL AND ts >= $start AND ts < $stop
      AND user_id NOT IN (SELECT user_id FROM left_out)
    GROUP BY impression_id
    HAVING count(DISTINCT item_id) >= 2
),
chosen AS (SELECT * FROM lists ORDER BY hash(impression_id || $seed) LIMIT $limit),
numbered AS (SELECT *, row_number() OVER (ORDER BY as_of, impression_id) - 1 AS ask_id FROM chosen),
clicked AS (
    SELECT DISTINCT impression_id, item_id FROM events
    WHERE event_type = 'click' AND impression_id IN (SELECT impression_id FROM chosen)
)
SELECT numbered.ask_id, numbered.user_id, numbered.as_of, shown.item_id, numbered.impression_id,
       min(shown.slot) AS slot, min(shown.position) AS position,
       max(CASE WHEN clicked.item_id IS NULL THEN 0 ELSE 1 END) AS label
FROM numbered
JOIN events AS shown ON shown.impression_id = numbered.impression_id AND shown.event_type = 'impression'
LEFT JOIN clicked ON clicked.impression_id = shown.impression_id AND clicked.item_id = shown.item_id
GROUP BY ALL ORDER BY numbered.ask_id, position, shown.item_id
"""

_BASKETS = f"""
WITH left_out AS ({LEFT_OUT}),
baskets AS (
    SELECT user_id, min(ts) AS as_of, list(DISTINCT item_id ORDER BY item_id) AS items
    FROM events
    WHERE event_type = 'purchase' AND item_id IS NOT NULL AND ts >= $start AND ts < $stop
      AND user_id NOT IN (SELECT user_id FROM left_out)
    GROUP BY user_id, CAST(ts AS DATE)
)
SELECT user_id, as_of, items, row_number() OVER (ORDER BY as_of, user_id) - 1 AS ask_id
FROM (SELECT * FROM baskets ORDER BY hash(user_id || as_of::VARCHAR || $seed) LIMIT $limit)
ORDER BY ask_id
"""

_SHOPPERS = f"""
WITH left_out AS ({LEFT_OUT})
SELECT user_id, row_number() OVER (ORDER BY user_id) - 1 AS ask_id, $as_of AS as_of
FROM (SELECT DISTINCT user_id FROM events
      WHERE ts < $as_of AND user_id NOT IN (SELECT user_id FROM left_out)
      ORDER BY hash(user_id || $seed) LIMIT $limit)
ORDER BY ask_id
"""


def span(reader: Reader) -> tuple[datetime, datetime]:
    """Time of the first and of the last event."""
    row = reader.frame("SELECT min(ts) AS first, max(ts) AS last FROM events").iloc[0]
    return row["first"].to_pydatetime(), row["last"].to_pydatetime()


def has_lists(reader: Reader) -> bool:
    """Whether the shop logs what it showed, as lists with clicks."""
    found = reader.frame(
        "SELECT count(*) FILTER (event_type = 'impression' AND impression_id IS NOT NULL) AS shown, "
        "count(*) FILTER (event_type = 'click' AND impression_id IS NOT NULL) AS clicked FROM events"
    ).iloc[0]
    return bool(found["shown"] > 0 and found["clicked"] > 0)


def shown_lists(reader: Reader, start: datetime, stop: datetime, limit: int, seed: int) -> pd.DataFrame:
    """Lists shown in [start, stop), a random ``limit`` of them, without those who are left out.

    Returns
    -------
    pandas.DataFrame
        A row for each item shown: ``ask_id, user_id, as_of, item_id, impression_id, slot,
        position, label`` (1 = clicked), sorted by ask.
    """
    return reader.frame(_LISTS, _asked(reader, start, stop, limit, seed))


def baskets(reader: Reader, start: datetime, stop: datetime, limit: int, seed: int) -> pd.DataFrame:
    """Baskets (a shopper's purchases of one day) in [start, stop): ``ask_id, user_id, as_of, items``.

    ``as_of`` is the first purchase of the day, so the basket itself is not in the history.
    """
    return reader.frame(_BASKETS, _asked(reader, start, stop, limit, seed))


def purchases(reader: Reader) -> pd.DataFrame:
    """Every purchase, ``ts, user_id, item_id``, in order of time: what negatives are drawn from."""
    return reader.frame(
        "SELECT ts, user_id, item_id FROM events WHERE event_type = 'purchase' AND item_id IS NOT NULL "
        "ORDER BY ts, item_id"
    )


def shoppers(reader: Reader, as_of: datetime, limit: int, seed: int = 0) -> pd.DataFrame:
    """Shoppers with any past before ``as_of``, a random ``limit`` of them: ``ask_id, user_id, as_of``."""
    asked = {"as_of": as_of, "limit": limit, "seed": str(seed), "left_out": left_out(reader)}
    return reader.frame(_SHOPPERS, asked)


def _asked(reader: Reader, start: datetime, stop: datetime, limit: int, seed: int) -> dict[str, Any]:
    return {"start": start, "stop": stop, "limit": limit, "seed": str(seed), "left_out": left_out(reader)}
