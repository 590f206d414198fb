"""Tables that every import derives from the events: popularity, prices, bands, bought-with.

All of them are cumulative by day, so that "as of" a moment is one ASOF join to the last
day before it. A day counts only when it is over: what happened on the day that is asked
about is never used, which is a little less than is allowed and never more.
"""

import duckdb

from core.store.watch import queries

#: Days that popularity looks back.
POPULARITY_DAYS = 28
#: Stars of five from which on an opinion speaks for an item, and below which it speaks against it.
GOOD, BAD = 4, 3
#: Items of one shopper and day that take part in bought-with pairs (newest first).
BASKET_CAP = 60
#: A pair is used only once it was seen this often before the moment that is asked about.
PAIR_MINIMUM = 3
#: Days within which a second category counts as bought after the first.
CATEGORY_PAIR_DAYS = 14
#: Items that a category must hold for price bands of its own.
BAND_MINIMUM = 6

# What items and days have in one pass through the events; prices are those of a day on which an item had only one.
_DAILY = f"""
CREATE OR REPLACE TEMP TABLE item_daily AS
SELECT item_id, CAST(ts AS DATE) AS day,
       count(*) FILTER (event_type = 'impression') AS shows,
       count(*) FILTER (event_type = 'click') AS clicks,
       count(*) FILTER (event_type = 'view') AS views,
       count(*) FILTER (event_type = 'cart') AS carts,
       count(*) FILTER (event_type = 'purchase') AS purchases,
       count(*) FILTER (event_type = 'favourite') +
           count(*) FILTER (event_type IN ('rating', 'review') AND coalesce(value, {BAD}) >= {BAD}) AS liked,
       min(price) FILTER (price > 0 AND event_type <> 'return') AS low,
       max(price) FILTER (price > 0 AND event_type <> 'return') AS high
FROM events WHERE item_id IS NOT NULL
GROUP BY item_id, day
"""

# Opinions count only where nothing else is logged: what popular means in other shops is what their models learned.
_ITEM_DAYS = """
CREATE OR REPLACE TABLE item_days AS
WITH weighed AS (
    SELECT item_id, day, shows, clicks, clicks + views + 2 * carts + 3 * purchases AS done, liked FROM item_daily
)
SELECT item_id, day,
       sum(shows) OVER upto AS shows, sum(clicks) OVER upto AS clicks,
       sum(CASE WHEN (SELECT max(done) FROM weighed) > 0 THEN done ELSE liked END) OVER upto AS score
FROM weighed
WINDOW upto AS (PARTITION BY item_id ORDER BY day)
ORDER BY item_id, day
"""

# Levels of popularity by day, or by week where items times days are too many: what an item needs to be among the
# top 5, 20, 50 % of those with any.
_POPULARITY_LEVELS = """
CREATE OR REPLACE TABLE popularity_levels AS
WITH span AS (
    SELECT min(day) AS first, max(day) AS last,
           CASE WHEN count(DISTINCT item_id) * (1 + last - first) > 1000000 THEN 7 ELSE 1 END AS step
    FROM item_days
),
days AS (
    SELECT CAST(unnest(generate_series(first, last + INTERVAL 1 DAY, to_days(step))) AS DATE) AS day
    FROM span
),
grid AS (SELECT day, item_id FROM days, (SELECT DISTINCT item_id FROM item_days)),
upto AS (
    SELECT grid.day, grid.item_id, item_days.score
    FROM grid ASOF JOIN item_days ON grid.item_id = item_days.item_id AND grid.day > item_days.day
),
before AS (
    SELECT upto.day, upto.score - coalesce(item_days.score, 0) AS recent
    FROM upto ASOF LEFT JOIN item_days
      ON upto.item_id = item_days.item_id AND upto.day - $window > item_days.day
)
SELECT day, quantile_cont(recent, 0.5) AS half, quantile_cont(recent, 0.8) AS fifth,
       quantile_cont(recent, 0.95) AS twentieth
FROM before WHERE recent > 0
GROUP BY day ORDER BY day
"""

_ITEM_PRICES = """
CREATE OR REPLACE TABLE item_prices AS
WITH several AS (SELECT item_id, day FROM item_daily WHERE low < high)
SELECT item_id, day, low AS price FROM item_daily WHERE low = high
UNION ALL
SELECT several.item_id, several.day, median(price) AS price
FROM events JOIN several ON events.item_id = several.item_id AND CAST(ts AS DATE) = several.day
WHERE price > 0 AND event_type <> 'return'
GROUP BY several.item_id, several.day
ORDER BY item_id, day
"""

# Thirds, by week, of what the items known by then cost then; category '' is the whole shop.
_BANDS = """
CREATE OR REPLACE TABLE price_bands AS
WITH known AS (
    SELECT item_id, min(day) AS day FROM item_days GROUP BY item_id
),
weeks AS (
    SELECT DISTINCT CAST(date_trunc('week', day) + INTERVAL 7 DAY AS DATE) AS week FROM item_days
),
shelf AS (
    SELECT week, item_id FROM weeks JOIN known ON known.day < weeks.week
),
priced AS (
    SELECT shelf.week, coalesce(items.category, '') AS category,
           coalesce(item_prices.price, items.price) AS price
    FROM shelf JOIN items USING (item_id)
    ASOF LEFT JOIN item_prices ON shelf.item_id = item_prices.item_id AND shelf.week > item_prices.day
    WHERE coalesce(item_prices.price, items.price) > 0
),
groups AS (SELECT * FROM priced WHERE category <> ''
           UNION ALL SELECT week, '' AS category, price FROM priced)
SELECT week, category, quantile_cont(price, 1.0 / 3) AS low, quantile_cont(price, 2.0 / 3) AS high
FROM groups
GROUP BY week, category
HAVING count(*) >= CASE WHEN category = '' THEN 3 ELSE $minimum END
ORDER BY category, week
"""

