"""What a shopper had done, and how an item fitted her, strictly before a moment.

Every function takes *asks* (who, and as of when) and answers for all of them in one query.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.store.bands import band, joined
from core.store.derive import CATEGORY_PAIR_DAYS, PAIR_MINIMUM, POPULARITY_DAYS

if TYPE_CHECKING:
    import pandas as pd

    from core.store.workspace import Reader

#: Days after which a look, a cart or an unclicked showing no longer says anything.
FRESH_DAYS = 30
#: Searches newer than this may be what an item is shown for.
SEARCH_DAYS = 2

# ``past`` is the one door to the events: everything below reads it and so cannot look ahead.
_PAST = """
past AS (
    SELECT asks.ask_id, asks.as_of, events.*
    FROM asks JOIN events ON events.user_id = asks.user_id AND events.ts < asks.as_of
)
"""

# The band of an item's last price before the moment, among its category's (or the shop's) prices.
_PRICED = f"""
priced AS (
    SELECT wanted.*, coalesce(item_prices.price, items.price) AS price_then,
           items.title, items.category, items.brand, items.kind
    FROM (SELECT DISTINCT item_id, CAST(as_of AS DATE) AS day FROM wanted_items) AS wanted
    LEFT JOIN items USING (item_id)
    ASOF LEFT JOIN (FROM item_prices SEMI JOIN wanted_items USING (item_id)) AS item_prices
      ON wanted.item_id = item_prices.item_id AND wanted.day > item_prices.day
),
banded AS (
    SELECT priced.*, {band('price_then')} AS band
    FROM priced {joined('priced.category', 'priced.day')}
)
"""

_HISTORY = f"""
WITH {_PAST},
folded AS (
    SELECT ask_id, as_of, item_id,
           CASE WHEN event_type IN ('view', 'click') THEN 'view' ELSE event_type END AS did,
           CASE WHEN event_type = 'search' THEN lower(query) END AS words,
           count(*) AS times,
           count(*) FILTER (event_type = 'click') AS clicks,
           max(ts) AS ts, sum(dwell_seconds) AS dwell_seconds, sum(quantity) AS quantity,
           arg_max(value, {{'ts': ts, 'value': value}}) AS value, arg_max(text, {{'ts': ts, 'text': text}}) AS text
    FROM past WHERE event_type <> 'impression'
    GROUP BY ask_id, as_of, item_id, did, words
),
newest AS (
    SELECT *, row_number() OVER (
        PARTITION BY ask_id ORDER BY ts DESC, did, item_id, words) - 1 AS rank
    FROM folded
    QUALIFY rank < $max_events
),
wanted_items AS (SELECT item_id, as_of FROM newest WHERE item_id IS NOT NULL),
{_PRICED}
SELECT newest.ask_id, newest.rank, newest.did AS event_type, newest.item_id,
       greatest(newest.times - newest.clicks, newest.clicks) AS count,
       newest.ts, date_diff('second', newest.ts, newest.as_of) AS age_seconds,
       newest.words AS query, newest.text, newest.value, newest.dwell_seconds, newest.quantity,
       banded.title, banded.category, banded.brand, banded.price_then AS price, banded.band
FROM newest LEFT JOIN banded
  ON newest.item_id = banded.item_id AND CAST(newest.as_of AS DATE) = banded.day
