"""What a person can choose from while she builds conditions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.schema import CATEGORY_SEPARATOR
from core.store.connect import quote

if TYPE_CHECKING:
    from core.store.shoppers import People
    from core.store.workspace import Reader

#: Values that are offered at most; others can be typed.
MOST = 500

_CATEGORIES = f"""
WITH paths AS (SELECT string_split(category, '{CATEGORY_SEPARATOR}') AS path FROM items WHERE category <> ''),
each AS (SELECT unnest(range(1, len(path) + 1)) AS depth, path FROM paths)
SELECT array_to_string(path[1:depth], '{CATEGORY_SEPARATOR}') AS name, count(*) AS items
FROM each GROUP BY name ORDER BY min(depth), items DESC, name LIMIT $most
"""
_BRANDS = """
SELECT brand FROM items WHERE brand <> '' GROUP BY brand ORDER BY count(*) DESC, brand LIMIT $most
"""


def events(reader: Reader) -> list[str]:
    """Return the event types that the log has, the most frequent first."""
    return [str(row[0]) for row in reader.rows(
        "SELECT event_type FROM events GROUP BY event_type ORDER BY count(*) DESC, event_type"
    )]


def timed(reader: Reader) -> bool:
    """Return whether the log has hours; else it has days alone."""
    return bool(reader.rows("SELECT coalesce(bool_or(timed), false) FROM day_counts")[0][0])


def categories(reader: Reader) -> list[str]:
    """Return the paths of categories, wide ones first, those with most items first."""
    return [str(row[0]) for row in reader.rows(_CATEGORIES, {"most": MOST})]


def brands(reader: Reader) -> list[str]:
    """Return the brands, those with most items first."""
    return [str(row[0]) for row in reader.rows(_BRANDS, {"most": MOST})]


def values(people: People, key: str) -> list[str]:
    """Return the values of a column of texts, the most frequent first."""
    sql, params = people.source([key])
    column = quote(people.column(key).key)
    sql += f"""
        SELECT CAST({column} AS VARCHAR) AS value FROM people WHERE {column} IS NOT NULL
        GROUP BY value ORDER BY count(*) DESC, value LIMIT $most"""
    return [str(row[0]) for row in people.reader.rows(sql, {**params, "most": MOST})]


def known(reader: Reader, ids: Sequence[str]) -> int:
    """Return how many of these ids are shoppers here."""
    asked = "SELECT count(*) FROM shopper_facts WHERE user_id IN (SELECT unnest(CAST($ids AS VARCHAR[])))"
    return int(reader.rows(asked, {"ids": list(ids)})[0][0])
