"""A conversation as one line: what is said next changes the need that stands so far."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial

from core.language import say
from core.records import Part
from core.search.language import colours, languages, stop_words
from core.search.names import Names, within
from core.search.query import Query, understand

#: What a shopper says that changes the need by what was shown.
RELATIVE = frozenset({"cheaper", "dearer"})
_RESETS = {"any_price": ("price", "band"), "any_brand": ("brand",), "any_category": ("category",),
           "any_colour": ("colour",), "product": ("kind",)}  # fmt: skip
#: Bounds of which the need has one: saying another puts it in the place of the one before.
_ONE = ("price", "band", "brand", "category", "colour", "kind")

#: Prices above this are said without cents.
ROUND = 5.0


@dataclass(frozen=True)
class Turn:
    """What is asked for after something was said."""

    need: str
    alone: str  # what was said and what is still not wanted, if that may be a new need: it names something to look for
    notes: Sequence[str] = ()


def turned(need: str, said: str, names: Names, prices: Sequence[float]) -> Turn:
    """Return the need after something was said.

    Parameters
    ----------
    need
        What was asked for so far; "" at the beginning.
    prices
        Of the items that were shown last: cheaper is below their middle, dearer above it.
    """
    meant, rest = _meanings(" ".join(said.split()))
    need = "" if "anew" in meant else need
    notes: list[str] = []
    for what in (one for name in meant for one in _RESETS.get(name, ())):
        need = _without(need, names, partial(_is, what))
    for way in RELATIVE & meant:
        bound = _price(way, prices)
        rest = f"{rest} {bound}".strip()
        notes += [] if bound else [say("Nothing that was shown has a price to go by.")]
    query = understand(rest, names)
    parts = [part for part in query.parts if not need or part.text.lower() not in stop_words()]
    heard = " ".join(part.text for part in parts)
    kept = _yielding(need, query, names)
    named = bool(need) and any(kind_of(part) in ("word", "words", "category") for part in parts)
    barred = [part.text for part in understand(kept, names).parts if part.what == "not"]
    return Turn(f"{kept} {heard}".strip(), " ".join([heard, *barred]) if named else "", notes)


def wordless(need: str, names: Names) -> str:
    """Return a need without its plain words."""
    return _without(need, names, lambda part: part.what in ("word", "words"))


def kind_of(part: Part) -> str:
    """Return what a part is to a conversation: words of a colour are one."""
    return "colour" if part.what == "word" and colours(part.text) else part.what


def _meanings(said: str) -> tuple[set[str], str]:
    """Return what phrases mean that speak of what was shown or said before, and the text without them."""
    meant = set()
    for language in languages():
        for pattern, meaning in language.turns:
            if pattern.search(said):
                meant.add(meaning)
                said = " ".join(pattern.sub(" ", said).split())
    return meant, said


def _price(way: str, prices: Sequence[float]) -> str:
    if not prices:
        return ""
    middle, step = sorted(prices)[len(prices) // 2], 1.0 if min(prices) > ROUND else 0.01
    if way == "cheaper":
        return f"under {(math.ceil(middle / step) - 1) * step:.12g}"
    return f"over {(math.floor(middle / step) + 1) * step:.12g}"


def _yielding(need: str, query: Query, names: Names) -> str:
    """Return the need without what the next words stand in place of, or contradict."""
    before = understand(need, names)
    new = {kind_of(part) for part in query.parts} & {*_ONE}
    unwanted = {*query.no_brands, *query.no_categories, *(word.lower() for word in query.no_words)}
    again = {*query.words.lower().split()}
    need = _without(need, names, lambda part: kind_of(part) in new or part.text.lower() in again
                    or _contradicts(part, names, unwanted))  # fmt: skip
    if query.no_kinds:
        need = _without(need, names, partial(_is, "kind"))
    if _elsewhere(before.categories, query.categories):
        need = _without(need, names, lambda part: kind_of(part) in ("word", "words"))
    wanted = {*query.brands, *query.categories, *(word.lower() for word in query.words.split())}
    return _without(need, names, lambda part: part.what == "not" and _contradicts(part, names, wanted))


def _elsewhere(before: Sequence[str], after: Sequence[str]) -> bool:
    """Whether something else is wanted: categories that are neither in those before, nor around them."""
    return bool(before and after) and not any(within(path, before) for path in after) and not any(
        within(path, after) for path in before)  # fmt: skip


def _contradicts(part: Part, names: Names, meant: Collection[str]) -> bool:
    query = understand(part.text, names)
    own = {*query.brands, *query.categories, *query.no_brands, *query.no_categories,
           *(word.lower() for word in (*query.words.split(), *query.no_words))}  # fmt: skip
    return bool(own & set(meant))


def _is(what: str, part: Part) -> bool:
    return kind_of(part) == what


def _without(need: str, names: Names, gone: Callable[[Part], bool]) -> str:
    """Take parts away one by one, as each changes where the others stand."""
    while need:
        part = next((part for part in understand(need, names).parts if gone(part)), None)
        if part is None:
            break
        need = part.without
    return need
