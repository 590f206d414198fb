"""The queries that count every fact of every shopper; ``core.store.facts`` says what each one means.

They look at some shoppers at a time, ``$low`` to ``$high``, so that memory stays the same however long the log is.
What several of them need of these shoppers is gathered first: ``BOUGHT``, ``TOUCHED`` and ``LEANED``, in this order.
Days and hours are those of the shop's clocks; ``of_part`` fills in which clocks these are.
"""

from __future__ import annotations

from core.store.bands import band, joined

#: Share of an item's usual price from which downwards a purchase was on deal.
DEAL = 0.95
_NUMBERS = 2147483648  # more than there are categories, or brands

# Categories and brands by number, in the order of their names: numbers are grouped faster than texts.
NAMES = """
CREATE OR REPLACE TEMP TABLE tops AS
SELECT name, CAST(row_number() OVER (ORDER BY name) AS INTEGER) AS number
FROM (SELECT DISTINCT split_part(category, ' > ', 1) AS name FROM items) WHERE name <> '';
CREATE OR REPLACE TEMP TABLE makers AS
SELECT name, CAST(row_number() OVER (ORDER BY name) AS INTEGER) AS number
FROM (SELECT DISTINCT brand AS name FROM items) WHERE name <> '';
CREATE OR REPLACE TEMP TABLE shelf AS
SELECT coalesce(items.item_id, item_usual.item_id) AS item_id, coalesce(items.category, '') AS category,
       tops.number AS top, makers.number AS maker, items.price, item_usual.price AS usual
FROM items FULL JOIN item_usual USING (item_id)
LEFT JOIN tops ON split_part(items.category, ' > ', 1) = tops.name LEFT JOIN makers ON items.brand = makers.name;
"""

_PART = """
part AS NOT MATERIALIZED (
    SELECT user_id, item_id, event_type, ts, CAST({here} AS DATE) AS day, session_id, coalesce(quantity, 1) AS pieces,
           price FROM events WHERE user_id >= $low {below}
)"""

#: What was bought, with what is known of it and what it cost.
BOUGHT = f"""
CREATE OR REPLACE TEMP TABLE bought AS WITH {_PART}
SELECT user_id, day, CAST(ts AS DATE) AS utc_day, coalesce(session_id, CAST(day AS VARCHAR)) AS visit,
       coalesce(category, '') AS category, top, pieces, coalesce(part.price, shelf.price) AS price,
       part.price < {DEAL} * usual AS on_deal
FROM part LEFT JOIN shelf USING (item_id) WHERE event_type = 'purchase'
"""

#: What was done with an item: how much it weighs (carts count twice, purchases three times), and when it came last.
TOUCHED = f"""
CREATE OR REPLACE TEMP TABLE touched AS WITH {_PART}
SELECT user_id, item_id, bool_or(event_type IN ('view', 'click')) AS looked,
       max(ts) FILTER (event_type = 'cart') AS carted, max(ts) FILTER (event_type = 'purchase') AS bought,
       CAST(sum(CASE event_type WHEN 'purchase' THEN 3 WHEN 'cart' THEN 2 ELSE 1 END) AS BIGINT) AS weight
FROM part WHERE event_type IN ('view', 'click', 'cart', 'favourite', 'purchase') AND item_id IS NOT NULL
GROUP BY user_id, item_id
"""

#: By shopper and top category: how much she leans to it.
LEANED = """
CREATE OR REPLACE TEMP TABLE leaned AS
SELECT user_id, top, sum(weight) AS weight FROM touched JOIN shelf USING (item_id) WHERE top > 0 GROUP BY user_id, top
"""

