"""Counted features of shoppers at a moment: what a model without words would learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Categories that get a column of their own.
TOPICS = 30

_TOPICS = """
SELECT split_part(category, ' > ', 1) AS topic FROM items WHERE category IS NOT NULL
GROUP BY topic ORDER BY count(*) DESC, topic LIMIT $limit
"""

_BY_TOPIC = """
SELECT asks.ask_id, split_part(items.category, ' > ', 1) AS topic,
       count(*) FILTER (events.event_type IN ('view', 'click')) AS looks,
       count(*) FILTER (events.event_type IN ('cart', 'purchase')) AS choices,
       count(*) FILTER (events.event_type <> 'impression' AND events.ts >= asks.as_of - INTERVAL 7 DAY) AS recent
FROM asks JOIN events ON events.user_id = asks.user_id AND events.ts < asks.as_of
JOIN items USING (item_id)
WHERE items.category IS NOT NULL AND events.event_type <> 'impression'
GROUP BY ALL
"""

_RECENT = """
SELECT asks.ask_id,
       count(*) FILTER (events.event_type <> 'impression' AND events.ts >= asks.as_of - INTERVAL 7 DAY) AS recent_7,
       count(*) FILTER (events.event_type <> 'impression' AND events.ts >= asks.as_of - INTERVAL 28 DAY) AS recent_28,
       count(DISTINCT CAST(events.ts AS DATE)) FILTER (events.ts >= asks.as_of - INTERVAL 7 DAY) AS days_7,
       count(DISTINCT CAST(events.ts AS DATE)) FILTER (events.ts >= asks.as_of - INTERVAL 28 DAY) AS days_28,
       avg(events.price) FILTER (events.event_type IN ('cart', 'purchase')) AS paid
FROM asks JOIN events ON events.user_id = asks.user_id AND events.ts < asks.as_of
GROUP BY asks.ask_id
"""


def by_topic(reader: Reader, asks: pd.DataFrame) -> pd.DataFrame:
    """Counts by top category, and of the last days, strictly before each moment.

    Parameters
    ----------
    asks
        ``ask_id, user_id, as_of``.

    Returns
    -------
    pandas.DataFrame
        A row for each ask in the order given, float columns.
    """
    tables = {"asks": asks[["ask_id", "user_id", "as_of"]]}
    index = pd.Index(asks["ask_id"])
    recent = reader.frame(_RECENT, None, tables).set_index("ask_id").reindex(index)
    topics = reader.frame(_TOPICS, {"limit": TOPICS})["topic"].tolist()
    counted = reader.frame(_BY_TOPIC, None, tables)
    counted = counted[counted["topic"].isin(topics)]
    wide = counted.pivot(index="ask_id", columns="topic", values=["looks", "choices", "recent"])
    wide.columns = [" ".join(map(str, pair)) for pair in wide.columns.to_flat_index()]
    return pd.concat([recent, wide.reindex(index).fillna(0)], axis=1).astype(float).reset_index(drop=True)
