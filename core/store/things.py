"""What each shopper has to do with: items, and what they said themselves, each with its weight.

A purchase weighs three looks, a cart or a favourite two, as for what a shopper likes elsewhere; of many times the root
counts, so that one thing that is bought every week does not hide everything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Characters that are read of a text.
READ = 300
ITEM, SAID = "item", "said"

_WEIGHT = "CASE event_type WHEN 'purchase' THEN 3 WHEN 'cart' THEN 2 WHEN 'favourite' THEN 2 ELSE 1 END"

_THINGS = f"""
WITH asked AS (SELECT user_id FROM wanted),
did AS (
    SELECT user_id, 'item' AS kind, item_id AS thing, event_type, {_WEIGHT} AS weight, ts
    FROM events SEMI JOIN asked USING (user_id)
    WHERE item_id IS NOT NULL AND event_type NOT IN ('impression', 'return', 'review', 'search')
    UNION ALL
    SELECT user_id, 'said' AS kind, left(trim(lower(coalesce(query, text))), {READ}) AS thing, event_type, 1, ts
    FROM events SEMI JOIN asked USING (user_id)
    WHERE event_type IN ('search', 'review') AND trim(coalesce(query, text, '')) <> ''
)
SELECT user_id, kind, thing, arg_max(event_type, weight) AS deed, sqrt(sum(weight)) AS weight, max(ts) AS ts
FROM did GROUP BY user_id, kind, thing ORDER BY user_id, kind, thing
"""

_SAID = f"""
SELECT DISTINCT left(trim(lower(coalesce(query, text))), {READ}) AS words FROM events
WHERE event_type IN ('search', 'review') AND trim(coalesce(query, text, '')) <> '' ORDER BY words
"""


def things(reader: Reader, users: list[str]) -> pd.DataFrame:
    """Return what these shoppers have to do with, by shopper.

    Returns
    -------
    pandas.DataFrame
        ``user_id, kind`` (item, or said: a search or a review), ``thing`` (its id, or the words), ``deed`` (the event
        that weighs most), ``weight``, ``ts`` (the last time). What was merely shown or sent back is left out.
    """
    return reader.frame(_THINGS, None, {"wanted": pd.DataFrame({"user_id": pd.Series(users, dtype=str)})})


def all_said(reader: Reader) -> list[str]:
    """Return every different text that shoppers typed or wrote, as ``things`` has it."""
    return [str(words) for (words,) in reader.rows(_SAID)]
