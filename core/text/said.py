"""Events and facts in plain words, for people, in their language. The model reads the template's words instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from core.language import Sayings, listed, say, say_many
from core.schema import Event
from core.text import phrases

Row = Mapping[str, Any]

#: Characters of a title, and of a search or review, that are said.
TITLE, QUOTE = 60, 40
#: A title's first part says enough when it has this many characters.
_ENOUGH = 12
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")

_DONE = Sayings({
    Event.VIEW: "viewed {item}",
    Event.CLICK: "viewed {item}",
    Event.CART: "put {item} in the cart",
    Event.FAVOURITE: "liked {item}",
    Event.PURCHASE: "bought {item}",
    Event.RATING: "rated {item}",
    Event.REVIEW: "reviewed {item}",
    Event.RETURN: "returned {item}",
})
#: How long ago, as ``phrases.ago`` has it.
_AGO = Sayings({"just now": "just now", "today": "today", "yesterday": "yesterday", "last week": "last week",
                "over a year ago": "over a year ago"})  # fmt: skip
_SO_MANY_AGO = Sayings({"days": "{number} days ago", "weeks": "{number} weeks ago", "months": "{number} months ago"})
#: Words of fit that say how often and when: "seen 3 times 2 days ago", "bought before  last week".
_DATED = re.compile(r"(category bought|bought before|seen|in cart)(?: ((?:over )?\d+) times)? +(\S.*)")
_DID = Sayings({"category bought": "bought from this category", "bought before": "bought before",
                "seen": "seen before", "in cart": "put in the cart"})  # fmt: skip
_STRENGTH = Sayings({"sometimes": "sometimes", "often": "often", "very often": "very often",
                     "nearly always": "nearly always"})  # fmt: skip
#: What goes together with an item: the one that the history tells of, or another.
_TOGETHER = Sayings({
    ("together", True): "{often} bought together with it",
    ("together", False): "{often} bought together with something they bought",
    ("complement", True): "{often} follows such a purchase",
    ("complement", False): "{often} follows something they bought",
})
_THINGS = Sayings({"category": "category", "brand": "brand", "style": "style"})
_LEANS = Sayings({
    "never": "they never look at this {thing}",
    "a little": "they look at this {thing} a little",
    "some": "they look at this {thing} at times",
    "much": "they look at this {thing} a lot",
    "mostly": "they look at this {thing} most",
    "unknown": "they look at this {thing}",
})
_RATES = Sayings({
    "hardly ever clicked": "they hardly ever click on this category",
    "seldom clicked": "they seldom click on this category",
    "sometimes clicked": "they sometimes click on this category",
    "often clicked": "they often click on this category",
    "clicked very often": "they very often click on this category",
})
_PRICES = Sayings({
    "usual price": "in their usual price range",
    "much cheaper than usual": "much cheaper than usual for them",
    "cheaper than usual": "cheaper than usual for them",
    "dearer than usual": "dearer than usual for them",
    "much dearer than usual": "much dearer than usual for them",
})
#: What an item says of itself: before a name of the shop's data, and in words that the template makes.
_NAMED = Sayings({"brand": "by {name}", "photo": "its picture shows {name}", "place": "shown at {name}"})
_OWN = Sayings({
    "all": "matches their search", "part of": "partly matches their search",
    "budget": "budget price", "mid price": "mid price", "premium": "premium price",
    "unknown": "hardly anybody looks at it", "little known": "little known", "known": "known", "popular": "popular",
    "bestseller": "bestseller", "hardly ever clicked": "hardly ever clicked by shoppers",
    "seldom clicked": "seldom clicked by shoppers", "sometimes clicked": "sometimes clicked by shoppers",
    "often clicked": "often clicked by shoppers", "clicked very often": "clicked very often by shoppers",
})


def event(row: Row) -> str:
    """What was done, to what, how often and when: a clause that follows "they"."""
    if row["event_type"] == Event.SEARCH:
        said = say("searched for “{query}”", query=clean(row["query"], QUOTE)) if row["query"] else say("searched")
    else:
        said = _DONE[row["event_type"]].format(item=_thing(row))
    if row["event_type"] in (Event.RATING, Event.REVIEW):
        said += _opinion(row)
    if row["count"] and row["count"] > 1:
        said = _times(said, phrases.amount(row["count"]))
    return say("{event}, {ago}", event=said, ago=ago(phrases.ago(row["age_seconds"])))


def summary(row: Row) -> str:
    """A whole past in a few words: purchases and what they were mostly about."""
    if row["purchases"]:
        said = say_many(row["purchases"], "{number} purchase, most recently {ago}",
                        "{number} purchases, most recently {ago}", ago=ago(phrases.days_ago(row["bought_days"])))
    else:
        said = say_many(row["active_days"], "no purchases, active on {number} day",
                        "no purchases, active on {number} days")  # fmt: skip
    about = [phrases.leaf(name) for name in several(row["categories"])] or several(row["brands"])
    if about:
        names = listed([clean(name, QUOTE) for name in dict.fromkeys(about)])
        said = say("{past}, mostly {names}", past=said, names=names)
    return said


def own(field: str, words: str) -> str:
    """What an item says of itself, as a person would say it: ``"price", "budget"`` → ``"budget price"``."""
    return _NAMED[field].format(name=words) if field in _NAMED else _OWN.get(words, words)


def ago(words: str) -> str:
    """How long ago, from the words that the model reads: ``phrases.ago``."""
    if words in _AGO:
        return _AGO[words]
    number, unit = words.split()[:2]
    return _SO_MANY_AGO[unit].format(number=number)


def fact(field: str, words: str, own: bool, known: bool) -> str:
    """A word of fit as a person would say it.

    Parameters
    ----------
    field, words
        As the template writes them.
    own
        Whether the history tells of what was done with this very item.
    known
        Whether the history tells of the other item that is meant.
    """
    if own and field in ("repeat", "cart", "viewed", "liked", "returned"):
        return say("this very item")
    if dated := _DATED.fullmatch(words):
        did, often, when = dated.groups("")
        said = _times(_DID[did], often) if often else _DID[did]
        return say("{event}, {ago}", event=said, ago=ago(when))
    if field in ("together", "complement"):
        strength = re.split(r" (?:bought with|follows)", words)[0]
        return _TOGETHER[field, known].format(often=_STRENGTH[strength])
    if field == "price fit":
        return _PRICES.get(words, words)
    if field == "shown":
        often = words.removeprefix("shown ")
        said = say("already shown once without a click") if often == "1" else _times(say("already shown"), often)
        return said if often == "1" else say("{shown} without a click", shown=said)
    return _taste(words) if field == "taste" else words


def _taste(words: str) -> str:
    what, _, rest = words.partition(" ")
    if what in _THINGS:
        return _LEANS.get(rest, _LEANS["unknown"]).format(thing=_THINGS[what])
    return say("they like {words}", words=listed(rest.split())) if what == "likes" else _RATES[words]


def clean(text: str, longest: int) -> str:
    """Text without control characters, in one line, cut at a word to at most ``longest`` characters."""
    line = " ".join(_UNSEEN.sub(" ", text[: 4 * longest]).split())
    if len(line) <= longest:
        return line
    head = line[: longest - 2]
    return f"{head.rsplit(' ', 1)[0]} …"


def short_title(title: str) -> str:
    """Return a title's first part, up to a comma, and the next while that says too little.

    Examples
    --------
    >>> short_title("Norvale cushioned mesh running shoes, blue, size 42")
    'Norvale cushioned mesh running shoes'
    """
    parts = [part.strip() for part in clean(title, 4 * TITLE).split(",") if part.strip()]
    said = parts[0] if parts else ""
    for part in parts[1:]:
        if len(said) >= _ENOUGH:
            break
        said = f"{said}, {part}"
    return clean(said, TITLE)





def several(values: Iterable[str] | None) -> list[str]:
    """Return a list column's value, which may be missing, as a list."""
    return [] if values is None else list(values)


def _thing(row: Row) -> str:
    if title := short_title(row["title"] or ""):
        return title
    return say("item {id}", id=clean(row["item_id"], TITLE)) if row["item_id"] else say("something")


def _times(said: str, often: str) -> str:
    """What was done, and how often, which is more than once: ``"3"`` or ``"over 20"``."""
    if often.startswith("over "):
        return say("{event} over {number} times", event=said, number=often.removeprefix("over "))
    return say("{event} {number} times", event=said, number=often)


def _opinion(row: Row) -> str:
    said = "" if row["value"] is None else say(" {stars:g} of 5", stars=row["value"])
    return said + (say(" (“{words}”)", words=clean(row["text"], QUOTE)) if row["text"] else "")
