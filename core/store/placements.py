"""What was shown at the places that a log names, to whom, and what came of it; robots and test accounts are left out.

Shoppers come in groups: a table ``user_id, group`` in which nobody is twice. Whoever is in none is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from core.schema import CATEGORY_SEPARATOR
from core.store.aside import LEFT_OUT, left_out
from core.store.derive import POPULARITY_DAYS

if TYPE_CHECKING:
    import pandas as pd

    from core.store.workspace import Reader

#: Days after a click in which a purchase counts as having followed it.
FOLLOWED_DAYS = 7
#: Minutes after a click in which a look at the item tells how long she stayed.
STAYED_MINUTES = 30
#: Days for which an item is new.
NEW_DAYS = 14

_PLACES = f"""
WITH left_out AS ({LEFT_OUT}),
clicked AS (
    SELECT slot, coalesce(items.kind, 'product') AS kind, count(*) AS clicks
    FROM events JOIN items USING (item_id)
    WHERE event_type = 'click' AND slot IS NOT NULL AND user_id NOT IN (SELECT user_id FROM left_out) GROUP BY ALL
)
SELECT slot, kind, count(*) AS shown, coalesce(any_value(clicked.clicks), 0) AS clicks,
       count(DISTINCT item_id) AS items, count(DISTINCT user_id) AS shoppers,
       bool_and(coalesce(value > 0 AND value <= 1, false)) AS chances
FROM (SELECT slot, item_id, user_id, value, coalesce(items.kind, 'product') AS kind
      FROM events JOIN items USING (item_id)
      WHERE event_type = 'impression' AND slot IS NOT NULL AND user_id NOT IN (SELECT user_id FROM left_out))
LEFT JOIN clicked USING (slot, kind)
GROUP BY slot, kind ORDER BY kind <> 'ad', shown DESC, slot
"""

# A list that is not named is one impression; its click is the same shopper's, on the same item and place, within a day.
_SHOWN = f"""
WITH left_out AS ({LEFT_OUT}),
shown AS (
    SELECT events.*, chosen."group", coalesce(impression_id, import_id || ':' || source_row) AS request
    FROM events JOIN items USING (item_id) JOIN chosen USING (user_id)
    WHERE event_type = 'impression' AND slot = $slot AND coalesce(items.kind, 'product') = $kind AND ts >= $since
      AND user_id NOT IN (SELECT user_id FROM left_out)
),
named AS (
    SELECT DISTINCT impression_id, item_id FROM events WHERE event_type = 'click' AND impression_id IS NOT NULL
),
unnamed AS (
    SELECT user_id, item_id, ts FROM events WHERE event_type = 'click' AND impression_id IS NULL AND slot = $slot
),
told AS (
    SELECT shown.*, named.item_id IS NOT NULL OR coalesce(unnamed.ts <= shown.ts + INTERVAL 1 DAY, false) AS clicked
    FROM shown LEFT JOIN named ON shown.impression_id = named.impression_id AND shown.item_id = named.item_id
    ASOF LEFT JOIN unnamed
      ON shown.user_id = unnamed.user_id AND shown.item_id = unnamed.item_id AND shown.ts <= unnamed.ts
)
"""

_CELLS = """
SELECT "group", item_id, count(*) AS shown, count(*) FILTER (clicked) AS clicked FROM told
GROUP BY "group", item_id ORDER BY "group", item_id
"""
_GROUPS = """
SELECT "group", count(*) AS shown, count(DISTINCT request) AS requests, count(DISTINCT user_id) AS shoppers FROM told
GROUP BY "group" ORDER BY "group"
"""
_CHOICES = """
SELECT "group", item_id, CAST(clicked AS INTEGER) AS clicked, value AS chance FROM told
ORDER BY ts, import_id, source_row
"""

# An ad is for its category, and for its brand where it names one; anything else is for itself.
_FOLLOWED = f"""
, clicks AS (
    SELECT told.item_id, told.user_id, min(told.ts) AS ts, any_value(items.kind) AS kind,
           any_value(items.category) AS category, any_value(items.brand) AS brand
    FROM told JOIN items USING (item_id) WHERE clicked GROUP BY told.item_id, told.user_id
),
stayed AS (
    SELECT clicks.item_id, clicks.user_id, max(dwell_seconds) AS seconds
    FROM clicks JOIN events ON events.user_id = clicks.user_id AND events.item_id = clicks.item_id
     AND events.ts BETWEEN clicks.ts AND clicks.ts + to_minutes({STAYED_MINUTES})
    WHERE dwell_seconds > 0 GROUP BY ALL
),
bought AS (
    SELECT events.user_id, events.item_id, events.ts, items.category, items.brand,
           greatest(coalesce(quantity, 1), 0) * coalesce(events.price, items.price, 0) AS paid
    FROM events JOIN items USING (item_id) WHERE event_type = 'purchase' AND ts >= $since
),
followed AS (
    SELECT clicks.item_id, clicks.user_id, sum(bought.paid) AS paid
    FROM clicks JOIN bought
      ON bought.user_id = clicks.user_id AND bought.ts > clicks.ts
     AND bought.ts <= clicks.ts + to_days({FOLLOWED_DAYS})
     AND (bought.item_id = clicks.item_id
          OR clicks.kind = 'ad' AND clicks.category IS NOT NULL
             AND (bought.category = clicks.category
                  OR starts_with(bought.category, clicks.category || '{CATEGORY_SEPARATOR}'))
             AND coalesce(bought.brand = clicks.brand, clicks.brand IS NULL))
    GROUP BY ALL
)
SELECT clicks.item_id, count(*) AS clickers, count(followed.user_id) AS buyers,
       coalesce(sum(followed.paid), 0) AS paid, median(stayed.seconds) AS dwell
