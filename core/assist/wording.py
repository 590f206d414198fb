"""The answer in ShopperLens's own words; items are named by their place: "[1]" is the first."""

from __future__ import annotations

from collections.abc import Sequence

from core.assist.records import Offer
from core.language import listed, say
from core.search.query import Query

_ORDER = ("word", "words", "category", "kind", "brand", "band", "price", "not")


def answer(query: Query, offers: Sequence[Offer], matching: int, exact: bool) -> str:
    """Return the answer.

    Parameters
    ----------
    matching
        Items that match.
    exact
        Whether they are all that was asked for; else they are what comes nearest.
    """
    parts = sorted(query.parts, key=lambda part: _ORDER.index(part.what))
    asked = say(", ").join(part.label for part in parts)
    if not offers:
        return say("Nothing matches {asked}. Say it in other words, or take a part of it away.", asked=asked)
    if not exact:
        return say("No item is all of {asked}. What comes nearest: {items}.", asked=asked, items=_places(len(offers)))
    many = (say("One item matches {asked}", asked=asked) if matching == 1
            else say("{number} items match {asked}", number=f"{matching:,}", asked=asked))  # fmt: skip
    if len(offers) == 1:
        return say("{matching}: [1].", matching=many)
    return say("{matching}. [1] fits best, then {items}.", matching=many, items=_places(len(offers), 2))


def _places(last: int, first: int = 1) -> str:
    return listed([f"[{place}]" for place in range(first, last + 1)])
