"""How much of what shoppers do is about things that were unknown before a moment, and how many of them are new."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from core.store.aside import LEFT_OUT, left_out

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: What novelty is counted of.
KINDS = ("items", "categories", "brands", "words")

_FRESH = "SELECT count(*), max(ts) FROM events WHERE ts >= $since"

_WORDS = "regexp_extract_all(lower({}), '[\\pL\\pN_]{{3,}}|\\p{{Nd}}+')"

_NOVELTY = f"""
WITH left_out AS ({LEFT_OUT}),
known_items AS (
    SELECT items.* FROM items
    WHERE item_id IN (SELECT item_id FROM events WHERE ts < $known AND item_id IS NOT NULL)
),
seen_ids AS (SELECT DISTINCT item_id FROM events WHERE ts < $known AND item_id IS NOT NULL),
known_words AS (
    SELECT unnest({_WORDS.format("title")}) AS word FROM known_items
    UNION SELECT unnest({_WORDS.format("query")}) FROM events WHERE ts < $known AND query IS NOT NULL
),
known_categories AS (SELECT DISTINCT category FROM known_items WHERE category IS NOT NULL),
known_brands AS (SELECT DISTINCT brand FROM known_items WHERE brand IS NOT NULL),
done AS (
    SELECT item_id, query, count(*) AS n FROM events
    WHERE ts >= $start AND ts < $stop AND event_type <> 'impression'
      AND user_id NOT IN (SELECT user_id FROM left_out)
    GROUP BY item_id, query
),
touched AS (SELECT item_id, sum(n) AS n FROM done WHERE item_id IS NOT NULL GROUP BY item_id),
told AS (SELECT touched.*, title, category, brand FROM touched LEFT JOIN items USING (item_id)),
said AS (
    SELECT unnest({_WORDS.format("title")}) AS word, n FROM told
    UNION ALL SELECT unnest({_WORDS.format("query")}), n FROM done WHERE query IS NOT NULL
)
SELECT
    (SELECT sum(n) FILTER (item_id NOT IN (SELECT item_id FROM seen_ids)) / sum(n) FROM told),
    (SELECT sum(n) FILTER (category NOT IN (SELECT category FROM known_categories)) / sum(n)
     FROM told WHERE category IS NOT NULL),
    (SELECT sum(n) FILTER (brand NOT IN (SELECT brand FROM known_brands)) / sum(n) FROM told WHERE brand IS NOT NULL),
    (SELECT sum(n) FILTER (word NOT IN (SELECT word FROM known_words)) / sum(n) FROM said),
    (SELECT count(*) FROM told), (SELECT count(*) FROM told WHERE category IS NOT NULL),
    (SELECT count(*) FROM told WHERE brand IS NOT NULL), (SELECT count(*) FROM said)
"""

_FIRST_DAYS = f"""
WITH left_out AS ({LEFT_OUT}),
days AS (
    SELECT user_id, CAST(ts AS DATE) AS day FROM events
    WHERE ts < $stop AND user_id NOT IN (SELECT user_id FROM left_out) GROUP BY ALL
),
ranked AS (SELECT day, row_number() OVER (PARTITION BY user_id ORDER BY day) AS nth FROM days)
SELECT count(*) FILTER (nth = 1) / nullif(count(*), 0) FROM ranked WHERE day >= CAST($start AS DATE)
"""


def fresh(reader: Reader, since: datetime) -> tuple[int, datetime | None]:
    """Count the events from a moment on, and return the time of the newest of them."""
    events, newest = reader.rows(_FRESH, {"since": since})[0]
    return int(events), newest


def novelty(reader: Reader, start: datetime, stop: datetime, known: datetime) -> dict[str, float | None]:
    """Return what share of what was done in [start, stop) is about something unknown before ``known``.

    Returns
    -------
    dict
        For each of ``KINDS`` a share of the events with an item (of words: of the words of the titles touched and of
        searches), None where there is nothing of the kind.
    """
    found = reader.rows(_NOVELTY, {"start": start, "stop": stop, "known": known, "left_out": left_out(reader)})[0]
    return {kind: float(found[i] or 0) if found[len(KINDS) + i] else None for i, kind in enumerate(KINDS)}


def first_days(reader: Reader, start: datetime, stop: datetime) -> float | None:
    """Return the share of the days of shoppers in [start, stop) that are a shopper's first; None without any."""
    found = reader.rows(_FIRST_DAYS, {"start": start, "stop": stop, "left_out": left_out(reader)})[0][0]
    return None if found is None else float(found)
