"""The query that counts every fact of every shopper; ``core.store.facts`` says what each one means."""

#: Share of an item's usual price from which downwards a purchase was on deal.
DEAL = 0.95

_KNOWN = """
log AS (SELECT CAST(max(ts) AS DATE) AS ended, bool_or(hour(ts) > 0 OR minute(ts) > 0) AS has_hours FROM events),
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
           coalesce(sum(coalesce(quantity, 1)) FILTER (event_type = 'return'), 0) AS sent_back
    FROM events GROUP BY user_id
)"""

_ORDERS = f"""
bought AS (
    SELECT user_id, CAST(ts AS DATE) AS day, coalesce(session_id, CAST(CAST(ts AS DATE) AS VARCHAR)) AS visit,
           coalesce(items.category, '') AS category, coalesce(quantity, 1) AS pieces,
           coalesce(events.price, items.price) AS price, events.price < {DEAL} * item_usual.price AS on_deal
    FROM events LEFT JOIN items USING (item_id) LEFT JOIN item_usual USING (item_id) WHERE event_type = 'purchase'
),
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
    SELECT user_id, avg(CASE WHEN price <= coalesce(own.low, shop.low) THEN 0
                             WHEN price <= coalesce(own.high, shop.high) THEN 1 ELSE 2 END) AS band
    FROM bought
    ASOF LEFT JOIN (SELECT * FROM price_bands WHERE category <> '') AS own
      ON bought.category = own.category AND bought.day >= own.week
    ASOF LEFT JOIN (SELECT * FROM price_bands WHERE category = '') AS shop ON bought.day >= shop.week
    WHERE price > 0 AND coalesce(own.low, shop.low) IS NOT NULL
    GROUP BY user_id
)"""

_WAYS = """
touched AS (
    SELECT user_id, item_id, bool_or(event_type IN ('view', 'click')) AS looked,
           max(ts) FILTER (event_type = 'cart') AS carted, max(ts) FILTER (event_type = 'purchase') AS bought
    FROM events WHERE event_type IN ('view', 'click', 'cart', 'purchase') AND item_id IS NOT NULL
    GROUP BY user_id, item_id
),
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
    FROM visits GROUP BY user_id
),
stayed AS (
    SELECT user_id, sum(seconds) FILTER (NOT estimated) / 60 AS browse_minutes,
           sum(seconds) FILTER (estimated) / 60 AS browse_minutes_estimated
    FROM event_dwell GROUP BY user_id
)"""

_LEANINGS = """
leaned AS (
    SELECT user_id, split_part(items.category, ' > ', 1) AS category, items.brand,
           sum(CASE event_type WHEN 'purchase' THEN 3 WHEN 'cart' THEN 2 ELSE 1 END) AS weight
    FROM events JOIN items USING (item_id)
    WHERE event_type IN ('view', 'click', 'cart', 'favourite', 'purchase')
    GROUP BY user_id, items.category, items.brand
),
categories AS (
    SELECT user_id, list(category ORDER BY weight DESC, category)[1] AS top_category,
           100 * max(weight) / sum(weight) AS top_category_share, count(*) AS categories
    FROM (SELECT user_id, category, sum(weight) AS weight FROM leaned WHERE category <> '' GROUP BY user_id, category)
    GROUP BY user_id
),
brands AS (
    SELECT user_id, list(brand ORDER BY weight DESC, brand)[1] AS top_brand,
           100 * max(weight) / sum(weight) AS top_brand_share, count(*) AS brands
    FROM (SELECT user_id, brand, sum(weight) AS weight FROM leaned WHERE brand <> '' GROUP BY user_id, brand)
    GROUP BY user_id
)"""

