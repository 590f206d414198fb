"""What the Overview shows, added up at the import: no page reads through the events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from core.store.zone import local

if TYPE_CHECKING:
    import duckdb

#: Searches that are kept, the most frequent ones.
SEARCHES = 1000
#: Deeds that shoppers are looked for in by words, about: those of the newest days.
RECENT = 5_000_000

#: First of the newest days that have ``$most`` deeds, when its first one was done, and whether it is the first of all.
SINCE = """
WITH days AS (
    SELECT day, min(first_ts) AS began, sum(events) AS deeds
    FROM day_counts WHERE event_type <> 'impression' GROUP BY day
),
counted AS (SELECT *, sum(deeds) OVER (ORDER BY day DESC) - deeds < $most AS recent FROM days)
SELECT min(day) FILTER (recent), min(began) FILTER (recent), coalesce(bool_and(recent), true) FROM counted
"""

# Days are those of the shop's clocks.
_DAYS = """
CREATE OR REPLACE TABLE day_counts AS
SELECT CAST({here} AS DATE) AS day, event_type, count(*) AS events, min(ts) AS first_ts, max(ts) AS last_ts,
       bool_or(hour({here}) > 0 OR minute({here}) > 0) AS timed
FROM events GROUP BY day, event_type ORDER BY day, event_type
"""

_PREPARED = """
CREATE OR REPLACE TEMP TABLE category_parts (top INTEGER, shoppers BIGINT, purchases BIGINT, revenue DOUBLE);
CREATE OR REPLACE TEMP TABLE search_parts (query VARCHAR, searches BIGINT, shoppers BIGINT);
"""

_CATEGORIES = """
INSERT INTO category_parts
SELECT top, count(*), 0, 0 FROM leaned GROUP BY top UNION ALL
SELECT top, 0, count(*), sum(pieces * price) FROM bought WHERE top > 0 GROUP BY top
"""

_SEARCHED = """
INSERT INTO search_parts
SELECT query, sum(n), count(*) FROM (
    SELECT user_id, lower(trim(query)) AS query, count(*) AS n
    FROM events WHERE event_type = 'search' AND trim(query) <> '' AND user_id >= $low {below}
    GROUP BY ALL
) GROUP BY query
"""

_FINISHED = f"""
CREATE OR REPLACE TABLE top_categories AS
SELECT tops.name AS category, CAST(sum(shoppers) AS BIGINT) AS shoppers, CAST(sum(purchases) AS BIGINT) AS purchases,
       coalesce(sum(revenue), 0.0) AS revenue
FROM category_parts JOIN tops ON category_parts.top = tops.number
GROUP BY tops.name ORDER BY purchases DESC, shoppers DESC, category;
CREATE OR REPLACE TABLE top_searches AS
SELECT query, CAST(sum(parts.searches) AS BIGINT) AS searches, CAST(sum(parts.shoppers) AS BIGINT) AS shoppers
FROM search_parts AS parts GROUP BY query ORDER BY searches DESC, query LIMIT {SEARCHES};
CREATE OR REPLACE TABLE steps AS
SELECT views + clicks > 0 AS view, carts > 0 AS cart, purchases > 0 AS purchase, count(*) AS shoppers
FROM counted_facts WHERE days_known IS NOT NULL GROUP BY ALL;
DROP TABLE category_parts; DROP TABLE search_parts;
"""


def begin(con: duckdb.DuckDBPyConnection, zone: str) -> None:
    """Count events by day and type into ``day_counts``, and make ready for the parts of the rest."""
    con.execute(_DAYS.format(here=local(zone, "ts")))
    con.execute(_PREPARED)


def add(con: duckdb.DuckDBPyConnection, users: Mapping[str, str]) -> None:
    """Add the shoppers from ``low`` on, and below ``high`` if there is one; ``leaned`` and ``bought`` are theirs."""
    con.execute(_CATEGORIES)
    con.execute(_SEARCHED.format(below="AND user_id < $high" if "high" in users else ""), users)


def finish(con: duckdb.DuckDBPyConnection) -> None:
    """Make ``top_categories``, ``top_searches`` and ``steps`` (the funnel), from all parts and ``counted_facts``.

    ``recent_deeds`` has some columns of the newest events; where those are all of them, it is only a view.
    """
    con.execute(_FINISHED)
    _, began, whole = con.execute(SINCE, {"most": RECENT}).fetchone() or (None, None, True)
    columns = "SELECT user_id, item_id, event_type, ts, query FROM events"
    if whole:
        con.execute(f"CREATE OR REPLACE VIEW recent_deeds AS {columns}")
    else:
        recent = "WHERE event_type <> 'impression' AND ts >= $began"
        con.execute(f"CREATE OR REPLACE TABLE recent_deeds AS {columns} {recent}", {"began": began})


def end(con: duckdb.DuckDBPyConnection, zone: str) -> tuple[object, bool]:
    """Return the last day of the log on the shop's clocks, and whether the log has hours at all."""
    sql = f"SELECT CAST({local(zone, 'max(last_ts)')} AS DATE), coalesce(bool_or(timed), false) FROM day_counts"
    row = con.execute(sql).fetchone()
    return (row[0], bool(row[1])) if row else (None, False)