_BASKETS = """
CREATE OR REPLACE TEMP TABLE baskets AS
SELECT user_id, day, item_id FROM (
    SELECT user_id, CAST(ts AS DATE) AS day, item_id, max(ts) AS ts
    FROM events WHERE event_type = 'purchase' AND item_id IS NOT NULL GROUP BY user_id, day, item_id
) QUALIFY row_number() OVER (PARTITION BY user_id, day ORDER BY ts DESC, item_id) <= $cap
"""

# Pairs are counted once (a < b), as numbers: baskets hold millions of them.
_NUMBERED = """
CREATE OR REPLACE TEMP TABLE numbered AS
SELECT CAST(dense_rank() OVER (ORDER BY user_id, day) AS INTEGER) AS basket,
       CAST(dense_rank() OVER (ORDER BY item_id) AS INTEGER) AS item, item_id, day
FROM baskets
"""

_PAIR_DAYS = """
CREATE OR REPLACE TABLE pair_days AS
WITH pairs AS MATERIALIZED (
    SELECT a.item AS low, b.item AS high, a.day AS day, CAST(count(*) AS INTEGER) AS n
    FROM numbered AS a JOIN numbered AS b ON a.basket = b.basket AND a.item < b.item
    GROUP BY a.item, b.item, a.day
),
frequent AS (
    SELECT low, high FROM pairs GROUP BY low, high HAVING sum(n) >= $minimum
),
upto AS MATERIALIZED (
    SELECT low, high, day, CAST(sum(n) OVER (PARTITION BY low, high ORDER BY day) AS INTEGER) AS cum
    FROM pairs JOIN frequent USING (low, high)
    QUALIFY cum >= $minimum
),
both_ways AS (
    SELECT low AS a, high AS b, day, cum FROM upto UNION ALL SELECT high AS a, low AS b, day, cum FROM upto
),
names AS (SELECT item, any_value(item_id) AS item_id FROM numbered GROUP BY item)
SELECT first.item_id AS item_a, second.item_id AS item_b, day, cum
FROM both_ways JOIN names AS first ON both_ways.a = first.item JOIN names AS second ON both_ways.b = second.item
ORDER BY item_a
"""

_BASKET_DAYS = """
CREATE OR REPLACE TABLE basket_days AS
SELECT item_id, day, sum(count(*)) OVER (PARTITION BY item_id ORDER BY day) AS cum
FROM baskets GROUP BY item_id, day ORDER BY item_id, day
"""

# category_a was bought, category_b within the days after it: counted once a purchase of a.
_CATEGORY_PAIRS = """
CREATE OR REPLACE TABLE category_pair_days AS
WITH bought AS (
    SELECT DISTINCT user_id, category, day
    FROM baskets JOIN items USING (item_id) WHERE category IS NOT NULL
),
pairs AS (
    SELECT a.category AS category_a, b.category AS category_b, b.day AS day, count(*) AS n
    FROM bought AS a JOIN bought AS b
      ON a.user_id = b.user_id AND a.category <> b.category
     AND b.day BETWEEN a.day AND a.day + $days
    GROUP BY ALL
)
SELECT category_a, category_b, day, sum(n) OVER (PARTITION BY category_a, category_b ORDER BY day) AS cum
FROM pairs ORDER BY category_a, category_b, day
"""

_CATEGORY_DAYS = """
CREATE OR REPLACE TABLE category_days AS
WITH bought AS (
    SELECT DISTINCT user_id, category, day
    FROM baskets JOIN items USING (item_id) WHERE category IS NOT NULL
)
SELECT category, day, sum(count(*)) OVER (PARTITION BY category ORDER BY day) AS cum
FROM bought GROUP BY category, day ORDER BY category, day
"""


def build(con: duckdb.DuckDBPyConnection) -> None:
    """Build every derived table of a version file anew, inside the caller's transaction.

    Parameters
    ----------
    con
        Connection to a version file that holds ``events`` and ``items``.
    """
    queries(con, [
        (2, _DAILY, {}),
        (2, _ITEM_DAYS, {}),
        (2, _POPULARITY_LEVELS, {"window": POPULARITY_DAYS}),
        (1, _ITEM_PRICES, {}),
        (2, _BANDS, {"minimum": BAND_MINIMUM}),
        (1, _BASKETS, {"cap": BASKET_CAP}),
        (1, _NUMBERED, {}),
        (2, _PAIR_DAYS, {"minimum": PAIR_MINIMUM}),
        (1, _BASKET_DAYS, {}),
        (1, _CATEGORY_PAIRS, {"days": CATEGORY_PAIR_DAYS}),
        (1, _CATEGORY_DAYS, {}),
    ])
    con.execute("DROP TABLE baskets; DROP TABLE numbered; DROP TABLE item_daily")
