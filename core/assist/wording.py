"""The answer in ShopperLens's own words; items are named by their place: "[1]" is the first."""

from __future__ import annotations

from collections.abc import Sequence

from core.assist.records import Offer
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
    asked = ", ".join(part.label for part in parts)
    if not offers:
        return f"Nothing matches {asked}. Say it in other words, or take a part of it away."
    if not exact:
        return f"No item is all of {asked}. What comes nearest: {_listed(len(offers))}."
    many = "One item matches" if matching == 1 else f"{matching:,} items match"
    if len(offers) == 1:
        return f"{many} {asked}: [1]."
    return f"{many} {asked}. [1] fits best, then {_listed(len(offers), 2)}."


def _listed(last: int, first: int = 1) -> str:
    places = [f"[{place}]" for place in range(first, last + 1)]
    return places[0] if len(places) == 1 else f"{', '.join(places[:-1])} and {places[-1]}"