# Days first: a shopper's days are few beside her events, and need not be told apart again.
_KNOWN = """
days AS (
    SELECT user_id, day, count(*) FILTER (event_type <> 'impression') AS events,
           count(*) FILTER (event_type = 'view') AS views, count(*) FILTER (event_type = 'click') AS clicks,
           count(*) FILTER (event_type = 'impression') AS shows,
           count(*) FILTER (event_type = 'search') AS searches,
           count(*) FILTER (event_type = 'favourite') AS favourites,
           count(*) FILTER (event_type = 'cart') AS carts, count(*) FILTER (event_type = 'return') AS returns,
           coalesce(sum(pieces) FILTER (event_type = 'return'), 0) AS sent_back,
           count(*) FILTER (event_type <> 'impression' AND (hour < 6 OR hour >= 22)) AS night,
           count(*) FILTER (event_type <> 'impression' AND hour BETWEEN 6 AND 11) AS morning,
           count(*) FILTER (event_type <> 'impression' AND hour BETWEEN 12 AND 17) AS afternoon,
           count(*) FILTER (event_type <> 'impression' AND hour BETWEEN 18 AND 21) AS evening
    FROM (SELECT user_id, event_type, CAST({here} AS DATE) AS day, CAST(hour({here}) AS TINYINT) AS hour,
                 coalesce(quantity, 1) AS pieces FROM events WHERE user_id >= $low {below})
    GROUP BY user_id, day
),
counted AS (
    SELECT user_id, sum(events) AS events, count(*) FILTER (events > 0) AS active_days,
           min(day) AS first_day, max(day) FILTER (events > 0) AS last_day,
           sum(views) AS views, sum(clicks) AS clicks, sum(shows) AS shows, sum(searches) AS searches,
           sum(favourites) AS favourites, sum(carts) AS carts, sum(returns) AS returns, sum(sent_back) AS sent_back,
           sum(night) AS night, greatest(sum(night), sum(morning), sum(afternoon), sum(evening)) AS busiest,
           CASE WHEN sum(afternoon) = busiest THEN 'afternoon' WHEN sum(evening) = busiest THEN 'evening'
                WHEN sum(morning) = busiest THEN 'morning' ELSE 'night' END AS favourite_time,
           [{weekdays}] AS weekdays
    FROM days GROUP BY user_id
),
known AS (SELECT user_id FROM counted UNION SELECT user_id FROM users WHERE user_id >= $low {below})"""

_ORDERS = f"""
orders AS (
    SELECT user_id, count(DISTINCT visit) AS purchases, sum(pieces) AS items_bought,
           sum(pieces * price) AS spend, max(day) AS last_purchase,
           100 * avg(CAST(on_deal AS INTEGER)) AS deal_share
    FROM bought GROUP BY user_id
),
rhythms AS (
    SELECT user_id, median(day - before) AS days_between_purchases
    FROM (SELECT user_id, day, lag(day) OVER (PARTITION BY user_id ORDER BY day) AS before
          FROM (SELECT DISTINCT user_id, day FROM bought))
    GROUP BY user_id
),
bands AS (
    SELECT user_id, avg({band('price')}) AS band
    FROM bought {joined('bought.category', 'bought.utc_day')}
    WHERE price > 0 GROUP BY user_id
)"""

_WAYS = """
ways AS (
    SELECT user_id, count(*) FILTER (carted IS NOT NULL AND (bought IS NULL OR bought < carted)) AS open_carts,
           count(*) FILTER (looked) AS looked, count(*) FILTER (carted IS NOT NULL) AS carted,
           count(*) FILTER (looked AND carted IS NOT NULL) AS looked_carted,
           count(*) FILTER (carted IS NOT NULL AND bought IS NOT NULL) AS carted_bought,
           count(*) FILTER (looked AND bought IS NOT NULL) AS looked_bought
    FROM touched GROUP BY user_id
),
came AS (
    SELECT user_id, count(*) AS visits, sum(looks) AS looks, 100 * avg(CAST(searches > 0 AS INTEGER)) AS search_share
    FROM visits WHERE user_id >= $low {below} GROUP BY user_id
),
stayed AS (
    SELECT user_id, sum(seconds) FILTER (NOT estimated) / 60 AS browse_minutes,
           sum(seconds) FILTER (estimated) / 60 AS browse_minutes_estimated
    FROM event_dwell WHERE user_id >= $low {below} GROUP BY user_id
)"""

# Of several that weigh the same the first of the alphabet, which has the least number.
_LEANINGS = f"""
categories AS (
    SELECT user_id, arg_max(top, weight * {_NUMBERS} - top) AS top,
           100 * max(weight) / sum(weight) AS top_category_share, count(*) AS categories
    FROM leaned GROUP BY user_id
),
brands AS (
    SELECT user_id, arg_max(maker, weight * {_NUMBERS} - maker) AS maker,
           100 * max(weight) / sum(weight) AS top_brand_share, count(*) AS brands
    FROM (SELECT user_id, maker, sum(weight) AS weight FROM touched JOIN shelf USING (item_id) WHERE maker > 0
          GROUP BY user_id, maker)
    GROUP BY user_id
)"""

