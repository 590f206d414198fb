"""Finding shoppers and items, and looking one of them up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import pandas as pd

from core.conditions import ANYTHING, Deed, Did
from core.schema import ITEM_COLUMNS, OTHER
from core.store import deed_sql, totals
from core.store.connect import quote
from core.store.facts import facts_of
from core.written import aside

if TYPE_CHECKING:
    from core.store.workspace import Reader

_SHOPPERS = """
SELECT user_id, {bought} AS purchases, {events} AS events FROM shopper_facts
WHERE $text = '' OR contains(lower(user_id), lower($text))
ORDER BY lower(user_id) <> lower($text), ln(1 + {events}) * {weight} DESC, user_id LIMIT $limit
"""

_ITEMS = """
WITH sold AS (SELECT item_id, max(score) AS score FROM item_days GROUP BY item_id),
found AS (
    SELECT items.item_id, coalesce(items.title, items.item_id) AS title, coalesce(sold.score, 0) AS score,
           lower(concat_ws(' ', items.title, items.item_id)) AS words
    FROM items LEFT JOIN sold USING (item_id)
)
SELECT item_id, title FROM found
WHERE len(list_filter($words, lambda word: NOT contains(found.words, word))) = 0
ORDER BY lower(item_id) = lower($text) DESC, score DESC, item_id LIMIT $limit
"""

_DETAILS = """
SELECT wanted.item_id, items.title, items.category, items.brand, coalesce(items.kind, 'product') AS kind,
       coalesce(last.price, items.price) AS price
FROM wanted JOIN items USING (item_id)
LEFT JOIN (SELECT item_id, arg_max(price, day) AS price FROM item_prices GROUP BY item_id) AS last USING (item_id)
"""

_WANTED = """
SELECT item_id FROM items LEFT JOIN (SELECT item_id, max(score) AS score FROM item_days GROUP BY item_id) AS sold
    USING (item_id)
