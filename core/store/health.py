"""Findings about a shop's log: what was found, what it means, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core import written
from core.language import day, say, say_many, to_say
from core.records import HealthNote, ShopInfo
from core.schema import Event
from core.store import noticed
from core.store.wording import days, share

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Shoppers with fewer events say little.
THIN = 3
#: Days that a model needs at least: some to learn from, some to be judged on.
ENOUGH_DAYS = 28

_GAPS = """
WITH days AS (SELECT DISTINCT day FROM day_counts),
steps AS (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM days)
SELECT count(*) AS days, max(day) - min(day) + 1 AS span,
       coalesce(max(day - before) - 1, 0) AS longest, arg_max(before, day - before) AS since
FROM steps
"""

_REASONS = """
SELECT concat_ws(': ', column_name, reason) AS reason, count(*) AS n FROM rejects
GROUP BY 1 ORDER BY n DESC, 1 LIMIT 3
"""

_ITEMS = """
SELECT count(*) AS items, count(*) FILTER (coalesce(trim(title), '') = '') AS title,
       count(*) FILTER (coalesce(trim(category), '') = '') AS category,
       count(*) FILTER (price IS NULL AND coalesce(kind, 'product') = 'product'
                        AND item_id NOT IN (SELECT item_id FROM item_usual WHERE price > 0)) AS price
FROM items
"""

_THIN = "SELECT count(*) AS n FROM shopper_facts WHERE events < $thin"
_LATE = "SELECT count(*) AS n FROM events WHERE ts > $now"

#: Event types whose absence limits what can be predicted, and how.
_LIMITS: Mapping[str, tuple[str, str]] = {
    Event.IMPRESSION: (
        to_say("What was shown is not logged"),
        to_say("Without impressions nobody knows what shoppers passed over, so the model learns from what they "
               "chose. Its chances are comparable with each other, but are no click-through rates. Log impressions "
               "to get those."),
    ),
    Event.PURCHASE: (
        to_say("Nothing was bought in this log"),
        to_say("Who will buy cannot be predicted. Import orders as events of type purchase."),
    ),
    Event.CART: (to_say("Carts are not logged"), to_say("Who will abandon a cart cannot be predicted.")),
    Event.SEARCH: (to_say("Searches are not logged"),
                   to_say("What shoppers ask for in their own words is unknown to the model.")),
}


#: What is missing of items, in words, one and more.
_LACKS = {
    "title": lambda n: say_many(n, "{number} item has no title", "{number} items have no title"),
    "category": lambda n: say_many(n, "{number} item has no category", "{number} items have no category"),
    "price": lambda n: say_many(n, "{number} item has no price", "{number} items have no price"),
}


def notes(reader: Reader, about: ShopInfo) -> list[HealthNote]:
    """Return the findings, what limits a model before what was mended."""
    read = [_span(reader), _rejected(reader, about), *_late(reader, about)]
    limits = [*_thin(reader, about), *_missing(about), *_items(reader)]
    return [*read, *limits, *noticed.notes(reader), *_duplicates(about)]


def thin(reader: Reader) -> int:
    """Return the number of shoppers with fewer than three events."""
    return int(_one(reader, _THIN, {"thin": THIN})["n"])


def _one(reader: Reader, sql: str, params: Mapping[str, Any] | None = None) -> Any:
    return reader.frame(sql, params).iloc[0]


def _span(reader: Reader) -> HealthNote:
    row = _one(reader, _GAPS)
    logged, span, longest = int(row["days"]), int(row["span"]), int(row["longest"])
    if span < ENOUGH_DAYS:
        return HealthNote(
            "warn", say("The log covers only {days}", days=days(span)),
            say("A model needs some {days} days: most to learn from, the last ones to be judged on. Import more.",
                days=ENOUGH_DAYS),
        )
    if logged == span:
        return HealthNote("good", say("The log has no gap in {days} days", days=logged),
                          say("Every day of the log has events."))
    detail = say("The longest gap is {longest}, after {since}. If the shop was open, import what is missing.",
                 longest=days(longest), since=day(row["since"]))
    level = "warn" if longest > 14 else "note"
    title = say_many(span - logged, "{number} of {all:,} days has no events", "{number} of {all:,} days have no events",
                     all=span)  # fmt: skip
    return HealthNote(level, title, detail)


def _rejected(reader: Reader, about: ShopInfo) -> HealthNote:
    if not about.rejected:
        return HealthNote("good", say("Every line could be read"), say("No line was rejected."))
    read = int(reader.rows("SELECT sum(lines_read) FROM imports")[0][0])
    reasons = reader.rows(_REASONS)
    most = say("; ").join(f"{written.reason(reason)} ({n:,})" for reason, n in reasons)
    part = share(about.rejected / read)
    detail = say("{part} of the lines that were read. Most often: {most}. The file of rejects lists every line.",
                 part=part, most=most)
    title = say_many(about.rejected, "{number} line was rejected", "{number} lines were rejected")
    return HealthNote("warn" if about.rejected > 0.05 * read else "note", title, detail)


def _duplicates(about: ShopInfo) -> Iterator[HealthNote]:
    if about.duplicates:
        title = say_many(about.duplicates, "{number} line was there twice", "{number} lines were there twice")
        yield HealthNote("note", title, say("An event that is exactly the same as another counts once."))


def _thin(reader: Reader, about: ShopInfo) -> Iterator[HealthNote]:
    few = thin(reader)
    if few > about.users / 2:
        title = say("{share} of shoppers have fewer than {least} events", share=share(few / about.users), least=THIN)
        yield HealthNote("warn", title, say("Little can be said of them; import a longer log if there is one."))
    elif few:
        title = say_many(few, "{number} shopper has too little history", "{number} shoppers have too little history")
        part = share(few / about.users)
        yield HealthNote("note", title,
                         say("They did fewer than {least} things, {share} of all shoppers: what is predicted of them "
                             "is mostly what is usual.", least=THIN, share=part))


def _items(reader: Reader) -> Iterator[HealthNote]:
    row = _one(reader, _ITEMS)
    means = {
        "title": to_say("The model reads titles: it knows these items only by what was done with them."),
        "category": to_say("They take part in no favourite category."),
        "price": to_say("They are in no price band."),
    }
    for column, meaning in means.items():
        missing, items = int(row[column]), int(row["items"])
        if missing:
            serious = column == "title" and missing > items / 5
            title = _LACKS[column](missing)
            detail = say("{share} of all items. {meaning}", share=share(missing / items), meaning=say(meaning))
            yield HealthNote("warn" if serious else "note", title, detail)


def _missing(about: ShopInfo) -> Iterator[HealthNote]:
    for kind, (title, detail) in _LIMITS.items():
        if not about.event_types.get(kind):
            yield HealthNote("note", say(title), say(detail))


def _late(reader: Reader, about: ShopInfo) -> Iterator[HealthNote]:
    now = datetime.now(UTC).replace(tzinfo=None)
    if about.generated or about.last_ts is None or about.last_ts <= now:
        return
    late = int(_one(reader, _LATE, {"now": now})["n"])
    title = say_many(late, "{number} event lies in the future", "{number} events lie in the future")
    yield HealthNote("warn", title,
                     say("Everything counts days to the last event. Check the clock or the date format."))
