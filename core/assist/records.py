"""What the assistant answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.records import Hit, Part

#: Where a text names an item that is offered: "[1]" is the first.
PLACE = re.compile(r"\[(\d+)\]")


@dataclass(frozen=True)
class Offer:
    """An item that is offered, and why."""

    hit: Hit
    reasons: Sequence[str]  # what in the search, in the item's own data, or in the model's prediction speaks for it
    lacks: Sequence[str] = ()  # words of the need that the item does not have
    personal: str = ""  # what speaks for it for the shopper, by the model


@dataclass(frozen=True)
class Choice:
    """A way to go on that leads to something."""

    what: str  # price | brand | category | colour | kind
    label: str
    said: str  # what to say for it
    count: int  # items that it leads to


@dataclass(frozen=True)
class Reply:
    """An answer of the assistant. ``text`` and ``phrased`` name items by their place: "[1]" is the first offer."""

    said: str
    need: str  # all that is asked for by now, in a line that can be said instead of all before it
    parts: Sequence[Part]  # the same as it was understood
    notes: Sequence[str]  # sentences: what was let go of or read otherwise, whether it is a new need
    text: str  # the answer in ShopperLens's own words
    offers: Sequence[Offer]
    choices: Sequence[Choice]
    matching: int  # items that are what is asked for; the nearest in meaning where none has its words
    user_id: str | None = None  # for whom they are ordered
    model: str | None = None  # that ordered them
    phrased: str | None = None  # the answer in the words of a language model, checked
    phrased_by: str = ""  # which one
    unphrased: str = ""  # why there is none, where one was asked


def named(
    text: str, offers: Sequence[Offer], title: Callable[[str], str] = str, rest: Callable[[str], str] = str
) -> str:
    """Put the titles of the offers in their places; ``title`` and ``rest`` make of each piece what is shown."""
    pieces = PLACE.split(text)  # text, place, text, place … text
    for at in range(1, len(pieces), 2):
        place = int(pieces[at])
        known = 1 <= place <= len(offers)
        pieces[at] = title(offers[place - 1].hit.title) if known else rest(f"[{pieces[at]}]")
    pieces[::2] = map(rest, pieces[::2])
    return "".join(pieces)