FROM clicks LEFT JOIN followed USING (item_id, user_id) LEFT JOIN stayed USING (item_id, user_id)
GROUP BY clicks.item_id ORDER BY clicks.item_id
"""

_SHORTLIST = f"""
WITH left_out AS ({LEFT_OUT}),
kept AS (SELECT item_id FROM items WHERE list_contains($kinds, coalesce(kind, 'product'))),
recent AS (
    SELECT item_id, user_id, CASE event_type WHEN 'purchase' THEN 3 WHEN 'cart' THEN 2 ELSE 1 END AS weight
    FROM events SEMI JOIN kept USING (item_id)
    WHERE ts >= $as_of - to_days({POPULARITY_DAYS}) AND ts < $as_of
      AND event_type IN ('view', 'click', 'cart', 'purchase') AND user_id NOT IN (SELECT user_id FROM left_out)
),
there AS (
    SELECT item_id, sum(weight) AS score, count(DISTINCT user_id) AS shoppers
    FROM recent SEMI JOIN chosen USING (user_id) GROUP BY item_id
),
everywhere AS (SELECT item_id, sum(weight) AS score FROM recent GROUP BY item_id),
began AS (SELECT item_id, min(day) AS day FROM item_days SEMI JOIN kept USING (item_id) GROUP BY item_id),
fresh AS (
    SELECT item_id, score FROM began LEFT JOIN everywhere USING (item_id), (SELECT min(day) AS opened FROM item_days)
    WHERE began.day >= CAST($as_of AS DATE) - {NEW_DAYS} AND began.day >= opened + {NEW_DAYS}
),
found AS (
    SELECT item_id, 1 AS source, score FROM there UNION ALL
    SELECT item_id, 2, score FROM everywhere UNION ALL
    SELECT item_id, 3, coalesce(score, 0) FROM fresh
),
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY source ORDER BY score DESC, item_id) AS rank FROM found
    QUALIFY rank <= CASE source WHEN 1 THEN $most ELSE $most / 4 END
)
SELECT item_id, CASE min(source) WHEN 1 THEN 'popular there' WHEN 2 THEN 'popular' ELSE 'new' END AS source,
       coalesce(any_value(there.score), 0) AS score, coalesce(any_value(there.shoppers), 0) AS shoppers
