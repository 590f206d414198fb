"""How much there is to learn from, counted before anything is read: lists or baskets, shoppers at moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from core.store.aside import LEFT_OUT, left_out

if TYPE_CHECKING:
    from core.store.workspace import Reader

# These count what core.store.examples draws from.
_LISTS = f"""
WITH left_out AS ({LEFT_OUT}),
lists AS (
    SELECT impression_id, any_value(user_id) AS user_id
    FROM events
    WHERE event_type = 'impression' AND impression_id IS NOT NULL AND ts >= $start AND ts < $stop
      AND user_id NOT IN (SELECT user_id FROM left_out)
    GROUP BY impression_id
    HAVING count(DISTINCT item_id) >= 2
)
SELECT count(*), count(DISTINCT user_id) FROM lists
"""
_BASKETS = f"""
WITH left_out AS ({LEFT_OUT}),
baskets AS (
    SELECT DISTINCT user_id, CAST(ts AS DATE) AS day
    FROM events
    WHERE event_type = 'purchase' AND item_id IS NOT NULL AND ts >= $start AND ts < $stop
      AND user_id NOT IN (SELECT user_id FROM left_out)
)
SELECT count(*), count(DISTINCT user_id) FROM baskets
"""
_SHOPPERS = f"""
WITH left_out AS ({LEFT_OUT}),
first_seen AS (
    SELECT user_id, min(ts) AS ts FROM events
    WHERE user_id NOT IN (SELECT user_id FROM left_out) GROUP BY user_id
)
SELECT count(first_seen.user_id)
FROM unnest($moments::TIMESTAMP[]) AS asked (moment) LEFT JOIN first_seen ON first_seen.ts < asked.moment
GROUP BY asked.moment ORDER BY asked.moment
"""


def lists(reader: Reader, start: datetime, stop: datetime, shown: bool) -> tuple[int, int]:
    """Count the lists that were shown in [start, stop), or the baskets, and their shoppers."""
    asked = {"start": start, "stop": stop, "left_out": left_out(reader)}
    found = reader.rows(_LISTS if shown else _BASKETS, asked)[0]
    return int(found[0]), int(found[1])


def shoppers(reader: Reader, moments: Sequence[datetime]) -> list[int]:
    """Count those with any past before each moment; moments ascend and differ."""
    asked = {"moments": list(moments), "left_out": left_out(reader)}
    return [int(count) for (count,) in reader.rows(_SHOPPERS, asked)] if moments else []
