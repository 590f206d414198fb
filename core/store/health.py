"""Findings about a shop's log: what was found, what it means, what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from core.records import HealthNote, ShopInfo
from core.schema import Event
from core.store.examples import ROBOT_LOOKS, ROBOTS

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: Shoppers with fewer events say little.
THIN = 3
#: Days that a model needs at least: some to learn from, some to be judged on.
ENOUGH_DAYS = 28

_GAPS = """
WITH days AS (SELECT DISTINCT CAST(ts AS DATE) AS day FROM events),
steps AS (SELECT day, lag(day) OVER (ORDER BY day) AS before FROM days)
SELECT count(*) AS days, max(day) - min(day) + 1 AS span,
       coalesce(max(day - before) - 1, 0) AS longest, arg_max(before, day - before) AS since
FROM steps
"""

_REASONS = """
SELECT concat_ws(': ', column_name, reason) AS reason, count(*) AS n FROM rejects
GROUP BY 1 ORDER BY n DESC, 1 LIMIT 3
"""

_ROBOTS = f"SELECT count(*) AS robots FROM ({ROBOTS})"

_ITEMS = """
SELECT count(*) AS items, count(*) FILTER (coalesce(trim(title), '') = '') AS title,
       count(*) FILTER (coalesce(trim(category), '') = '') AS category,
       count(*) FILTER (price IS NULL AND coalesce(kind, 'product') = 'product'
                        AND item_id NOT IN (SELECT item_id FROM item_prices)) AS price
FROM items
"""

_THIN = "SELECT count(*) AS n FROM shopper_facts WHERE events < $thin"
_LATE = "SELECT count(*) AS n FROM events WHERE ts > $now"

#: Event types whose absence limits what can be predicted, and how.
_LIMITS: Mapping[str, tuple[str, str]] = {
    Event.IMPRESSION: (
        "What was shown is not logged",
        "Without impressions nobody knows what shoppers passed over, so the model learns from what they chose. "
        "Its chances are comparable with each other, but are no click-through rates. Log impressions to get those.",
    ),
    Event.PURCHASE: (
        "There are no purchases",
        "Who will buy cannot be predicted. Import orders as events of type purchase.",
    ),
    Event.CART: ("Carts are not logged", "Who will abandon a cart cannot be predicted."),
    Event.SEARCH: ("Searches are not logged", "What shoppers ask for in their own words is unknown to the model."),
}


def notes(reader: Reader, about: ShopInfo) -> list[HealthNote]:
    """Return the findings, in order of the questions that a person asks of a log."""
    found = [_span(reader), _rejected(reader, about), *_duplicates(about), *_robots(reader), *_thin(reader, about)]
    return [*found, *_items(reader), *_missing(about), *_late(reader, about)]


def thin(reader: Reader) -> int:
    """Return the number of shoppers with fewer than three events."""
    return int(_one(reader, _THIN, {"thin": THIN})["n"])


def _one(reader: Reader, sql: str, params: Mapping[str, Any] | None = None) -> Any:
    return reader.frame(sql, params).iloc[0]


def _span(reader: Reader) -> HealthNote:
    row = _one(reader, _GAPS)
    days, span, longest = int(row["days"]), int(row["span"]), int(row["longest"])
    if span < ENOUGH_DAYS:
        return HealthNote(
            "warn", f"Only {_days(span)} of log",
            f"A model needs some {ENOUGH_DAYS} days: most to learn from, the last ones to be judged on. Import more.",
        )
    if days == span:
        return HealthNote("good", f"{days} days without a gap", "Every day of the log has events.")
    since = f"{row['since'].day} {row['since']:%B %Y}"
    detail = f"The longest gap is {_days(longest)}, after {since}. If the shop was open, import what is missing."
    level = "warn" if longest > 14 else "note"
    return HealthNote(level, f"{_days(span - days)} of {span} without events", detail)


def _rejected(reader: Reader, about: ShopInfo) -> HealthNote:
    if not about.rejected:
        return HealthNote("good", "Every line could be read", "No line was rejected.")
    read = about.events + about.rejected + about.duplicates
    reasons = reader.rows(_REASONS)
    share = about.rejected / read
    most = "; ".join(f"{reason} ({n:,})" for reason, n in reasons)
    detail = f"{_share(share)} of what was read. Most often: {most}. The file of rejects lists every line."
    title = _said(about.rejected, "line was", "lines were") + " rejected"
    return HealthNote("warn" if share > 0.05 else "note", title, detail)


def _duplicates(about: ShopInfo) -> Iterator[HealthNote]:
    if about.duplicates:
        title = _said(about.duplicates, "line was there twice", "lines were there twice")
        yield HealthNote("note", title, "An event that is exactly the same as another counts once.")


def _robots(reader: Reader) -> Iterator[HealthNote]:
    robots = int(_one(reader, _ROBOTS)["robots"])
    if robots:
        title = _said(robots, "shopper looks like a robot", "shoppers look like robots")
        detail = f"More than {ROBOT_LOOKS} looks on one day without staying anywhere. No model learns from them."
        yield HealthNote("note", title, detail)


def _thin(reader: Reader, about: ShopInfo) -> Iterator[HealthNote]:
    few = thin(reader)
    if few > about.users / 2:
        title = f"{_share(few / about.users)} of shoppers have fewer than {THIN} events"
        yield HealthNote("warn", title, "Little can be said of them; import a longer log if there is one.")


def _items(reader: Reader) -> Iterator[HealthNote]:
    row = _one(reader, _ITEMS)
    means = {
        "title": "The model reads titles: it knows these items only by what was done with them.",
        "category": "They take part in no favourite category.",
        "price": "They are in no price band.",
    }
    for column, meaning in means.items():
        missing, items = int(row[column]), int(row["items"])
        if missing:
            serious = column == "title" and missing > items / 5
            title = f"{_said(missing, 'item has', 'items have')} no {column}"
            detail = f"{_share(missing / items)} of all items. {meaning}"
            yield HealthNote("warn" if serious else "note", title, detail)


def _missing(about: ShopInfo) -> Iterator[HealthNote]:
    for kind, (title, detail) in _LIMITS.items():
        if not about.event_types.get(kind):
            yield HealthNote("note", title, detail)


def _late(reader: Reader, about: ShopInfo) -> Iterator[HealthNote]:
    now = datetime.now(UTC).replace(tzinfo=None)
    if about.generated or about.last_ts is None or about.last_ts <= now:
        return
    late = int(_one(reader, _LATE, {"now": now})["n"])
    title = _said(late, "event lies", "events lie") + " in the future"
    yield HealthNote("warn", title, "Everything counts days to the last event. Check the clock or the date format.")


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count:,} days"


def _said(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


def _share(share: float) -> str:
    return f"{100 * share:.0f} %" if share >= 0.1 else f"{100 * share:.1f} %" if share >= 0.001 else "under 0.1 %"
