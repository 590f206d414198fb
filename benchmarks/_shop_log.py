"""A log of any size, as a shop might have it: the same for the same number of events and seed.

Visits of some eight events, by shoppers and about items of whom few do and get most; sixty days with evenings busier
than mornings; impressions, views, clicks, carts, favourites, purchases and searches; one line of two thousand is
there twice. The lines are in order of time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

DAYS = 60
#: Types of the file's columns, in their order: what a bare ``CREATE TABLE AS`` is told.
COLUMNS = {
    "ts": "TIMESTAMP", "event_type": "VARCHAR", "user_id": "VARCHAR", "item_id": "VARCHAR", "category": "VARCHAR",
    "brand": "VARCHAR", "price": "DOUBLE", "quantity": "INTEGER", "session_id": "VARCHAR", "query": "VARCHAR",
    "position": "INTEGER",
}

_CHANCE = """
CREATE OR REPLACE TEMP MACRO chance(n, salt) AS
    hash(64 * (CAST(n AS BIGINT) + {seed} * 1000000000000) + salt) / 18446744073709551616.0
"""

_ITEMS = """
CREATE TEMP TABLE shelf AS
SELECT CAST(n AS INTEGER) AS item, 'p' || (1000000 + n) AS item_id, printf('Department %d > Shelf %d', n % 37, n % 211)
       AS category, printf('Brand %d', n % 499) AS brand, 4 + 300 * pow(chance(n, 9), 4) AS price
FROM range({items}) AS numbers(n)
"""

# Visits of one day, and what was done in each; $first is the number of the day's first visit.
_DAY = """
INSERT INTO log
WITH visits AS (
    SELECT n, CAST(floor({shoppers} * pow(chance(n, 1), 1.5)) AS BIGINT) AS shopper,
           1 + CAST(floor(-7.5 * ln(1 - 0.9995 * chance(n, 2))) AS INTEGER) AS length,
           86400 * fmod(0.3 + 0.8 * (chance(n, 3) + chance(n, 4)) / 2 + 0.2 * chance(n, 5), 1.0) AS began
    FROM (SELECT unnest(range($first, $first + $visits)) AS n)
),
steps AS (SELECT *, 100 * n + unnest(range(length)) AS e FROM visits),
done AS (
    SELECT n, shopper, e, CAST(floor({items} * pow(chance(e, 7), 2.5)) AS INTEGER) AS item, chance(e, 10) AS luck,
           TIMESTAMP '2026-03-02' + to_days($day)
               + to_seconds(CAST(began + 50 * (e % 100) + 20 * chance(e, 8) AS BIGINT)) AS ts,
           CASE WHEN kind < 0.34 THEN 'impression' WHEN kind < 0.73 THEN 'view' WHEN kind < 0.84 THEN 'click'
                WHEN kind < 0.90 THEN 'cart' WHEN kind < 0.915 THEN 'favourite' WHEN kind < 0.95 THEN 'purchase'
                ELSE 'search' END AS did,
           unnest(CASE WHEN chance(e, 13) < 0.0005 THEN [1, 2] ELSE [1] END) AS copies
    FROM (SELECT *, chance(e, 6) AS kind FROM steps)
)
SELECT ts, did, 'u' || (10000000 + shopper), CASE WHEN did <> 'search' THEN item_id END,
       CASE WHEN did <> 'search' THEN category END, CASE WHEN did <> 'search' THEN brand END,
       CASE WHEN did NOT IN ('search', 'impression') THEN round(price * (1 + 0.05 * ((item + $day // 7) % 3)), 2) END,
       CASE WHEN did IN ('cart', 'purchase') THEN 1 + CAST(floor(4 * pow(luck, 4)) AS INTEGER) END,
       's' || (100000000 + n),
       CASE WHEN did = 'search' THEN 'thing ' || CAST(floor(20000 * pow(luck, 3)) AS INTEGER) END,
       CASE WHEN did IN ('impression', 'click') THEN 1 + CAST(floor(24 * luck) AS INTEGER) END
FROM done JOIN shelf USING (item) ORDER BY ts, e
"""


@dataclass(frozen=True)
class Log:
    """Files of the same log."""

    csv: Path
    parquet: Path


def write(folder: Path, events: int, seed: int = 7) -> Log:
    """Write a log of about so many events, as CSV and as Parquet, unless it is there."""
    log = Log(folder / f"log-{events}.csv", folder / f"log-{events}.parquet")
    if log.csv.is_file() and log.parquet.is_file():
        return log
    scratch = folder / f"log-{events}.duckdb"
    with duckdb.connect(str(scratch), config={"memory_limit": "6GB"}) as con:
        columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
        con.execute(f"CREATE TABLE log ({columns})")
        items = max(50, round((1000 * events) ** 0.5))
        con.execute(_CHANCE.format(seed=seed))
        con.execute(_ITEMS.format(items=items))
        visits = max(1, round(events / 8 / DAYS))
        day = _DAY.format(shoppers=max(20, events // 25), items=items)
        for number in range(DAYS):
            con.execute(day, {"first": number * visits, "visits": visits, "day": number})
        for file, how in ((log.csv, "FORMAT csv, HEADER"), (log.parquet, "FORMAT parquet, COMPRESSION zstd")):
            con.execute(f"COPY log TO '{file}' ({how})")
    scratch.unlink()
    return log