ORDER BY newest.ask_id, newest.rank
"""

_SUMMARY = f"""
WITH {_PAST},
counted AS (
    SELECT ask_id, any_value(as_of) AS as_of,
           count(*) FILTER (event_type = 'purchase') AS purchases,
           count(DISTINCT CAST(ts AS DATE)) FILTER (event_type = 'purchase') AS purchase_days,
           count(*) FILTER (event_type = 'cart') AS carts,
           count(*) FILTER (event_type IN ('view', 'click')) AS views,
           count(*) FILTER (event_type = 'click') AS clicks,
           count(*) FILTER (event_type = 'impression') AS shows,
           count(*) FILTER (event_type = 'search') AS searches,
           count(*) FILTER (event_type = 'return') AS returns,
           avg(CASE WHEN hour(ts) >= 22 OR hour(ts) < 6 THEN 1.0 ELSE 0.0 END)
               FILTER (event_type <> 'impression') AS night,
           avg(CASE WHEN isodow(ts) >= 6 THEN 1.0 ELSE 0.0 END)
               FILTER (event_type <> 'impression') AS weekend,
           count(DISTINCT CAST(ts AS DATE)) AS active_days,
           count(DISTINCT CAST(ts AS DATE)) FILTER (ts >= as_of - INTERVAL 7 DAY AND event_type <> 'impression')
               AS active_7,
           count(DISTINCT CAST(ts AS DATE)) FILTER (ts >= as_of - INTERVAL 28 DAY AND event_type <> 'impression')
               AS active_28,
           date_diff('day', min(ts), any_value(as_of)) AS first_days,
           date_diff('day', max(ts) FILTER (event_type <> 'impression'), any_value(as_of)) AS last_days,
           date_diff('day', max(ts) FILTER (event_type = 'purchase'), any_value(as_of)) AS bought_days
    FROM past GROUP BY ask_id
),
leaned AS (
    SELECT ask_id, coalesce(items.category, '') AS category, coalesce(items.brand, '') AS brand,
           sum(CASE event_type WHEN 'purchase' THEN 3 WHEN 'cart' THEN 2 ELSE 1 END) AS weight,
           max(ts) >= any_value(as_of) - INTERVAL 7 DAY AS recent
    FROM past JOIN items USING (item_id)
    WHERE event_type IN ('view', 'click', 'cart', 'favourite', 'purchase')
    GROUP BY ask_id, category, brand
),
categories AS (
    SELECT ask_id, list(category ORDER BY weight DESC, category)[1:5] AS categories,
           list(category ORDER BY weight DESC, category) FILTER (recent)[1:3] AS recent
    FROM (SELECT ask_id, category, sum(weight) AS weight, bool_or(recent) AS recent FROM leaned WHERE category <> ''
          GROUP BY ask_id, category)
    GROUP BY ask_id
),
brands AS (
    SELECT ask_id, list(brand ORDER BY weight DESC, brand)[1:3] AS brands
    FROM (SELECT ask_id, brand, sum(weight) AS weight FROM leaned WHERE brand <> ''
          GROUP BY ask_id, brand)
    GROUP BY ask_id
)
SELECT asks.ask_id, counted.* EXCLUDE (ask_id, as_of), categories.categories, categories.recent, brands.brands
FROM asks
LEFT JOIN counted USING (ask_id) LEFT JOIN categories USING (ask_id) LEFT JOIN brands USING (ask_id)
ORDER BY asks.ask_id
"""

_FIT = f"""
WITH asks AS (SELECT DISTINCT ask_id, user_id, as_of FROM pairs),
{_PAST},
touched AS (
    SELECT past.ask_id, past.item_id,
           count(*) FILTER (event_type = 'purchase') AS bought,
           max(ts) FILTER (event_type = 'purchase') AS bought_ts,
           count(*) FILTER (event_type IN ('view', 'click') AND ts >= as_of - to_days({FRESH_DAYS})) AS viewed,
           max(ts) FILTER (event_type IN ('view', 'click')) AS viewed_ts,
           count(*) FILTER (event_type = 'click' AND ts >= as_of - to_days({FRESH_DAYS})) AS clicked,
           max(ts) FILTER (event_type = 'cart') AS carted_ts,
           max(ts) FILTER (event_type = 'favourite') AS liked_ts,
           max(ts) FILTER (event_type = 'return') AS returned_ts,
           count(*) FILTER (event_type = 'impression' AND ts >= as_of - to_days({FRESH_DAYS})) AS shown
    FROM past WHERE item_id IS NOT NULL GROUP BY past.ask_id, past.item_id
),
wanted_items AS (
    SELECT item_id, as_of FROM pairs
    UNION ALL
    SELECT item_id, as_of FROM past WHERE event_type IN ('click', 'view', 'cart', 'purchase')
),
{_PRICED},
leaning AS (
    SELECT past.ask_id, banded.category, banded.brand, banded.band,
           CASE past.event_type WHEN 'purchase' THEN 3 WHEN 'cart' THEN 2 ELSE 1 END AS weight
    FROM past JOIN banded
      ON past.item_id = banded.item_id AND CAST(past.as_of AS DATE) = banded.day
    WHERE past.event_type IN ('click', 'view', 'cart', 'purchase')
),
of_category AS (SELECT ask_id, category, sum(weight) AS weight FROM leaning
                WHERE category IS NOT NULL GROUP BY ask_id, category),
