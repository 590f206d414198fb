"""What is counted of every shopper over her whole log: the observed side of a profile."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.store.connect import quote

if TYPE_CHECKING:
    import duckdb

    from core.store.workspace import Reader

TABLE = "shopper_facts"


@dataclass(frozen=True)
class FactSpec:
    """One counted fact: its column, its name and what it means."""

    key: str
    label: str
    help: str
    unit: str = ""
    type: str = "number"  # number | text


_LEANING = "By views, clicks, carts (which count twice) and purchases (three times)."

FACTS: tuple[FactSpec, ...] = (
    FactSpec("purchases", "Purchases", "Orders: what was bought in one visit, or in one day without visits."),
    FactSpec("items_bought", "Items bought", "Pieces in all orders."),
    FactSpec("spend", "Money spent", "Price times pieces over all orders, before returns."),
    FactSpec("order_value", "Average order", "Money spent for each order."),
    FactSpec("days_since_last", "Days since the last visit", "From the last thing done to the end of the log.", "days"),
    FactSpec("days_since_purchase", "Days since the last purchase", "Up to the end of the log.", "days"),
    FactSpec("days_known", "Days since the first visit", "From the first event to the end of the log.", "days"),
    FactSpec("active_days", "Active days", "Days on which anything was done."),
    FactSpec("events", "Events", "Everything done; what was merely shown is not counted."),
    FactSpec("views", "Views", "Items looked at."),
    FactSpec("clicks", "Clicks", "Items clicked in lists that were shown."),
    FactSpec("click_share", "Clicks of what was shown", "Clicks as a share of the items shown.", "%"),
    FactSpec("searches", "Searches", "Searches made."),
    FactSpec("favourites", "Favourites", "Items saved as a favourite."),
    FactSpec("carts", "Put in the cart", "Times that something was put in the cart."),
    FactSpec("open_carts", "Left in the cart", "Items put in the cart and not bought since."),
    FactSpec("returns", "Returns", "Times that something was sent back."),
    FactSpec("night_share", "Active at night", "Share of what was done between 22:00 and 06:00.", "%"),
    FactSpec("weekend_share", "Active at weekends", "Share of what was done on Saturdays and Sundays.", "%"),
    FactSpec("top_category", "Favourite category", _LEANING, "", "text"),
    FactSpec("top_brand", "Favourite brand", _LEANING, "", "text"),
    FactSpec(
        "price_band", "Usual price band", "Prices bought at, against others in the category: budget, mid or premium.",
        "", "text",
    ),
)

_COUNTED = """
CREATE OR REPLACE TEMP TABLE counted_facts AS
WITH log AS (SELECT CAST(max(ts) AS DATE) AS ended FROM events),
known AS (SELECT user_id FROM events UNION SELECT user_id FROM users),
counted AS (
    SELECT user_id,
           count(*) FILTER (event_type <> 'impression') AS events,
           count(DISTINCT CAST(ts AS DATE)) FILTER (event_type <> 'impression') AS active_days,
           min(CAST(ts AS DATE)) AS first_day,
           max(CAST(ts AS DATE)) FILTER (event_type <> 'impression') AS last_day,
           count(*) FILTER (event_type = 'view') AS views,
           count(*) FILTER (event_type = 'click') AS clicks,
           count(*) FILTER (event_type = 'impression') AS shows,
           count(*) FILTER (event_type = 'search') AS searches,
           count(*) FILTER (event_type = 'favourite') AS favourites,
           count(*) FILTER (event_type = 'cart') AS carts,
           count(*) FILTER (event_type = 'return') AS returns,
           100 * avg(CASE WHEN hour(ts) >= 22 OR hour(ts) < 6 THEN 1.0 ELSE 0.0 END)
               FILTER (event_type <> 'impression') AS night_share,
           100 * avg(CASE WHEN isodow(ts) >= 6 THEN 1.0 ELSE 0.0 END)
               FILTER (event_type <> 'impression') AS weekend_share
    FROM events GROUP BY user_id
),
bought AS (
    SELECT user_id, CAST(ts AS DATE) AS day, coalesce(session_id, CAST(CAST(ts AS DATE) AS VARCHAR)) AS visit,
           coalesce(items.category, '') AS category, coalesce(quantity, 1) AS pieces,
           coalesce(events.price, items.price) AS price
    FROM events LEFT JOIN items USING (item_id) WHERE event_type = 'purchase'
),
orders AS (
    SELECT user_id, count(DISTINCT visit) AS purchases, sum(pieces) AS items_bought,
           sum(pieces * price) AS spend, max(day) AS last_purchase
    FROM bought GROUP BY user_id
),
bands AS (
    SELECT user_id, avg(CASE WHEN price <= coalesce(own.low, shop.low) THEN 0
                             WHEN price <= coalesce(own.high, shop.high) THEN 1 ELSE 2 END) AS band
    FROM bought
    ASOF LEFT JOIN (SELECT * FROM price_bands WHERE category <> '') AS own
      ON bought.category = own.category AND bought.day >= own.week
    ASOF LEFT JOIN (SELECT * FROM price_bands WHERE category = '') AS shop ON bought.day >= shop.week
    WHERE price > 0 AND coalesce(own.low, shop.low) IS NOT NULL
    GROUP BY user_id
),
touched AS (
    SELECT user_id, item_id, max(ts) FILTER (event_type = 'cart') AS carted,
           max(ts) FILTER (event_type = 'purchase') AS bought
    FROM events WHERE event_type IN ('cart', 'purchase') AND item_id IS NOT NULL GROUP BY user_id, item_id
),
carted AS (
    SELECT user_id, count(*) FILTER (carted IS NOT NULL AND (bought IS NULL OR bought < carted)) AS open_carts
    FROM touched GROUP BY user_id
),
leaned AS (
    SELECT user_id, split_part(items.category, ' > ', 1) AS category, items.brand,
           sum(CASE event_type WHEN 'purchase' THEN 3 WHEN 'cart' THEN 2 ELSE 1 END) AS weight
    FROM events JOIN items USING (item_id)
    WHERE event_type IN ('view', 'click', 'cart', 'favourite', 'purchase')
    GROUP BY user_id, items.category, items.brand
),
categories AS (
    SELECT user_id, list(category ORDER BY weight DESC, category)[1] AS top_category
    FROM (SELECT user_id, category, sum(weight) AS weight FROM leaned WHERE category <> '' GROUP BY user_id, category)
    GROUP BY user_id
),
brands AS (
    SELECT user_id, list(brand ORDER BY weight DESC, brand)[1] AS top_brand
    FROM (SELECT user_id, brand, sum(weight) AS weight FROM leaned WHERE brand <> '' GROUP BY user_id, brand)
    GROUP BY user_id
)
SELECT known.user_id,
       coalesce(purchases, 0) AS purchases, coalesce(items_bought, 0) AS items_bought, coalesce(spend, 0) AS spend,
       spend / purchases AS order_value,
       date_diff('day', last_day, ended) AS days_since_last,
       date_diff('day', last_purchase, ended) AS days_since_purchase,
       date_diff('day', first_day, ended) AS days_known,
       coalesce(active_days, 0) AS active_days, coalesce(counted.events, 0) AS events,
       coalesce(views, 0) AS views, coalesce(clicks, 0) AS clicks,
       CASE WHEN shows > 0 THEN 100.0 * clicks / shows END AS click_share,
       coalesce(searches, 0) AS searches, coalesce(favourites, 0) AS favourites, coalesce(carts, 0) AS carts,
       coalesce(open_carts, 0) AS open_carts, coalesce(returns, 0) AS returns,
       night_share, weekend_share, top_category, top_brand,
       CASE CAST(round(band) AS INTEGER) WHEN 0 THEN 'budget' WHEN 1 THEN 'mid' WHEN 2 THEN 'premium' END AS price_band
