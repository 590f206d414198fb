"""What a shop's log holds, in the few tables that the Overview needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

import pandas as pd

from core.records import Overview, ShopInfo
from core.schema import Event
from core.store import health

if TYPE_CHECKING:
    from core.store.workspace import Reader

#: The way to a purchase; a step of which the shop logs nothing is left out.
FUNNEL = ("view", "cart", "purchase")

_COUNTS = """
SELECT event_type, CAST(sum(events) AS BIGINT) AS events FROM day_counts
GROUP BY event_type ORDER BY events DESC, event_type
"""

_SPAN = """
SELECT min(first_ts) AS first_ts, max(last_ts) AS last_ts, coalesce(sum(events), 0) AS events,
       (SELECT count(*) FROM items) AS items,
       (SELECT count(*) FROM shopper_facts) AS users,
       (SELECT count(*) FROM rejects) AS rejected,
       (SELECT coalesce(sum(duplicates), 0) FROM imports) AS duplicates,
       (SELECT coalesce(bool_or(generated), false) FROM shop) AS generated
FROM day_counts
"""

_DAILY = "SELECT CAST(day AS TIMESTAMP) AS day, event_type, events FROM day_counts ORDER BY day, event_type"

# Shoppers who took this step and every step before it.
_FUNNEL = """
SELECT coalesce(sum(shoppers) FILTER (view OR NOT $view), 0) AS view,
       coalesce(sum(shoppers) FILTER ((view OR NOT $view) AND (cart OR NOT $cart)), 0) AS cart,
       coalesce(sum(shoppers) FILTER ((view OR NOT $view) AND (cart OR NOT $cart) AND purchase), 0) AS purchase
FROM steps
"""

_CATEGORIES = "SELECT * FROM top_categories ORDER BY purchases DESC, shoppers DESC, category LIMIT $limit"
_SEARCHES = "SELECT * FROM top_searches ORDER BY searches DESC, query LIMIT $limit"


def info(reader: Reader, models: Sequence[str]) -> ShopInfo:
    """Return what the version holds, in numbers."""
    counts = reader.frame(_COUNTS)
    row = reader.frame(_SPAN).iloc[0]
    return ShopInfo(
        version=reader.version,
        events=int(row["events"]),
        items=int(row["items"]),
        users=int(row["users"]),
        event_types={str(kind): int(n) for kind, n in zip(counts["event_type"], counts["events"], strict=True)},
        first_ts=_moment(row["first_ts"]),
        last_ts=_moment(row["last_ts"]),
        rejected=int(row["rejected"]),
        duplicates=int(row["duplicates"]),
        models=list(models),
        generated=bool(row["generated"]),
    )


def overview(reader: Reader, about: ShopInfo, limit: int = 30) -> Overview:
    """Return everything that the Overview shows.

    Parameters
    ----------
    about
        What ``info`` said of the same version.
    limit
        Categories and searches to return at most.
    """
    types = about.event_types
    return Overview(
        info=about,
        daily=reader.frame(_DAILY),
        funnel=_funnel(reader, types),
        click_through=types.get(Event.CLICK, 0) / types[Event.IMPRESSION] if types.get(Event.IMPRESSION) else None,
        categories=reader.frame(_CATEGORIES, {"limit": limit}),
        searches=reader.frame(_SEARCHES, {"limit": limit}),
        health=health.notes(reader, about),
        thin_shoppers=health.thin(reader),
    )


def _funnel(reader: Reader, types: Mapping[str, int]) -> pd.DataFrame:
    logged = dict(types)
    has = {"view": bool(logged.get("view") or logged.get("click")), "cart": bool(logged.get("cart"))}
    steps = [step for step in FUNNEL if has.get(step, bool(logged.get(step)))]
    row = reader.frame(_FUNNEL, has).iloc[0]
    frame = pd.DataFrame({"step": steps, "shoppers": [int(row[step]) for step in steps]})
    frame["of_first"] = frame["shoppers"] / max(1, frame["shoppers"].iloc[0]) if steps else 0.0
    frame["of_previous"] = (frame["shoppers"] / frame["shoppers"].shift(1)).fillna(1.0) if steps else 0.0
    return frame


def _moment(value: pd.Timestamp) -> datetime | None:
    return None if pd.isna(value) else value.to_pydatetime()
