"""Profile tags: which ones a shop has, and what each shopper turned out to be.

A tag is what a shopper does in the days after a moment, or a labelled column of the users
table. Labels are 1, 0 or missing (nothing to judge by); they never enter the words.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from core.records import TagSpec
from core.schema import CATEGORY_SEPARATOR, Family
from core.store.bands import band, joined
from core.store.connect import quote
from core.tag_words import made

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Interests that a shop gets at most, and the share of shoppers that each must have at least.
INTERESTS = 12
INTEREST_SHARE = 0.02
#: A column of users is a label when it has this many different values …
ATTRIBUTE_VALUES = (2, 8)
#: … each value this many shoppers …
ATTRIBUTE_MINIMUM = 50
#: … and at least this share of the shoppers have not stated it: what is known needs no prediction.
ATTRIBUTE_UNKNOWN = 0.05

_TOP_CATEGORIES = f"""
WITH active AS (
    SELECT user_id, split_part(category, '{CATEGORY_SEPARATOR}', 1) AS topic
    FROM events JOIN items USING (item_id)
    WHERE ts < $stop AND category IS NOT NULL AND event_type IN ('click', 'cart', 'purchase', 'view')
),
total AS (SELECT count(DISTINCT user_id) AS n FROM events WHERE ts < $stop)
SELECT topic FROM active, total
GROUP BY topic, total.n HAVING count(DISTINCT user_id) >= {INTEREST_SHARE} * total.n
ORDER BY count(DISTINCT user_id) DESC, topic LIMIT $limit
"""

# A shop without categories: words of titles that many, but not most, of its shoppers buy.
_TITLE_TOPICS = """
WITH words AS (
    SELECT item_id, unnest(regexp_extract_all(lower(title), '[[:alpha:]]{4,}')) AS topic FROM items
),
bought AS (
    SELECT topic, user_id, CAST(ts AS DATE) AS day
    FROM events JOIN (SELECT DISTINCT item_id, topic FROM words) USING (item_id)
    WHERE ts < $stop AND event_type IN ('click', 'cart', 'purchase')
),
total AS (SELECT count(DISTINCT (user_id, CAST(ts AS DATE))) AS n FROM events
          WHERE ts < $stop AND event_type IN ('click', 'cart', 'purchase'))
SELECT topic FROM bought, total
WHERE topic NOT IN ('with', 'from', 'assorted', 'colour', 'pack', 'piece', 'small', 'large', 'design')
GROUP BY topic, total.n
HAVING count(DISTINCT (user_id, day)) BETWEEN 0.05 * total.n AND 0.4 * total.n
ORDER BY count(DISTINCT (user_id, day)) DESC, topic LIMIT $limit
"""

_AFTER = """
after AS (
    SELECT asks.ask_id, events.*
    FROM asks JOIN events ON events.user_id = asks.user_id
     AND events.ts >= asks.as_of AND events.ts < asks.as_of + to_days($horizon)
)
"""

_DONE = f"""
WITH {_AFTER},
carted AS (
    SELECT ask_id, item_id, bool_or(event_type = 'cart') AS cart, bool_or(event_type = 'purchase') AS bought
    FROM after WHERE event_type IN ('cart', 'purchase') GROUP BY ask_id, item_id
),
abandoned AS (SELECT ask_id, bool_or(cart AND NOT bought) AS abandoned FROM carted GROUP BY ask_id),
own AS (
    SELECT ask_id, count(*) AS events, bool_or(event_type = 'purchase') AS bought,
           count(DISTINCT CAST(ts AS DATE)) AS days,
           avg(CASE WHEN hour(ts) >= 22 OR hour(ts) < 6 THEN 1.0 ELSE 0.0 END) AS night,
           avg(CASE WHEN isodow(ts) >= 6 THEN 1.0 ELSE 0.0 END) AS weekend
    FROM after WHERE event_type <> 'impression' GROUP BY ask_id
)
SELECT asks.ask_id, coalesce(own.events, 0) AS events, coalesce(own.bought, false) AS bought,
       coalesce(own.days, 0) AS days, own.night, own.weekend, coalesce(abandoned.abandoned, false) AS abandoned