# A log of days alone has no hours, and nothing is said of them then.
_CLOCK = """
hours AS (
    SELECT user_id, hour(ts) AS hour, isodow(ts) AS weekday, count(*) AS n
    FROM events WHERE event_type <> 'impression' GROUP BY ALL
),
times AS (
    SELECT user_id, list(part ORDER BY n DESC, part)[1] AS favourite_time,
           100 * max(n) / sum(n) AS favourite_time_share, 100 * sum(n) FILTER (part = 'night') / sum(n) AS night
    FROM (
        SELECT user_id, CASE WHEN hour < 6 OR hour >= 22 THEN 'night' WHEN hour < 12 THEN 'morning'
                             WHEN hour < 18 THEN 'afternoon' ELSE 'evening' END AS part, sum(n) AS n
        FROM hours, log WHERE log.has_hours GROUP BY user_id, part
    ) GROUP BY user_id
),
weekdays AS (
    SELECT user_id, list(weekday ORDER BY n DESC, weekday)[1] AS favourite_weekday,
           100 * max(n) / sum(n) AS favourite_weekday_share,
           100 * coalesce(sum(n) FILTER (weekday >= 6), 0) / sum(n) AS weekend_share
    FROM (SELECT user_id, weekday, sum(n) AS n FROM hours GROUP BY user_id, weekday) GROUP BY user_id
)"""

COUNTED = f"""
CREATE OR REPLACE TEMP TABLE counted_facts AS
WITH {_KNOWN},{_ORDERS},{_WAYS},{_LEANINGS},{_CLOCK}
SELECT known.user_id,
       coalesce(purchases, 0) AS purchases, coalesce(items_bought, 0) AS items_bought, coalesce(spend, 0) AS spend,
       spend / purchases AS order_value, items_bought / purchases AS basket_size,
       30.0 * coalesce(purchases, 0) / greatest(30, date_diff('day', first_day, ended) + 1) AS purchases_per_month,
       days_between_purchases, deal_share,
       coalesce(returns, 0) AS returns, 100.0 * sent_back / nullif(items_bought, 0) AS return_rate,
       date_diff('day', last_day, ended) AS days_since_last,
       date_diff('day', last_purchase, ended) AS days_since_purchase,
       date_diff('day', first_day, ended) AS days_known,
       coalesce(active_days, 0) AS active_days, coalesce(visits, 0) AS visits, coalesce(counted.events, 0) AS events,
       coalesce(views, 0) AS views, 1.0 * looks / visits AS views_per_visit, browse_minutes, browse_minutes_estimated,
       coalesce(clicks, 0) AS clicks, CASE WHEN shows > 0 THEN 100.0 * clicks / shows END AS click_share,
       coalesce(counted.searches, 0) AS searches, search_share,
       coalesce(favourites, 0) AS favourites, coalesce(carts, 0) AS carts, coalesce(open_carts, 0) AS open_carts,
       100.0 * looked_carted / nullif(looked, 0) AS cart_rate,
       100.0 * carted_bought / nullif(carted, 0) AS checkout_rate,
       100.0 * looked_bought / nullif(looked, 0) AS buy_rate,
       top_category, top_category_share, coalesce(categories, 0) AS categories,
       top_brand, top_brand_share, coalesce(brands, 0) AS brands,
       CASE CAST(round(band) AS INTEGER) WHEN 0 THEN 'budget' WHEN 1 THEN 'mid' WHEN 2 THEN 'premium' END AS price_band,
       favourite_time, favourite_time_share,
       CASE WHEN favourite_time IS NOT NULL THEN coalesce(night, 0) END AS night_share,
       ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'][favourite_weekday]
           AS favourite_weekday, favourite_weekday_share, weekend_share,
       CASE WHEN robot THEN 'robot' WHEN test THEN 'test account' END AS set_aside
FROM known CROSS JOIN log
LEFT JOIN counted USING (user_id) LEFT JOIN orders USING (user_id) LEFT JOIN rhythms USING (user_id)
LEFT JOIN bands USING (user_id) LEFT JOIN ways USING (user_id) LEFT JOIN came USING (user_id)
LEFT JOIN stayed USING (user_id) LEFT JOIN categories USING (user_id) LEFT JOIN brands USING (user_id)
LEFT JOIN times USING (user_id) LEFT JOIN weekdays USING (user_id) LEFT JOIN shopper_flags USING (user_id)
"""
