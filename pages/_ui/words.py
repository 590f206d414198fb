"""Numbers, dates and events as a merchandiser would say them."""

import math
from datetime import datetime

import pandas as pd

from core import language
from core.language import Sayings, say, say_many
from core.schema import Event

NBSP = "\u00a0"
EVENT_NOUN = Sayings({
    Event.IMPRESSION: "Shown",
    Event.VIEW: "Views",
    Event.CLICK: "Clicks",
    Event.CART: "Added to cart",
    Event.FAVOURITE: "Favourites",
    Event.PURCHASE: "Purchases",
    Event.SEARCH: "Searches",
    Event.RATING: "Ratings",
    Event.REVIEW: "Reviews",
    Event.RETURN: "Returns",
})
#: What shoppers at a step of the funnel did.
STEP = Sayings({"view": "Looked at items", "cart": "Filled a cart", "purchase": "Bought"})
EVENT_VERB = Sayings({
    Event.IMPRESSION: "was shown",
    Event.VIEW: "viewed",
    Event.CLICK: "clicked",
    Event.CART: "put in the cart",
    Event.FAVOURITE: "saved as a favourite",
    Event.PURCHASE: "bought",
    Event.SEARCH: "searched for",
    Event.RATING: "rated",
    Event.REVIEW: "reviewed",
    Event.RETURN: "sent back",
})
EVENT_ICON = {
    Event.IMPRESSION: "visibility",
    Event.VIEW: "visibility",
    Event.CLICK: "ads_click",
    Event.CART: "shopping_cart",
    Event.FAVOURITE: "favorite",
    Event.PURCHASE: "shopping_bag",
    Event.SEARCH: "search",
    Event.RATING: "star",
    Event.REVIEW: "rate_review",
    Event.RETURN: "assignment_return",
}
SOURCE = Sayings({
    "popular": "popular now",
    "popular there": "popular in the segment",
    "history": "seen before",
    "repeat": "seen before",
    "category": "same category",
    "brand": "same brand",
    "bought_with": "often bought with their items",
    "copurchase": "often bought with their items",
    "words": "matches the search words",
    "meaning": "near in meaning to the search",
    "similar": "similar to what they did lately",
    "looks": "looks like what they did things with lately",
    "new": "new in the shop",
    "due": "due again",
    "unseen": "nobody met it before today",
    "searched": "fits what they searched for",
    "pinned": "pinned by a rule",
    "other": "the rest of the shelf",
})
#: Items of a kind.
KINDS = Sayings({"product": "products", "article": "articles", "video": "videos", "ad": "ads"})
_DEVICES = Sayings({"cpu": "the processor (CPU)", "mps": "the Apple GPU", "cuda": "the GPU"})


def noun(event_type: str) -> str:
    """``"purchase"`` → ``"Purchases"``; an unknown type is shown as it is."""
    return EVENT_NOUN.get(event_type, event_type.replace("_", " ").capitalize())  # type: ignore[call-overload]


def count(number: float) -> str:
    """``12345`` → ``"12,345"``."""
    return f"{number:,.0f}"


def verb(event_type: str) -> str:
    """``"purchase"`` → ``"bought"``; an unknown type is shown as it is."""
    return EVENT_VERB.get(event_type, event_type)  # type: ignore[call-overload]


def several(number: int, one: str, more: str) -> str:
    """``1`` → ``"1 shopper"``, ``1200`` → ``"1,200 shoppers"``."""
    return say("{count} {noun}", count=count(number), noun=say_many(number, one, more))


def percent(share: float | None) -> str:
    """``0.0834`` → ``"8.3 %"``, never broken over two lines; None or not a number → ``"–"``."""
    if share is None or math.isnan(share):
        return "–"
    shown = 100 * share
    if 0 < shown < 0.1:
        return say("under 0.1\u00a0%")
    if 99.9 < shown < 100:
        return say("over 99.9\u00a0%")
    return say("{share}\u00a0%", share=f"{shown:.1f}" if abs(shown) < 10 else f"{shown:.0f}")


def date(moment: datetime | None) -> str:
    """``"12 June 2026"``; None → ``"–"``."""
    return "–" if moment is None or pd.isna(moment) else language.day(moment)


def moment(when: datetime | None) -> str:
    """``"12 June 2026, 14:05"``; None → ``"–"``."""
    return "–" if when is None or pd.isna(when) else say("{date}, {time}", date=date(when), time=f"{when:%H:%M}")


def money(price: float | None) -> str:
    """``19.5`` → ``"19.50"``; the logs name no currency, so none is invented."""
    return "" if price is None or math.isnan(price) else f"{price:,.2f}"


def span(first: datetime | None, last: datetime | None) -> str:
    """``"3 April – 2 June 2026"``, the year said once when it is one."""
    if first is None or last is None:
        return "–"
    return language.span(first, last)


def of_ten(precision: float | None) -> str:
    """Precision in words: ``"right 7 times of 10"``."""
    if precision is None or math.isnan(precision):
        return say("how often that is right is not measured yet")
    return say("right {times} times of 10", times=round(10 * precision))


def right(precision: float | None, low: float | None, high: float | None, marked: int) -> str:
    """How often a tag is right by marks, and how sure that is: ``"right 7 times of 10 (between 40 % and 90 %, …)"``."""
    seen = several(marked, "marked shopper", "marked shoppers")
    return say("{how_often} (between {low} and {high}, by {seen} whom it was not told)",
               how_often=of_ten(precision), low=percent(low), high=percent(high), seen=seen)


def device(name: str) -> str:
    """Name of a torch device as a person knows it: ``"cpu"`` → ``"the processor (CPU)"``."""
    return _DEVICES.get(name.partition(":")[0], name)


def amount(value: object, kind: str, unit: str = "") -> str:
    """A cell of a facts or tags column in words; ``kind`` is number, text or probability."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if kind == "probability":
        return percent(float(str(value)))
    if kind == "text":
        return str(value)
    number = float(str(value))
    shown = count(number) if number == int(number) else f"{number:,.1f}"
    return f"{shown}{NBSP}{say(unit)}" if unit else shown


def source(name: str) -> str:
    """How an item was found: ``"bought_with"`` → ``"often bought with their items"``."""
    return SOURCE.get(name, name.replace("_", " "))


def text(value: object) -> str:
    """Text of a cell; a missing one is ``""``."""
    return "" if value is None or value is pd.NA or value != value else str(value)


def plain(text: object) -> str:
    """Text from the data, safe inside markdown: nothing in it is markup, a link or an image."""
    escaped = str(text)
    for sign in "\\`*_{}[]()<>#+-.!|~:$":
        escaped = escaped.replace(sign, f"\\{sign}")
    return escaped.replace("\n", " ")