of_brand AS (SELECT ask_id, brand, sum(weight) AS weight FROM leaning
             WHERE brand IS NOT NULL GROUP BY ask_id, brand),
of_all AS (SELECT ask_id, sum(weight) AS weight, avg(band) AS band FROM leaning GROUP BY ask_id),
shown_category AS (
    SELECT past.ask_id, items.category, count(*) FILTER (event_type = 'impression') AS shown,
           count(*) FILTER (event_type = 'click') AS clicked
    FROM past JOIN items USING (item_id)
    WHERE event_type IN ('impression', 'click') AND items.category IS NOT NULL
    GROUP BY past.ask_id, items.category
),
bought_before AS (
    SELECT past.ask_id, past.item_id, items.category, max(past.ts) AS ts, any_value(past.as_of) AS as_of
    FROM past JOIN items USING (item_id)
    WHERE event_type = 'purchase' GROUP BY past.ask_id, past.item_id, items.category
    QUALIFY row_number() OVER (PARTITION BY past.ask_id ORDER BY max(past.ts) DESC, past.item_id) <= 40
),
bought_category AS (
    SELECT past.ask_id, items.category, count(*) AS bought, max(past.ts) AS ts,
           arg_max(past.item_id, {{'ts': past.ts, 'item_id': past.item_id}}) AS item_id
    FROM past JOIN items USING (item_id)
    WHERE event_type = 'purchase' AND items.category IS NOT NULL GROUP BY past.ask_id, items.category
),
partnered AS (
    SELECT pairs.ask_id, pairs.item_id, bought_before.item_id AS partner, pairs.as_of
    FROM pairs JOIN bought_before
      ON pairs.ask_id = bought_before.ask_id AND pairs.item_id <> bought_before.item_id
),
together AS (
    -- cum only grows, so its maximum before the day is its value as of the day.
    SELECT partnered.ask_id, partnered.item_id, partnered.partner, max(pair_days.cum) AS both_n,
           any_value(partnered.as_of) AS as_of
    FROM partnered JOIN pair_days
      ON partnered.partner = pair_days.item_a AND partnered.item_id = pair_days.item_b
     AND CAST(partnered.as_of AS DATE) > pair_days.day
    GROUP BY partnered.ask_id, partnered.item_id, partnered.partner
),
strength AS (
    SELECT together.ask_id, together.item_id, together.partner,
           together.both_n / (basket_days.cum + 5) AS strength
    FROM together ASOF JOIN (
        FROM basket_days WHERE item_id IN (SELECT partner FROM together)
    ) AS basket_days
      ON together.partner = basket_days.item_id AND CAST(together.as_of AS DATE) > basket_days.day
),
best_partner AS (
    SELECT ask_id, item_id, arg_max(partner, {{'strength': strength, 'partner': partner}}) AS partner,
           max(strength) AS partner_strength,
           sum(strength) AS partner_sum
    FROM strength GROUP BY ask_id, item_id
),
recent_category AS (
    SELECT ask_id, category, max(ts) AS ts, arg_max(item_id, {{'ts': ts, 'item_id': item_id}}) AS item_id,
           any_value(as_of) AS as_of
    FROM bought_before
    WHERE ts >= as_of - to_days({CATEGORY_PAIR_DAYS}) AND category IS NOT NULL
    GROUP BY ask_id, category
),
category_partner AS (
    SELECT pairs.ask_id, pairs.item_id, items.category, recent_category.category AS partner_category,
           recent_category.item_id AS partner_item, pairs.as_of, CAST(pairs.as_of AS DATE) AS day
    FROM pairs JOIN items USING (item_id)
    JOIN recent_category ON pairs.ask_id = recent_category.ask_id
     AND items.category <> recent_category.category
),
category_both AS (
    SELECT category_partner.*, category_pair_days.cum AS both_n
    FROM category_partner ASOF JOIN category_pair_days
      ON category_partner.partner_category = category_pair_days.category_a
     AND category_partner.category = category_pair_days.category_b
     AND category_partner.day > category_pair_days.day
    WHERE category_pair_days.cum >= {PAIR_MINIMUM}
),
category_strength AS (
    SELECT category_both.*, category_both.both_n / (category_days.cum + 5) AS strength
    FROM category_both ASOF JOIN (
        FROM category_days WHERE category IN (SELECT partner_category FROM category_both)
    ) AS category_days
      ON category_both.partner_category = category_days.category AND category_both.day > category_days.day
),
best_category AS (
    SELECT ask_id, item_id,
           arg_max(partner_item, {{'strength': strength, 'item': partner_item}}) AS complement_item,
           max(strength) AS complement_strength
    FROM category_strength GROUP BY ask_id, item_id
),
-- Popularity by distinct (item, day): an ASOF join for each pair would repeat it thousands of times.
pair_days_wanted AS (SELECT DISTINCT item_id, CAST(as_of AS DATE) AS day FROM pairs),
-- An ASOF join sorts all that it looks in, so that is cut down first.
days_of_items AS (FROM item_days SEMI JOIN pair_days_wanted USING (item_id)),
now_counts AS (
    SELECT wanted.item_id, wanted.day, coalesce(item_days.score, 0) AS score,
           coalesce(item_days.shows, 0) AS shows, coalesce(item_days.clicks, 0) AS clicks
    FROM pair_days_wanted AS wanted ASOF LEFT JOIN days_of_items AS item_days
      ON wanted.item_id = item_days.item_id AND wanted.day > item_days.day
),
popular AS (
    SELECT now_counts.item_id, now_counts.day,
           now_counts.score - coalesce(earlier.score, 0) AS popularity,
           now_counts.shows - coalesce(earlier.shows, 0) AS pop_shows,
           now_counts.clicks - coalesce(earlier.clicks, 0) AS pop_clicks
    FROM now_counts ASOF LEFT JOIN days_of_items AS earlier
      ON now_counts.item_id = earlier.item_id AND now_counts.day - {POPULARITY_DAYS} > earlier.day
),
levelled AS (
    SELECT popular.*,
           CASE WHEN popularity <= 0 THEN 0 WHEN popularity < half THEN 1 WHEN popularity < fifth THEN 2
                WHEN popularity < twentieth THEN 3 ELSE 4 END AS popularity_level
    FROM popular ASOF LEFT JOIN popularity_levels ON popular.day >= popularity_levels.day
)
SELECT pairs.ask_id, pairs.item_id, pairs.pair_id,
       coalesce(touched.bought, 0) AS bought,
       date_diff('second', touched.bought_ts, pairs.as_of) AS bought_age,
       greatest(coalesce(touched.viewed, 0) - coalesce(touched.clicked, 0), coalesce(touched.clicked, 0))
           AS viewed,
       date_diff('second', touched.viewed_ts, pairs.as_of) AS viewed_age,
       coalesce(touched.clicked, 0) AS clicked,
       CASE WHEN touched.bought_ts IS NULL OR touched.carted_ts > touched.bought_ts
            THEN date_diff('second', touched.carted_ts, pairs.as_of) END AS carted_age,
       date_diff('second', touched.liked_ts, pairs.as_of) AS liked_age,
       touched.returned_ts IS NOT NULL AS returned,
       coalesce(touched.shown, 0) AS shown,
       banded.title, banded.category, banded.brand, banded.kind, banded.price_then AS price, banded.band,
       of_all.band AS usual_band, coalesce(of_all.weight, 0) AS all_weight,
       coalesce(of_category.weight, 0) AS category_weight, coalesce(of_brand.weight, 0) AS brand_weight,
       coalesce(shown_category.shown, 0) AS category_shown,
       coalesce(shown_category.clicked, 0) AS category_clicked,
       levelled.popularity, levelled.popularity_level, levelled.pop_shows, levelled.pop_clicks,
       coalesce(bought_category.bought, 0) AS category_bought,
       date_diff('second', bought_category.ts, pairs.as_of) AS category_bought_age,
       bought_category.item_id AS category_item,
       best_partner.partner, best_partner.partner_strength, best_partner.partner_sum,
       best_category.complement_item, best_category.complement_strength
