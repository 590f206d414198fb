"""Candidates: the few hundred items worth ranking for a shopper, each with the sources that found it.

Every source is cheap, looks strictly before the moment, and knows nothing of the model. What is near in meaning is
found elsewhere, by the items' vectors, and handed in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from core.schema import Kind
from core.store.derive import BAD, GOOD, POPULARITY_DAYS

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Candidates that each source gives at most.
SHARE = 40
#: Days for which an item is new.
NEW_DAYS = 14
#: A kind is shown in a place when it makes up this share of what is shown there.
KIND_SHARE = 0.1
#: What she buys again and again is due from this share of her usual days between on, and up to this many times them.
EARLY, LATE = 0.7, 2.0
#: Events that say what she likes lately, and days after which one says half as much.
RECENT, HALF_LIFE = 60, 14.0

#: What an opinion weighs beside a look, which weighs 1: a bad one as much against the item as a purchase for it.
_OPINION = (
    "WHEN event_type IN ('rating', 'review') "
    f"THEN CASE WHEN value < {BAD} THEN -3 WHEN value >= {GOOD} THEN 2 ELSE 1 END"
)

_CANDIDATES = """
WITH allowed AS (
    SELECT item_id, title, category, brand FROM items WHERE list_contains($kinds, coalesce(kind, 'product'))
),
past AS (
    SELECT item_id, event_type, ts, query, value FROM events
    WHERE user_id = $user AND ts < $as_of AND event_type <> 'impression'
),
mine AS (
    SELECT past.item_id, any_value(items.category) AS category, any_value(items.brand) AS brand, max(past.ts) AS ts,
           sum(CASE WHEN event_type = 'purchase' THEN 3 WHEN event_type = 'cart' THEN 2
                    WHEN event_type = 'return' THEN -3 {opinion} ELSE 1 END) AS weight,
           bool_or(event_type IN ('purchase', 'cart')) AS wanted
    FROM past JOIN items USING (item_id) GROUP BY past.item_id
),
score AS (
    SELECT item_id, max(score) - coalesce(max(score) FILTER (day < CAST($as_of AS DATE) - {window}), 0) AS score,
           min(day) AS first_day
    FROM item_days WHERE day < CAST($as_of AS DATE) GROUP BY item_id
),
-- Nothing is new while the log itself is: what is seen first then may have been there for years.
began AS (SELECT min(first_day) AS day FROM score),
shelf AS (
    SELECT allowed.*, coalesce(score.score, 0) AS score, score.first_day FROM allowed LEFT JOIN score USING (item_id)
),
my_categories AS (
    SELECT category, sum(weight) AS weight FROM mine WHERE category IS NOT NULL GROUP BY category
    ORDER BY weight DESC, category LIMIT 4
),
my_brands AS (
    SELECT brand, sum(weight) AS weight FROM mine WHERE brand IS NOT NULL GROUP BY brand
    ORDER BY weight DESC, brand LIMIT 3
),
my_words AS (
    SELECT DISTINCT ' ' || CASE WHEN len(word) > 3 AND word LIKE '%s' THEN word[:-2] ELSE word END AS stem FROM (
        SELECT unnest(regexp_extract_all(lower(query), '[[:alnum:]]{{3,}}')) AS word FROM (
            SELECT query FROM past WHERE event_type = 'search' ORDER BY ts DESC LIMIT 3))
),
pairs AS (
    SELECT pair_days.item_b AS item_id, pair_days.item_a, max(pair_days.cum) AS both_n
    FROM pair_days JOIN (SELECT item_id FROM mine WHERE wanted ORDER BY ts DESC, item_id LIMIT 20) AS recent
      ON pair_days.item_a = recent.item_id
    WHERE pair_days.day < CAST($as_of AS DATE) GROUP BY ALL
),
sold AS (
    SELECT item_id, max(cum) AS cum FROM basket_days
    WHERE day < CAST($as_of AS DATE) AND item_id IN (SELECT item_a FROM pairs) GROUP BY item_id
),
rhythms AS (
    SELECT item_id, count(*) AS times, max(day) AS latest, date_diff('day', min(day), max(day)) / (count(*) - 1) AS pace
    FROM (SELECT DISTINCT item_id, CAST(ts AS DATE) AS day FROM past WHERE event_type = 'purchase')
    GROUP BY item_id HAVING count(*) > 1
),
found AS (
    SELECT item_id, 'repeat' AS source, epoch(ts) AS worth FROM mine SEMI JOIN allowed USING (item_id)
    UNION ALL
    SELECT item_id, 'due', times FROM rhythms SEMI JOIN allowed USING (item_id)
    WHERE date_diff('day', latest, CAST($as_of AS DATE)) BETWEEN {early} * pace AND {late} * pace
    UNION ALL
    SELECT pairs.item_id, 'bought_with', sum(pairs.both_n / (sold.cum + 5))
    FROM pairs JOIN sold ON pairs.item_a = sold.item_id SEMI JOIN allowed ON pairs.item_id = allowed.item_id
    GROUP BY pairs.item_id
    UNION ALL
    SELECT item_id, 'category', ln(1 + shelf.score) + ln(1 + greatest(my_categories.weight, 0))
    FROM shelf JOIN my_categories USING (category) WHERE my_categories.weight > 0
    UNION ALL
    SELECT item_id, 'brand', ln(1 + shelf.score) + ln(1 + greatest(my_brands.weight, 0))
    FROM shelf JOIN my_brands USING (brand) WHERE my_brands.weight > 0
    UNION ALL
    SELECT item_id, 'searched', count(*) + ln(1 + any_value(score)) / 100
    FROM shelf JOIN my_words ON contains(' ' || lower(title), stem) GROUP BY item_id
    UNION ALL
    SELECT item_id, 'similar', worth FROM nearby SEMI JOIN allowed USING (item_id)
    UNION ALL
    SELECT item_id, 'looks', worth FROM lookalikes SEMI JOIN allowed USING (item_id)
    UNION ALL
    (SELECT item_id, 'popular', score FROM shelf WHERE score > 0 ORDER BY score DESC, item_id LIMIT $share)
    UNION ALL
    -- Nobody did anything with these before today: they get their chance where they fit her.
    SELECT item_id, 'unseen', coalesce(my_categories.weight, 0) + coalesce(my_brands.weight, 0)
    FROM shelf ANTI JOIN mine USING (item_id)
    LEFT JOIN my_categories USING (category) LEFT JOIN my_brands USING (brand)
    WHERE first_day IS NULL AND coalesce(my_categories.weight, 0) + coalesce(my_brands.weight, 0) > 0
    UNION ALL
    SELECT item_id, 'new', score FROM shelf, began
    WHERE first_day >= CAST($as_of AS DATE) - {new} AND first_day >= began.day + {new}
),
-- A small shelf is ranked whole: what no source speaks for may still be right.
enough AS (SELECT count(DISTINCT item_id) >= $share AS enough FROM found),
all_found AS (
    FROM found UNION ALL
    SELECT item_id, 'other', score FROM shelf ANTI JOIN found USING (item_id) WHERE NOT (SELECT enough FROM enough)
),
ranked AS (
    SELECT item_id, source, row_number() OVER (PARTITION BY source ORDER BY worth DESC, item_id) AS rank FROM all_found
    QUALIFY rank <= $share
)
SELECT item_id, list(source ORDER BY rank, source) AS sources FROM ranked
GROUP BY item_id ORDER BY min(rank), count(*) DESC, item_id LIMIT $cap
"""

_LATELY = """
WITH recent AS (
    SELECT item_id, event_type, value, date_diff('second', ts, $as_of) / 86400.0 AS days FROM events
    WHERE user_id = $user AND ts < $as_of AND item_id IS NOT NULL
      AND event_type IN ('view', 'click', 'cart', 'favourite', 'purchase', 'rating', 'review')
    ORDER BY ts DESC, source_row DESC LIMIT $recent
)
SELECT item_id,
       sum(pow(0.5, days / $half_life)
           * CASE WHEN event_type = 'purchase' THEN 3 WHEN event_type IN ('cart', 'favourite') THEN 2
                  {opinion} ELSE 1 END) AS weight
