"""Events and facts in plain English, for people. The model reads the template's words instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.schema import Event
from core.text import phrases

Row = Mapping[str, Any]

#: Characters of a title, and of a search or review, that are said.
TITLE, QUOTE = 60, 40
#: A title's first part says enough when it has this many characters.
_ENOUGH = 12
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")

_DONE: dict[str, str] = {
    Event.VIEW: "viewed {}",
    Event.CLICK: "viewed {}",
    Event.CART: "put {} in the cart",
    Event.FAVOURITE: "liked {}",
    Event.PURCHASE: "bought {}",
    Event.RATING: "rated {}",
    Event.REVIEW: "reviewed {}",
    Event.RETURN: "returned {}",
}
#: Words of fit that say how often and when: "seen 3 times 2 days ago", "bought before  last week".
_DATED = re.compile(r"(category bought|bought before|seen|in cart)( (?:over )?\d+ times)? +(\S.*)")
_DID = {"category bought": "bought from this category", "bought before": "bought before", "seen": "seen before",
        "in cart": "put in the cart"}
_LEANS = {
    "never": "they never look at this {}",
    "a little": "they look at this {} a little",
    "some": "they look at this {} at times",
    "much": "they look at this {} a lot",
    "mostly": "they look at this {} most",
}
_PRICES = {
    "usual price": "in their usual price range",
    "much cheaper than usual": "much cheaper than usual for them",
    "cheaper than usual": "cheaper than usual for them",
    "dearer than usual": "dearer than usual for them",
    "much dearer than usual": "much dearer than usual for them",
}


def event(row: Row) -> str:
    """What was done, to what, how often and when: a clause that follows "they"."""
    if row["event_type"] == Event.SEARCH:
        said = f"searched for “{clean(row['query'], QUOTE)}”" if row["query"] else "searched"
    else:
        said = _DONE[row["event_type"]].format(_thing(row))
    if row["event_type"] in (Event.RATING, Event.REVIEW):
        said += _opinion(row)
    if row["count"] and row["count"] > 1:
        said += f" {phrases.times(row['count'])}"
    return f"{said}, {phrases.ago(row['age_seconds'])}"


def summary(row: Row) -> str:
    """A whole past in a few words: purchases and what they were mostly about."""
    bought = row["purchases"]
    parts = [f"{counted(bought, 'purchase')}, most recently {phrases.days_ago(row['bought_days'])}" if bought
             else f"no purchases, active on {counted(row['active_days'], 'day')}"]
    about = [phrases.leaf(name) for name in several(row["categories"])] or several(row["brands"])
    if about:
        parts.append(f"mostly {joined([clean(name, QUOTE) for name in dict.fromkeys(about)])}")
    return ", ".join(parts)


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
        return "this very item"
    if dated := _DATED.fullmatch(words):
        did, often, when = dated.groups("")
        return f"{_DID[did]}{often}, {when}"
    if field in ("together", "complement"):
        strength = re.split(r" (?:bought with|follows)", words)[0]
        if field == "together":
            return f"{strength} bought together with {'it' if known else 'something they bought'}"
        return f"{strength} follows {'such a purchase' if known else 'something they bought'}"
    if field == "price fit":
        return _PRICES.get(words, words)
    if field == "shown":
        often = words.removeprefix("shown ")
        return f"already shown {'once' if often == '1' else f'{often} times'} without a click"
    return _taste(words) if field == "taste" else words


def _taste(words: str) -> str:
    what, _, rest = words.partition(" ")
    if what in ("category", "brand"):
        return _LEANS.get(rest, "they look at this {}").format(what)
    if what == "style":
        return _LEANS[rest].format("style")
    if what == "likes":
        return f"they like {joined(rest.split())}"
    rate = "very often" if words.endswith("very often") else words.removesuffix(" clicked")
    return f"they {rate} click on this category"


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


def counted(n: float, thing: str) -> str:
    """A number of things: "1 purchase", "8 purchases"."""
    return f"{int(n):,} {thing}{'' if n == 1 else 's'}"


def joined(names: Sequence[str]) -> str:
    """List names: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def several(values: Iterable[str] | None) -> list[str]:
    """Return a list column's value, which may be missing, as a list."""
    return [] if values is None else list(values)


def _thing(row: Row) -> str:
    if row["title"]:
        return short_title(row["title"]) or f"item {clean(row['item_id'], TITLE)}"
    return f"item {clean(row['item_id'], TITLE)}" if row["item_id"] else "something"


def _opinion(row: Row) -> str:
    said = "" if row["value"] is None else f" {row['value']:g} of 5"
    return f"{said} (“{clean(row['text'], QUOTE)}”)" if row["text"] else said