FROM known CROSS JOIN log
LEFT JOIN counted USING (user_id) LEFT JOIN orders USING (user_id) LEFT JOIN bands USING (user_id)
LEFT JOIN carted USING (user_id) LEFT JOIN categories USING (user_id) LEFT JOIN brands USING (user_id)
"""


def build(con: duckdb.DuckDBPyConnection) -> None:
    """Count the facts of every shopper into the table ``shopper_facts``, inside the caller's transaction.

    A fact of which the shop has nothing (no views logged, no categories known) gets no column.

    Parameters
    ----------
    con
        Connection to a version file that holds ``events``, ``items``, ``users`` and what
        ``core.store.derive.build`` makes.
    """
    con.execute(_COUNTED)
    con.execute(f"SELECT {', '.join(f'bool_or({_says(fact)})' for fact in FACTS)} FROM counted_facts")
    said = con.fetchone() or ()
    kept = [fact.key for fact, any_said in zip(FACTS, said, strict=True) if any_said]
    columns = ", ".join(["user_id", *map(quote, kept)])
    con.execute(f"CREATE OR REPLACE TABLE {TABLE} AS SELECT {columns} FROM counted_facts ORDER BY user_id")
    con.execute("DROP TABLE counted_facts")


def _says(fact: FactSpec) -> str:
    return f"coalesce({quote(fact.key)} {'<> 0' if fact.type == 'number' else 'IS NOT NULL'}, false)"


def facts_of(reader: Reader) -> list[FactSpec]:
    """Return the facts that this shop has."""
    have = set(reader.frame(f"SELECT * FROM {TABLE} LIMIT 0").columns)
    return [fact for fact in FACTS if fact.key in have]