FROM recent GROUP BY item_id ORDER BY weight DESC, item_id
"""

_PLACES = """
SELECT slot, coalesce(items.kind, 'product') AS kind, count(*) AS shown
FROM events JOIN items USING (item_id) WHERE event_type = 'impression' AND slot IS NOT NULL
GROUP BY ALL ORDER BY shown DESC, slot, kind
"""


def lately(reader: Reader, user_id: str, as_of: datetime) -> pd.DataFrame:
    """Return what a shopper did things with lately: ``item_id, weight``, what weighs most first.

    A purchase weighs three times a look, a cart, a favourite and a good opinion twice; a bad one weighs three times
    against it; and each half as much after ``HALF_LIFE`` days.
    """
    params = {"user": user_id, "as_of": as_of, "recent": RECENT, "half_life": HALF_LIFE}
    return reader.frame(_LATELY.format(opinion=_OPINION), params)


def candidates(
    reader: Reader, user_id: str, as_of: datetime, kinds: Sequence[str], cap: int = 200,
    similar: Sequence[tuple[str, float]] = (), looks: Sequence[tuple[str, float]] = (),
) -> pd.DataFrame:
    """Return items that may be right for a shopper: ``item_id, sources`` (a list), the surest finds first.

    Parameters
    ----------
    kinds
        Kinds of item that may be shown.
    cap
        Candidates at most.
    similar
        Items that are near in meaning to what she did, with how near: a source like the others.
    looks
        Items that look like those, with how much.
    """
    sql = _CANDIDATES.format(window=POPULARITY_DAYS, new=NEW_DAYS, early=EARLY, late=LATE, opinion=_OPINION)
    params = {"user": user_id, "as_of": as_of, "kinds": list(kinds), "share": SHARE, "cap": cap}
    return reader.frame(sql, params, {"nearby": _worth(similar), "lookalikes": _worth(looks)})


def _worth(found: Sequence[tuple[str, float]]) -> pd.DataFrame:
    return pd.DataFrame({"item_id": pd.Series([item for item, _ in found], dtype=str),
                         "worth": pd.Series([worth for _, worth in found], dtype=float)})  # fmt: skip


def places(reader: Reader) -> dict[str, list[str]]:
    """Return the places that the log names, each with the kinds of item that are shown there."""
    frame = reader.frame(_PLACES)
    total = frame.groupby("slot")["shown"].transform("sum")
    kept = frame[frame["shown"] >= KIND_SHARE * total]
    return {str(slot): list(rows["kind"]) for slot, rows in kept.groupby("slot", sort=False)}


def kinds(reader: Reader) -> list[str]:
    """Return what is shown where no place is named: products, or every kind in a shop that has none."""
    found = [str(row[0]) for row in reader.rows("SELECT DISTINCT coalesce(kind, 'product') FROM items ORDER BY 1")]
    return [Kind.PRODUCT.value] if Kind.PRODUCT in found else found
