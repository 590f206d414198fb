"""Rows as ``core.store.history`` gives them, made by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

AS_OF = datetime(2026, 6, 30, 12)
HOUR, DAY = 3600, 86_400

SHOES = {"item_id": "s1", "title": "Norvale cushioned mesh running shoes, blue, size 42",
         "category": "Shoes > Running shoes", "brand": "Norvale", "band": 1.0, "price": 95.0}
TENT = {"item_id": "t1", "title": "Waterproof tent", "category": "Outdoor > Tents", "brand": "Tamsin", "band": 2.0,
        "price": 210.0}


def event(kind: str, age: float = 2 * DAY, count: float = 1, **more: Any) -> dict[str, Any]:
    empty = dict.fromkeys(("item_id", "query", "text", "value", "title", "category", "brand", "price", "band"))
    return {**empty, "event_type": kind, "count": count, "age_seconds": age,
            "ts": AS_OF - timedelta(seconds=age), **more}


def search(query: str, age: float = HOUR) -> dict[str, Any]:
    return event("search", age, query=query)


def summary(**more: Any) -> dict[str, Any]:
    row: dict[str, Any] = {
        "purchases": 8, "bought_days": 1, "active_days": 12, "last_days": 0, "first_days": 50, "shows": 0, "clicks": 0,
        "night": 0.0, "weekend": 0.0, "returns": 0, "categories": ["Shoes > Running shoes", "Outdoor > Tents"],
        "active_7": 1, "active_28": 4, "recent": ["Outdoor > Tents"], "brands": ["Norvale"],
    }
    return row | more


def fit(item: dict[str, Any] = SHOES, **more: Any) -> dict[str, Any]:
    none = dict.fromkeys((
        "bought_age", "carted_age", "viewed_age", "liked_age", "partner", "partner_sum", "complement_item",
        "complement_strength", "usual_band", "pop_clicks", "pop_shows", "category_bought_age", "category_item"))
    zero = dict.fromkeys(("bought", "viewed", "clicked", "shown", "all_weight", "category_weight", "brand_weight",
                          "category_shown", "category_clicked", "popularity_level", "category_bought"), 0)
    return {**none, **zero, "returned": False, **item, **more}