FROM pairs
LEFT JOIN touched ON pairs.ask_id = touched.ask_id AND pairs.item_id = touched.item_id
LEFT JOIN banded ON pairs.item_id = banded.item_id AND CAST(pairs.as_of AS DATE) = banded.day
LEFT JOIN of_all ON pairs.ask_id = of_all.ask_id
LEFT JOIN of_category ON pairs.ask_id = of_category.ask_id AND banded.category = of_category.category
LEFT JOIN of_brand ON pairs.ask_id = of_brand.ask_id AND banded.brand = of_brand.brand
LEFT JOIN shown_category
  ON pairs.ask_id = shown_category.ask_id AND banded.category = shown_category.category
LEFT JOIN bought_category
  ON pairs.ask_id = bought_category.ask_id AND banded.category = bought_category.category
LEFT JOIN best_partner ON pairs.ask_id = best_partner.ask_id AND pairs.item_id = best_partner.item_id
LEFT JOIN best_category ON pairs.ask_id = best_category.ask_id AND pairs.item_id = best_category.item_id
LEFT JOIN levelled ON pairs.item_id = levelled.item_id AND CAST(pairs.as_of AS DATE) = levelled.day
ORDER BY pairs.pair_id
"""


def history(reader: Reader, asks: pd.DataFrame, max_events: int = 40) -> pd.DataFrame:
    """What each shopper had done strictly before each moment, newest first.

    Views and clicks of one item fold into one event with a count; so do repeated searches for
    the same words. What she was merely shown is no event of hers.

    Parameters
    ----------
    asks
        Columns ``ask_id`` (int), ``user_id``, ``as_of`` (UTC).
    max_events
        Folded events kept for each ask, newest first.

    Returns
    -------
    pandas.DataFrame
        ``ask_id, rank, event_type, item_id, count, ts, age_seconds, query, text, value,
        dwell_seconds, quantity, title, category, brand, price, band`` (band 0, 1, 2 = budget,
        mid, premium), sorted by ask and rank. Asks without history have no rows.
    """
    return reader.frame(_HISTORY, {"max_events": max_events}, {"asks": asks})


def summary(reader: Reader, asks: pd.DataFrame) -> pd.DataFrame:
    """Counts over the whole past of each ask: one row for each, in order of ``ask_id``."""
    return reader.frame(_SUMMARY, None, {"asks": asks})


def fit(reader: Reader, pairs: pd.DataFrame) -> pd.DataFrame:
    """The facts of fit between a shopper and an item, strictly before each moment.

    Parameters
    ----------
    pairs
        Columns ``pair_id`` (int, unique), ``ask_id``, ``user_id``, ``item_id``, ``as_of``;
        pairs of one ask share user and moment.

    Returns
    -------
    pandas.DataFrame
        One row for each pair in order of ``pair_id``: what she did with the item and how long
        ago (seconds), what it costs and what she usually pays, how much she leans to its
        category and brand, how popular it was in the four weeks before, what it is bought with.
    """
    return reader.frame(_FIT, None, {"pairs": pairs})