WHERE category = $category OR starts_with(category, $category || ' > ')
ORDER BY coalesce(sold.score, 0) DESC, item_id LIMIT $limit
"""


def find_shoppers(reader: Reader, text: str, limit: int = 20) -> pd.DataFrame:
    """Find shoppers by a part of their id: ``user_id, purchases, events``; for no text, those who do and buy most."""
    have = {fact.key for fact in facts_of(reader)}
    bought = "purchases" if "purchases" in have else "0"
    sql = _SHOPPERS.format(
        bought=bought, events="events" if "events" in have else "0", weight=bought if bought != "0" else "1"
    )
    return reader.frame(sql, {"text": text.strip(), "limit": limit})


def shoppers_who(reader: Reader, text: str, limit: int = 20) -> pd.DataFrame:
    """Find shoppers by words of what they did, see ``conditions.Deed``: ``user_id, times``, most often first.

    Of a long log only the newest days are looked through, see ``searched_since``.
    """
    if not text.strip():
        return pd.DataFrame({"user_id": pd.Series(dtype=str), "times": pd.Series(dtype=int)})
    did = deed_sql.written(Did(Deed(ANYTHING, words=text)), "found", deed_sql.clock(reader))
    sql = f"""WITH {', '.join(['events AS (FROM recent_deeds)', *did.tables])}
              SELECT user_id, much AS times FROM found WHERE {did.expression}
              ORDER BY times DESC, user_id LIMIT $limit"""
    return reader.frame(sql, {**did.params, "limit": limit})


def searched_since(reader: Reader) -> date | None:
    """Return the day from which on words of what shoppers did are looked for; None where it is all of the log."""
    day, _, whole = reader.rows(totals.SINCE, {"most": totals.RECENT})[0]
    return None if whole else day


def done_before(reader: Reader, user_id: str, moments: Sequence[datetime]) -> list[tuple[datetime, int]]:
    """Return how much a shopper had done before each moment; what was merely shown does not count."""
    sql = """SELECT moment, (SELECT count(*) FROM events WHERE user_id = $user AND event_type <> 'impression'
                             AND ts < moment) AS events
             FROM (SELECT unnest(CAST($moments AS TIMESTAMP[])) AS moment) ORDER BY moment"""
    return [(when, int(events)) for when, events in reader.rows(sql, {"user": user_id, "moments": list(moments)})]


def find_items(reader: Reader, text: str, limit: int = 20) -> pd.DataFrame:
    """Find items by words of their title or id: ``item_id, title``; what is most wanted comes first."""
    return reader.frame(_ITEMS, {"words": text.lower().split(), "text": text.strip(), "limit": limit})


def wanted_in(reader: Reader, category: str, limit: int) -> list[str]:
    """Return the ids of the items of a category, narrower ones included, that are most wanted."""
    return [str(row[0]) for row in reader.rows(_WANTED, {"category": category, "limit": limit})]


def details(reader: Reader, item_ids: Iterable[str]) -> pd.DataFrame:
    """Return ``title, category, brand, kind, price`` of items, indexed by ``item_id``; unknown ones have no row."""
    wanted = pd.DataFrame({"item_id": pd.Series(list(dict.fromkeys(item_ids)), dtype=str)})
    return reader.frame(_DETAILS, None, {"wanted": wanted}).set_index("item_id")


def numbered(reader: Reader) -> list[str]:
    """Return the columns of numbers that the file of items brought along, such as stock or margin, as it calls them."""
    own = _brought_along(reader)
    if not own:
        return []
    held = ", ".join(f"bool_and(TRY_CAST({quote(name)} AS DOUBLE) IS NOT NULL) FILTER ({quote(name)} IS NOT NULL)"
                     for name in own.values())
    return [name for name, numbers in zip(own, reader.rows(f"SELECT {held} FROM items")[0], strict=True) if numbers]


def numbers(reader: Reader, item_ids: Iterable[str], columns: Sequence[str]) -> dict[str, dict[str, float]]:
    """Return what items have in columns of numbers, those that have any: ``{item_id: {column: number}}``."""
    wanted = pd.DataFrame({"item_id": pd.Series(list(dict.fromkeys(item_ids)), dtype=str)})
    own = _brought_along(reader)
    read = ", ".join(f"TRY_CAST({quote(own[name])} AS DOUBLE) AS {quote(name)}" for name in columns)
    found = reader.frame(f"SELECT item_id, {read} FROM wanted JOIN items USING (item_id)", None, {"wanted": wanted})
    rows = found.set_index("item_id").to_dict("index").items()
    return {str(item): {str(name): value for name, value in row.items() if pd.notna(value)} for item, row in rows}


def _brought_along(reader: Reader) -> dict[str, str]:
    """Columns of items that are none of ours: what their file calls them → what they are called here."""
    named = (str(name) for (name,) in reader.rows("SELECT column_name FROM (DESCRIBE items)"))
    return {name.removeprefix(OTHER): name for name in named if name not in ITEM_COLUMNS}


def titles(reader: Reader, limit: int) -> list[str]:
    """Return titles of items, the same random ``limit`` of them each time."""
    sql = "SELECT title FROM items WHERE trim(title) <> '' ORDER BY hash(item_id), item_id LIMIT $limit"
    return [str(row[0]) for row in reader.rows(sql, {"limit": limit})]


def set_aside(reader: Reader, user_id: str) -> str:
    """Return why a shopper is set aside as a robot or a test account; "" for everybody else."""
    found = reader.rows("SELECT why FROM shopper_flags WHERE user_id = $user", {"user": user_id})
    return aside(str(found[0][0])) if found else ""


def known_shoppers(reader: Reader, user_ids: Iterable[str]) -> set[str]:
    """Return those of these ids that are shoppers here."""
    wanted = pd.DataFrame({"user_id": pd.Series(list(dict.fromkeys(user_ids)), dtype=str)})
    found = reader.frame("SELECT user_id FROM wanted JOIN shopper_facts USING (user_id)", None, {"wanted": wanted})
    return set(found["user_id"])


def known_items(reader: Reader, item_ids: Iterable[str]) -> set[str]:
    """Return those of these ids that are items here."""
    return set(details(reader, item_ids).index)


def shopper_ids(reader: Reader) -> list[str]:
    """Return the ids of all shoppers, in order."""
    return [str(row[0]) for row in reader.rows("SELECT user_id FROM shopper_facts ORDER BY user_id")]


def log_end(reader: Reader) -> datetime:
    """Return the moment just after the last event: what "now" means for this log."""
    last: datetime = reader.rows("SELECT max(ts) FROM events")[0][0]
    return last + timedelta(seconds=1)
