"""Which items keep to the bounds of a search, and which bounds have to be let go of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from core.language import Sayings, say
from core.schema import CATEGORY_SEPARATOR, Kind
from core.search.language import BANDS
from core.search.names import within
from core.search.query import Query, price_said

if TYPE_CHECKING:
    import pandas as pd

Mask = NDArray[np.bool_]
#: Items have the words of a search when they do so at least this well, beside the best one of the shop.
WELL = 0.5
#: Bounds in the order in which they are let go of.
ORDER = ("band", "price", "colour", "brand", "category", "kind")
_NO_BAND = Sayings({
    "budget": "Nothing that matches is in the budget price band, so other prices are shown.",
    "mid": "Nothing that matches is in the mid price band, so other prices are shown.",
    "premium": "Nothing that matches is in the premium price band, so other prices are shown.",
})
_NO_KIND = Sayings({
    Kind.PRODUCT: "There is no product that matches, so everything is shown.",
    Kind.ARTICLE: "There is no article that matches, so everything is shown.",
    Kind.VIDEO: "There is no video that matches, so everything is shown.",
    Kind.AD: "There is no ad that matches, so everything is shown.",
})


@dataclass(frozen=True)
class Kept:
    """Items that a search is about, and what was let go of."""

    allowed: Mask
    having: Mask  # of these, those that have the words
    well: Mask  # of these, those that have them well
    gone: Sequence[str]  # bounds that were let go of
    notes: Sequence[str]  # the same in sentences


def keep(
    query: Query, shelf: pd.DataFrame, worth: NDArray[np.float64], kinds: Sequence[str], barred: Mask | None = None,
    coloured: Mask | None = None,
) -> Kept:
    """Keep to the bounds of a search as far as something is left that has its words.

    A price bounds nothing where items of the kind that is asked for have none, as articles and videos do.

    Parameters
    ----------
    shelf
        ``category, brand, kind, price, band`` of every item.
    worth
        How well each item has the plain words of the search; all 0 where it has none.
    kinds
        Kinds of item that are shown where the search names none.
    barred
        Items that have a word that is not wanted; what is not wanted is never let in.
    coloured
        Items of the colours that are named, where these bound the search.
    """
    bounds = dict(_bounds(query, shelf, coloured))
    free = np.ones(len(shelf), dtype=bool) if "kind" in bounds else shelf["kind"].isin(kinds).to_numpy(dtype=bool)
    free = free & _wanted(query, shelf, barred)
    best = float(worth[free].max(initial=0.0))
    well = worth >= WELL * best if best > 0 else np.ones(len(shelf), dtype=bool)
    for gone in (gone for size in range(len(bounds) + 1) for gone in combinations(bounds, size)):
        allowed = free & _all(mask for name, mask in bounds.items() if name not in gone)
        if (allowed & well).any() or len(gone) == len(bounds):
            having = allowed & (worth > 0) if query.words else allowed
            notes = [_note(name, query, shelf[allowed & well]) for name in gone]
            return Kept(allowed, having, having & well, gone, notes)
    raise AssertionError("letting go of every bound ends the search")


def _bounds(query: Query, shelf: pd.DataFrame, coloured: Mask | None) -> Iterator[tuple[str, Mask]]:
    """Yield each bound with the items that keep to it, the first to be let go of first."""
    price = shelf["price"].to_numpy(dtype=float, na_value=np.nan)
    low, high = query.low, query.high
    kind = None if query.kind is None else shelf["kind"].eq(query.kind).to_numpy(dtype=bool)
    fits = (price >= (-np.inf if low is None else low)) & (price <= (np.inf if high is None else high))
    if kind is not None and np.isnan(price[kind]).all():
        fits |= kind
    masks: Mapping[str, Any] = {
        "band": None if query.band is None else shelf["band"].eq(query.band).fillna(False),
        "price": None if low is None and high is None else fits,
        "colour": coloured,
        "brand": shelf["brand"].isin(query.brands) if query.brands else None,
        "category": _in(shelf, query.categories) if query.categories else None,
        "kind": kind,
    }
    yield from ((name, np.asarray(masks[name], dtype=bool)) for name in ORDER if masks[name] is not None)


def _wanted(query: Query, shelf: pd.DataFrame, barred: Mask | None) -> Mask:
    wanted = np.ones(len(shelf), dtype=bool) if barred is None else ~barred
    for names, column in ((query.no_brands, "brand"), (query.no_kinds, "kind")):
        if names:
            wanted = wanted & ~shelf[column].isin(names).to_numpy(dtype=bool)
    return wanted & ~_in(shelf, query.no_categories) if query.no_categories else wanted


def _in(shelf: pd.DataFrame, paths: Sequence[str]) -> Mask:
    """Which items lie in these categories, or below them."""
    wanted = {one: within(one, paths) for one in shelf["category"].unique()}
    return np.asarray(shelf["category"].map(wanted), dtype=bool)


def _all(masks: Iterator[Mask]) -> Any:
    found: Any = True
    for mask in masks:
        found = found & mask
    return found


def _note(name: str, query: Query, left: pd.DataFrame) -> str:
    """Say what was let go of; ``left`` is what is found so."""
    if name == "price":
        asked = price_said(query.low, query.high)
        said = say("Nothing that matches costs {price}, so other prices are shown.", price=asked)
        return said + _nearest(query, left)
    if name == "band":
        return _NO_BAND[BANDS[query.band or 0]]
    if name == "colour":
        return say("Nothing that matches is {colours}, so other colours are shown.", colours=_or(query.colours))
    if name == "brand":
        return say("Nothing of {brands} matches, so other brands are shown.", brands=_or(query.brands))
    if name == "category":
        leaves = dict.fromkeys(path.split(CATEGORY_SEPARATOR)[-1] for path in query.categories)
        return say("Nothing in {leaves} matches, so other categories are shown.", leaves=_or(list(leaves)))
    return _NO_KIND[Kind(str(query.kind))]


def _nearest(query: Query, left: pd.DataFrame) -> str:
    prices = left["price"].dropna()
    if not prices.empty and query.high is not None and prices.min() > query.high:
        return say(" The cheapest is {price}.", price=f"{prices.min():,.2f}")
    if not prices.empty and query.low is not None and prices.max() < query.low:
        return say(" The dearest is {price}.", price=f"{prices.max():,.2f}")
    return ""


def _or(names: Sequence[str]) -> str:
    return " or ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
