"""Items as a search and an item's page see them: their texts, and price, band and popularity as of a moment."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from core.store.bands import band, joined
from core.store.derive import POPULARITY_DAYS

if TYPE_CHECKING:
    import pandas as pd

    from core.store.workspace import Reader

_TEXTS = """
SELECT item_id, coalesce(title, item_id) AS title, coalesce(description, '') AS description,
       coalesce(category, '') AS category, coalesce(brand, '') AS brand, coalesce(kind, 'product') AS kind
FROM items ORDER BY item_id
"""

# A day counts once it is over, as everywhere.
_STATE = f"""
WITH popular AS (
    SELECT item_id, max(score) - coalesce(max(score) FILTER (day < CAST($as_of AS DATE) - {POPULARITY_DAYS}), 0)
               AS popularity
    FROM item_days WHERE day < CAST($as_of AS DATE) GROUP BY item_id
),
paid AS (
    SELECT item_id, arg_max(price, day) AS price FROM item_prices WHERE day < CAST($as_of AS DATE) GROUP BY item_id
),
priced AS (
    SELECT items.item_id, items.category, coalesce(paid.price, items.price) AS price,
           coalesce(popular.popularity, 0) AS popularity, CAST($as_of AS DATE) AS day
    FROM items LEFT JOIN paid USING (item_id) LEFT JOIN popular USING (item_id)
)
SELECT priced.item_id, priced.price, {band('priced.price')} AS band, priced.popularity
FROM priced {joined('priced.category', 'priced.day')}
ORDER BY priced.item_id
"""

# Baskets are what a shopper bought on one day. pair_days counts baskets; who stands behind a pair is counted anew.
_GOES_WITH = """
WITH pairs AS (
    SELECT item_b AS item_id, max(cum) AS both_n FROM pair_days
    WHERE item_a = $item AND day < CAST($as_of AS DATE) GROUP BY item_b
),
sold AS (
    SELECT item_id, max(cum) AS n FROM basket_days
    WHERE day < CAST($as_of AS DATE) AND (item_id = $item OR item_id IN (SELECT item_id FROM pairs)) GROUP BY item_id
),
all_baskets AS (
    SELECT count(*) AS n FROM (
        SELECT DISTINCT user_id, CAST(ts AS DATE) FROM events
        WHERE event_type = 'purchase' AND item_id IS NOT NULL AND ts < CAST($as_of AS DATE))
),
strong AS (
    SELECT pairs.item_id, pairs.both_n, pairs.both_n * all_baskets.n / (mine.n * sold.n) AS lift,
           pairs.both_n / (mine.n + 5) AS strength
    FROM pairs JOIN sold USING (item_id), all_baskets, (SELECT n FROM sold WHERE item_id = $item) AS mine
    ORDER BY strength DESC, lift DESC, item_id LIMIT $limit
),
bought AS (
    SELECT DISTINCT user_id, CAST(ts AS DATE) AS day, item_id FROM events
    WHERE event_type = 'purchase' AND ts < CAST($as_of AS DATE)
      AND (item_id = $item OR item_id IN (SELECT item_id FROM strong))
),
behind AS (
    SELECT other.item_id, count(DISTINCT other.user_id) AS shoppers
    FROM bought AS mine JOIN bought AS other ON mine.user_id = other.user_id AND mine.day = other.day
    WHERE mine.item_id = $item AND other.item_id <> $item GROUP BY other.item_id
)
SELECT strong.item_id, behind.shoppers, strong.both_n AS baskets, strong.lift
FROM strong JOIN behind USING (item_id) ORDER BY strong.strength DESC, strong.lift DESC, strong.item_id
"""


def texts(reader: Reader) -> pd.DataFrame:
    """What items can be found by: ``item_id, title, description, category, brand, kind``, by id; missing is ``""``."""
    return reader.frame(_TEXTS)


def state(reader: Reader, as_of: datetime) -> pd.DataFrame:
    """What is known of every item as of a moment, in the order of ``texts``.

    Returns
    -------
    pandas.DataFrame
        ``item_id, price, band`` (0, 1, 2 = budget, mid, premium; missing where it cannot be told) and ``popularity``
        (what was done with it in the four weeks before).
    """
    return reader.frame(_STATE, {"as_of": as_of})


def goes_with(reader: Reader, item_id: str, as_of: datetime, limit: int) -> pd.DataFrame:
    """Return what was bought on one day with an item, by the same shopper, before a moment; the strongest first.

    Returns
    -------
    pandas.DataFrame
        ``item_id, shoppers`` (who did so), ``baskets`` (how often, a shopper's day is one) and ``lift``: how many times
        as often as if the two had nothing to do with each other.
    """
    return reader.frame(_GOES_WITH, {"item": item_id, "as_of": as_of, "limit": limit})
