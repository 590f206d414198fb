"""The conditions in plain Python, one shopper and one event at a time: slow, written from their description alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from core.conditions import Deed, Did, Group, InSegment, Listed, Node, Since, Then, Window
from core.records import Condition


@dataclass
class Shop:
    """A shop as plain lists; ``known`` has of every shopper what is counted, said or predicted of her, or None."""

    known: dict[str, dict[str, Any]]
    events: list[dict[str, Any]]
    items: dict[str, dict[str, Any]]

    @property
    def last(self) -> datetime:
        return max(event["ts"] for event in self.events)


def meets(shop: Shop, user: str, node: Node) -> bool:
    """Whether a shopper meets a tree."""
    if isinstance(node, Group):
        found = [meets(shop, user, part) for part in node.parts]
        return {"all": all(found), "any": any(found), "none": not any(found)}[node.how]
    if isinstance(node, InSegment):
        return meets(shop, user, node.of)
    if isinstance(node, Listed):
        return user in node.ids
    if isinstance(node, Condition):
        value = shop.known[user][node.column]
        return False if value is None else value in node.value if node.op == "in" else fits(value, node.op, node.value)
    if isinstance(node, Did):
        done = [e for e in deeds(shop, user, node.deed) if inside(shop, e, node.window)]
        return fits(amount(shop, done, node.measure), node.op, node.value)
    if isinstance(node, Since):
        done = [event["ts"] for event in deeds(shop, user, node.deed)]
        return bool(done) and fits((shop.last.date() - max(done).date()).days, node.op, node.value)
    return any(follows(shop, user, event, node) for event in deeds(shop, user, node.first)
               if inside(shop, event, node.window))


def fits(have: float, op: str, want: Any) -> bool:
    """Whether a number compares so."""
    if op == "between":
        return want[0] <= have <= want[1]
    return {">=": have >= want, "<=": have <= want, "==": have == want}[op]


def deeds(shop: Shop, user: str, deed: Deed) -> list[dict[str, Any]]:
    """What a shopper did of this kind."""
    return [e for e in shop.events if e["user_id"] == user and named(e, deed) and about(shop, e, deed)]


def named(event: dict[str, Any], deed: Deed) -> bool:
    """Whether an event is of the deed's type."""
    return event["event_type"] != "impression" if deed.event == "any" else event["event_type"] == deed.event


def about(shop: Shop, event: dict[str, Any], deed: Deed) -> bool:
    """Whether an event is of what the deed is about."""
    item = shop.items.get(event["item_id"]) or {}
    category, brand, title = item.get("category"), item.get("brand"), item.get("title")
    if deed.categories and not any(category == c or (category or "").startswith(c + " > ") for c in deed.categories):
        return False
    if deed.brands and brand not in deed.brands or deed.items and event["item_id"] not in deed.items:
        return False
    if deed.query and (event["query"] or "").strip().lower() != deed.query.strip().lower():
        return False
    named = " ".join(text for text in (title, category, brand) if text)
    texts = {"search": [event["query"]], "any": [named, event["query"]]}.get(deed.event, [title])
    if deed.words and not any(said(text, deed.words) for text in texts):
        return False
    if deed.price == (None, None):
        return True
    price = cost(shop, event)
    low, high = deed.price
    return price is not None and (low is None or price >= low) and (high is None or price <= high)


def said(text: str | None, words: str) -> bool:
    """Whether a text has all words."""
    return text is not None and all(word in text.lower() for word in words.lower().split())


def cost(shop: Shop, event: dict[str, Any]) -> float | None:
    """What an event's item cost: as logged, or else as in the catalogue."""
    return event["price"] if event["price"] is not None else (shop.items.get(event["item_id"]) or {}).get("price")


def amount(shop: Shop, done: list[dict[str, Any]], measure: str) -> float:
    """How much was done."""
    if measure == "money":
        costs = [(cost(shop, e), abs(1 if e["quantity"] is None else e["quantity"])) for e in done]
        return sum(price * pieces for price, pieces in costs if price is not None)
    if measure == "days":
        return len({event["ts"].date() for event in done})
    if measure == "items":
        return len({event["item_id"] for event in done} - {None})
    return len(done)


def inside(shop: Shop, event: dict[str, Any], window: Window) -> bool:
    """Whether an event lies in a window; times are those of the shop's clocks."""
    if window.weekdays and event["ts"].isoweekday() not in window.weekdays:
        return False
    if window.hours:
        begin, end = window.hours
        during = range(begin, end) if begin < end else [*range(begin, 24), *range(end)]
        if event["ts"].hour not in during:
            return False
    if window.last is not None:
        return event["ts"] >= shop.last + timedelta(seconds=1) - timedelta(days=window.last)
    first, last = window.first_day or date.min, window.last_day or date.max
    return datetime.combine(first, time()).date() <= event["ts"].date() <= last


def follows(shop: Shop, user: str, event: dict[str, Any], node: Then) -> bool:
    """Whether an event was, or was not, followed by the other deed."""
    end = event["ts"] + timedelta(days=node.within)
    mine = shared(shop, event, node.same)
    if node.same and mine is None:
        return False
    found = any(
        event["ts"] < later["ts"] <= end and (not node.same or shared(shop, later, node.same) == mine)
        for later in deeds(shop, user, node.then)
    )
    return found if node.happened else not found and end <= shop.last


def shared(shop: Shop, event: dict[str, Any], same: str) -> str | None:
    """What two deeds must have in common."""
    if same == "item":
        return event["item_id"]
    category = (shop.items.get(event["item_id"]) or {}).get("category")
    return None if category is None else category.split(" > ")[0]
