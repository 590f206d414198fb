"""How to go on: bounds that what matches falls into, each counted by asking for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from core.assist.records import Choice
from core.assist.turns import kind_of
from core.language import say, to_say
from core.schema import CATEGORY_SEPARATOR, Kind
from core.search.query import Query, price_said

if TYPE_CHECKING:
    from core.search.searcher import Looked

#: Choices of one kind at most, and items below which nothing has to be narrowed.
MOST, FEW = 4, 3
#: Kinds of item: what they are called, and what is said to ask for them.
_KINDS = {Kind.PRODUCT: (to_say("Products"), "products"), Kind.ARTICLE: (to_say("Articles"), "articles"),
          Kind.VIDEO: (to_say("Videos"), "videos"), Kind.AD: (to_say("Ads"), "ads")}  # fmt: skip
Ask = Callable[[str], tuple[int, bool]]


def choices(
    query: Query, looked: Looked, coloured: pd.DataFrame, kinds: Sequence[str], ask: Ask
) -> list[Choice]:
    """Return choices that leave some of what matches, but not all; for other kinds of item, those that lead to any.

    Parameters
    ----------
    coloured
        Which items are of which colour.
    kinds
        Kinds of item that are shown when none is asked for.
    ask
        Says how many items match after something was said, and whether they keep to all that is asked.
    """
    rows = np.flatnonzero(looked.matching)
    found = looked.shelf.iloc[rows]
    asked = {kind_of(part) for part in query.parts}
    narrowing = [*_prices(found, query), *_brands(found, asked), *_categories(found, query.categories),
                 *_colours(coloured.iloc[rows], asked)] if len(rows) > FEW else []  # fmt: skip
    chosen: list[Choice] = []
    for what, label, said in [*narrowing, *_kinds(looked.shelf, query.kind, kinds)]:
        count, kept = ask(said)
        if kept and count and (what == "kind" or count < len(rows)):
            chosen.append(Choice(what, label, said, count))
    return chosen


Option = tuple[str, str, str]


def _prices(found: pd.DataFrame, query: Query) -> Iterator[Option]:
    """Yield thirds of the prices, with round ends, within what is asked."""
    prices = found["price"].dropna().to_numpy(dtype=float)
    if len(prices) <= FEW or query.band is not None:
        return
    ends = sorted({_round(one) for one in np.quantile(prices, [1 / 3, 2 / 3])} - {0.0, query.low, query.high})
    for first, last in zip([query.low, *ends], [*ends, query.high], strict=True):
        if first is not None or last is not None:
            label = price_said(first, last)
            yield "price", label[:1].upper() + label[1:], _bound(first, last)


def _bound(low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"under {high:.12g}" if low is None else f"over {low:.12g}"
    return f"between {low:.12g} and {high:.12g}"


def _round(price: float) -> float:
    """Round to one or two figures, as a person would say it: 43.7 → 45, 118 → 120."""
    step = 10 ** np.floor(np.log10(max(price, 1e-9))) / 2
    return float(round(price / step) * step)


def _brands(found: pd.DataFrame, asked: set[str]) -> Iterator[Option]:
    if "brand" not in asked:
        yield from (("brand", brand, brand) for brand in _commonest(found["brand"]))


def _categories(found: pd.DataFrame, categories: Sequence[str]) -> Iterator[Option]:
    """Yield the commonest categories, by the last part of their path."""
    for path in _commonest(found["category"]):
        leaf = path.split(CATEGORY_SEPARATOR)[-1]
        if path not in categories:
            yield "category", leaf, leaf


def _colours(coloured: pd.DataFrame, asked: set[str]) -> Iterator[Option]:
    if "colour" not in asked:
        counted = coloured.sum().sort_values(ascending=False, kind="stable")
        yield from (("colour", str(name).capitalize(), str(name)) for name in counted[counted > 0].index[:MOST])


def _kinds(shelf: pd.DataFrame, kind: str | None, usual: Sequence[str]) -> Iterator[Option]:
    now = [kind] if kind else list(usual)
    for other in shelf["kind"].unique():
        if other not in now and other != Kind.AD:  # nobody asks for ads
            label, said = _KINDS[Kind(other)]
            yield "kind", say(label), said


def _commonest(column: pd.Series[str]) -> list[str]:
    counted = column[column != ""].value_counts()
    return [str(one) for one in counted.index[:MOST]]