FROM ranked LEFT JOIN there USING (item_id)
GROUP BY item_id ORDER BY score DESC, item_id
"""

_BOUGHT_AFTER = f"""
WITH clicks AS (
    SELECT user_id, item_id, min(ts) AS ts FROM events
    WHERE event_type = 'click' AND item_id IN (SELECT item_id FROM asked) GROUP BY ALL
),
bought AS (
    SELECT clicks.item_id, clicks.user_id FROM clicks JOIN events
      ON events.user_id = clicks.user_id AND events.item_id = clicks.item_id AND events.event_type = 'purchase'
     AND events.ts > clicks.ts AND events.ts <= clicks.ts + to_days({FOLLOWED_DAYS})
    GROUP BY ALL
)
SELECT item_id, count(*) AS clickers, count(bought.user_id) AS buyers
FROM clicks LEFT JOIN bought USING (item_id, user_id) GROUP BY item_id ORDER BY item_id
"""


def places(reader: Reader) -> pd.DataFrame:
    """Return the places that the log names, those with ads first.

    Returns
    -------
    pandas.DataFrame
        ``slot, kind, shown, clicks, items, shoppers, chances``; ``chances`` is whether every impression has a value,
        which is where an import keeps the chance with which it was chosen.
    """
    return reader.frame(_PLACES, {"left_out": left_out(reader)})


def cells(reader: Reader, slot: str, kind: str, since: datetime, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return how often each item was shown to each group and clicked: ``group, item_id, shown, clicked``."""
    return _ask(reader, _CELLS, slot, kind, since, chosen)


def groups(reader: Reader, slot: str, kind: str, since: datetime, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return what each group was shown at a place: ``group, shown, requests, shoppers``."""
    return _ask(reader, _GROUPS, slot, kind, since, chosen)


def choices(reader: Reader, slot: str, kind: str, since: datetime, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return every impression at a place: ``group, item_id, clicked, chance``, in order of time."""
    return _ask(reader, _CHOICES, slot, kind, since, chosen)


def followed(reader: Reader, slot: str, kind: str, since: datetime, chosen: pd.DataFrame) -> pd.DataFrame:
    """Return what came after the first click of each shopper on each item.

    Returns
    -------
    pandas.DataFrame
        ``item_id, clickers, buyers, paid, dwell``: who clicked; who of them bought it (of an ad: something of its
        category and brand) within ``FOLLOWED_DAYS``, and for how much; the median of the seconds they stayed.
    """
    return _ask(reader, _FOLLOWED, slot, kind, since, chosen)


def shortlist(
    reader: Reader, chosen: pd.DataFrame, kinds: Sequence[str], as_of: datetime, most: int
) -> pd.DataFrame:
    """Return items worth weighing for some shoppers, what is popular with them first.

    Parameters
    ----------
    chosen
        Their ids, ``user_id``.
    most
        Items by popularity with them; popular anywhere and new ones are a quarter of that each, at most.

    Returns
    -------
    pandas.DataFrame
        ``item_id, source, score, shoppers``; the score counts their clicks, views, carts and purchases of four weeks.
    """
    asked = {"kinds": list(kinds), "as_of": as_of, "most": most, "left_out": left_out(reader)}
    return reader.frame(_SHORTLIST, asked, {"chosen": chosen})


def bought_after(reader: Reader, item_ids: Sequence[str]) -> pd.DataFrame:
    """Return who clicked an item, and who of them bought it within ``FOLLOWED_DAYS``: ``item_id, clickers, buyers``."""
    import pandas as pd

    asked = pd.DataFrame({"item_id": pd.Series(list(item_ids), dtype=str)})
    return reader.frame(_BOUGHT_AFTER, None, {"asked": asked})


def clicks_logged(reader: Reader) -> bool:
    """Return whether the log has clicks at all."""
    return bool(reader.rows("SELECT count(*) FROM (SELECT 1 FROM events WHERE event_type = 'click' LIMIT 1)")[0][0])


def _ask(
    reader: Reader, question: str, slot: str, kind: str, since: datetime, chosen: pd.DataFrame
) -> pd.DataFrame:
    asked = {"slot": slot, "kind": kind, "since": since, "left_out": left_out(reader)}
    return reader.frame(_SHOWN + question, asked, {"chosen": chosen})