# A log of days alone has no hours, and nothing is said of them then.
_SELECTED = """
SELECT known.user_id,
       coalesce(purchases, 0) AS purchases, coalesce(items_bought, 0) AS items_bought, coalesce(spend, 0) AS spend,
       spend / purchases AS order_value, items_bought / purchases AS basket_size,
       30.0 * coalesce(purchases, 0) / greatest(30, date_diff('day', first_day, ended) + 1) AS purchases_per_month,
       days_between_purchases, deal_share,
       CAST(coalesce(returns, 0) AS BIGINT) AS returns, 100.0 * sent_back / nullif(items_bought, 0) AS return_rate,
       date_diff('day', last_day, ended) AS days_since_last,
       date_diff('day', last_purchase, ended) AS days_since_purchase,
       date_diff('day', first_day, ended) AS days_known,
       coalesce(active_days, 0) AS active_days, coalesce(visits, 0) AS visits,
       CAST(coalesce(counted.events, 0) AS BIGINT) AS events, CAST(coalesce(views, 0) AS BIGINT) AS views,
       1.0 * looks / visits AS views_per_visit, browse_minutes, browse_minutes_estimated,
       CAST(coalesce(clicks, 0) AS BIGINT) AS clicks,
       CASE WHEN shows > 0 THEN 100.0 * clicks / shows END AS click_share,
       CAST(coalesce(counted.searches, 0) AS BIGINT) AS searches, search_share,
       CAST(coalesce(favourites, 0) AS BIGINT) AS favourites, CAST(coalesce(carts, 0) AS BIGINT) AS carts,
       coalesce(open_carts, 0) AS open_carts,
       100.0 * looked_carted / nullif(looked, 0) AS cart_rate,
       100.0 * carted_bought / nullif(carted, 0) AS checkout_rate,
       100.0 * looked_bought / nullif(looked, 0) AS buy_rate,
       tops.name AS top_category, top_category_share, coalesce(categories, 0) AS categories,
       makers.name AS top_brand, top_brand_share, coalesce(brands, 0) AS brands,
       CASE CAST(round(band) AS INTEGER) WHEN 0 THEN 'budget' WHEN 1 THEN 'mid' WHEN 2 THEN 'premium' END AS price_band,
       CASE WHEN timed THEN favourite_time END AS favourite_time,
       CASE WHEN timed THEN 100 * busiest / counted.events END AS favourite_time_share,
       CASE WHEN timed THEN 100 * night / counted.events END AS night_share,
       CASE WHEN counted.events > 0 THEN
           ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'][
               list_position(weekdays, list_max(weekdays))] END AS favourite_weekday,
       100 * list_max(weekdays) / nullif(counted.events, 0) AS favourite_weekday_share,
       100 * (weekdays[6] + weekdays[7]) / nullif(counted.events, 0) AS weekend_share,
       CASE WHEN robot THEN 'robot' WHEN test THEN 'test account' END AS set_aside
FROM known CROSS JOIN (SELECT $ended AS ended, $has_hours AS has_hours)
LEFT JOIN (SELECT *, events > 0 AND $has_hours AS timed FROM counted) AS counted USING (user_id)
LEFT JOIN orders USING (user_id) LEFT JOIN rhythms USING (user_id)
LEFT JOIN bands USING (user_id) LEFT JOIN ways USING (user_id) LEFT JOIN came USING (user_id)
LEFT JOIN stayed USING (user_id) LEFT JOIN categories USING (user_id) LEFT JOIN brands USING (user_id)
LEFT JOIN tops ON categories.top = tops.number LEFT JOIN makers ON brands.maker = makers.number
LEFT JOIN shopper_flags USING (user_id)
"""
_WEEKDAYS = ", ".join(f"coalesce(sum(events) FILTER (isodow(day) = {day}), 0)" for day in range(1, 8))
COUNTED = f"WITH {_KNOWN},{_ORDERS},{_WAYS},{_LEANINGS}{_SELECTED}".replace("{weekdays}", _WEEKDAYS)


def of_part(sql: str, here: str, last: bool) -> str:
    """Fill in what the queries leave open.

    Parameters
    ----------
    here
        SQL for ``ts`` as the shop's clocks show it.
    last
        Whether the part goes to the last shopper, and there is no ``$high``.
    """
    return sql.replace("{here}", here).replace("{below}", "" if last else "AND user_id < $high")