FROM asks LEFT JOIN own USING (ask_id) LEFT JOIN abandoned USING (ask_id) ORDER BY asks.ask_id
"""

_TOUCHED_TOPICS = f"""
WITH {_AFTER},
item_topics AS (
    SELECT items.item_id, topics.topic FROM items JOIN topics
      ON NOT topics.by_title AND split_part(items.category, '{CATEGORY_SEPARATOR}', 1) = topics.topic
    UNION ALL
    SELECT items.item_id, topics.topic FROM items JOIN topics
      ON topics.by_title AND regexp_matches(lower(items.title), '\\b' || topics.topic || '\\b')
)
SELECT DISTINCT after.ask_id, item_topics.topic
FROM after JOIN item_topics USING (item_id)
WHERE after.event_type IN ('click', 'cart', 'purchase')
"""

_BANDS = f"""
WITH {_AFTER},
priced AS (
    SELECT after.ask_id, CAST(asks.as_of AS DATE) AS day, coalesce(items.category, '') AS category,
           coalesce(after.price, items.price) AS price
    FROM after JOIN asks USING (ask_id) JOIN items USING (item_id)
    WHERE after.event_type IN ('click', 'cart', 'purchase') AND coalesce(after.price, items.price) > 0
)
SELECT ask_id, avg({band('price')}) AS band
FROM priced {joined('priced.category', 'priced.day')}
GROUP BY ask_id
"""


def tag_specs(reader: Reader, stop: datetime, horizon: int) -> list[TagSpec]:
    """Return the tags of this shop, judged by what was known before ``stop``.

    Parameters
    ----------
    stop
        Only events before it decide which tags there are.
    horizon
        Days after a moment in which a tag comes true.
    """
    return [
        *_interests(reader, stop, horizon),
        *_behaviours(reader, stop, horizon),
        *_attributes(reader, horizon),
    ]


def labels(reader: Reader, asks: pd.DataFrame, specs: list[TagSpec], end: datetime) -> pd.DataFrame:
    """What each shopper turned out to be in the days after each moment.

    Parameters
    ----------
    asks
        ``ask_id, user_id, as_of``.
    end
        The last moment that may be looked at: asks whose window reaches beyond it get no
        labels but attributes.

    Returns
    -------
    pandas.DataFrame
        Index ``ask_id`` in the order of ``asks``, a float column for each tag: 1, 0 or NaN.
    """
    horizon = specs[0].horizon_days
    tables = {"asks": asks[["ask_id", "user_id", "as_of"]]}
    index = pd.Index(asks["ask_id"], name="ask_id")
    found = pd.DataFrame(index=index, columns=[spec.key for spec in specs], dtype=float)
    done = reader.frame(_DONE, {"horizon": horizon}, tables).set_index("ask_id").reindex(index)
    for key, label in _behaviour_labels(done).items():
        if key in found:
            found[key] = label
    band = reader.frame(_BANDS, {"horizon": horizon}, tables).set_index("ask_id")["band"].reindex(index)
    for number, key in enumerate(("price:budget", "price:mid", "price:premium")):
        found[key] = (band.round() == number).astype(float).where(band.notna())
    _topic_labels(reader, found, specs, tables, horizon)
    late = (asks["as_of"] + pd.Timedelta(days=horizon) > pd.Timestamp(end)).to_numpy()
    found.loc[late] = float("nan")
    _attribute_labels(reader, found, specs, asks)
    return found


def _interests(reader: Reader, stop: datetime, horizon: int) -> list[TagSpec]:
    by_title = False
    topics = reader.frame(_TOP_CATEGORIES, {"stop": stop, "limit": INTERESTS})["topic"].tolist()
    if not topics:
        by_title = True
        topics = reader.frame(_TITLE_TOPICS, {"stop": stop, "limit": INTERESTS})["topic"].tolist()
    return [made(f"interest:{topic}", Family.INTEREST, horizon, f"title:{topic}" if by_title else topic)
            for topic in topics]  # fmt: skip


def _behaviours(reader: Reader, stop: datetime, horizon: int) -> list[TagSpec]:
    kinds = set(reader.frame("SELECT DISTINCT event_type FROM events WHERE ts < $stop", {"stop": stop})["event_type"])
    keys = [("price:budget", Family.PRICE), ("price:mid", Family.PRICE), ("price:premium", Family.PRICE),
            ("lifecycle:quiet", Family.LIFECYCLE), ("lifecycle:regular", Family.LIFECYCLE),
            ("habit:night", Family.HABIT), ("habit:weekend", Family.HABIT)]  # fmt: skip
    if "purchase" in kinds:
        keys.append(("intent:buy", Family.INTENT))
    if "cart" in kinds:
        keys.append(("intent:abandon", Family.INTENT))
    return [made(key, family, horizon) for key, family in keys]


def _attributes(reader: Reader, horizon: int) -> list[TagSpec]:
    specs = []
    everyone = int(reader.rows("SELECT count(*) FROM users")[0][0])
    for column in _label_columns(reader):
        values = reader.frame(
            f"SELECT {quote(column)} AS value, count(*) AS n FROM users WHERE {quote(column)} IS NOT NULL "
            "GROUP BY value ORDER BY value"
        )
        few, many = ATTRIBUTE_VALUES
        told = int(values["n"].sum())
        if told <= (1 - ATTRIBUTE_UNKNOWN) * everyone and few <= len(values) <= many \
                and values["n"].min() >= ATTRIBUTE_MINIMUM:
            specs += [
                made(f"attribute:{column}={value}", Family.ATTRIBUTE, horizon, f"{column}={value}")
                for value in values["value"]
            ]
    return specs


def _label_columns(reader: Reader) -> list[str]:
    columns = reader.frame("SELECT * FROM users LIMIT 0").columns
    return [name for name in columns if name != "user_id"]


def _behaviour_labels(done: pd.DataFrame) -> dict[str, pd.Series[float]]:
    active = done["events"] > 0
    return {
        "intent:buy": done["bought"].astype(float),
        "intent:abandon": done["abandoned"].astype(float),
        "lifecycle:quiet": (~active).astype(float),
        "lifecycle:regular": (done["days"] >= 3).astype(float),
        "habit:night": (done["night"] > 0.5).astype(float).where(active),
        "habit:weekend": (done["weekend"] > 0.5).astype(float).where(active),
    }


def _topic_labels(
    reader: Reader, found: pd.DataFrame, specs: list[TagSpec], tables: dict[str, pd.DataFrame], horizon: int
) -> None:
    interests = [spec for spec in specs if spec.family == Family.INTEREST]
    if not interests:
        return
    topics = pd.DataFrame({
        "topic": [spec.argument.removeprefix("title:") for spec in interests],
        "by_title": [spec.argument.startswith("title:") for spec in interests],
    })
    touched = reader.frame(_TOUCHED_TOPICS, {"horizon": horizon}, {**tables, "topics": topics})
    for spec in interests:
        hits = touched.loc[touched["topic"] == spec.argument.removeprefix("title:"), "ask_id"]
        found[spec.key] = found.index.isin(hits).astype(float)


def _attribute_labels(reader: Reader, found: pd.DataFrame, specs: list[TagSpec], asks: pd.DataFrame) -> None:
    attributes = [spec for spec in specs if spec.family == Family.ATTRIBUTE]
    if not attributes:
        return
    users = reader.frame("SELECT * FROM users").set_index("user_id")
    for spec in attributes:
        column, value = spec.argument.split("=", 1)
        given = users[column].reindex(asks["user_id"])
        found[spec.key] = (given == value).astype(float).where(given.notna()).to_numpy()
