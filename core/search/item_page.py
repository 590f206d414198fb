"""What may stand on an item's page: what is similar, what goes with it, what tells of it; each with its reason."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.errors import UnknownItem
from core.language import Sayings, say, say_many
from core.records import Beside, ItemPage
from core.schema import TELLING, Kind
from core.search.fusion import fused
from core.search.language import stop_words
from core.search.lexical import shared
from core.search.meaning import Meaning
from core.store import findable

if TYPE_CHECKING:
    from core.search.searcher import Searcher
    from core.vectors import Vectors

#: Near items that are fused with those of like words.
_POOL = 100
#: Shared words that a reason names.
_NAMED = 3
#: Pairs that are looked at for what goes with an item.
_PAIRS = 40
#: What two items share, by whether it is the category, and the brand.
_SAME = Sayings({(True, True): "same category and brand", (True, False): "same category", (False, True): "same brand"})


def item_page(
    searcher: Searcher, item_id: str, as_of: datetime, k: int = 6, meaning: Meaning | None = None,
    looks: Vectors | None = None,
) -> ItemPage:
    """Return what may stand on an item's page, at most ``k`` of each.

    Similar items are of its kind and near in words, and in meaning where ``meaning`` can tell. What goes with it was
    bought on the same day by the same shopper, more often than by chance. Articles and videos share its category or
    words of its title; on the page of such a one it is the products that do. What looks like it is told by ``looks``,
    the vectors of pictures.

    Raises
    ------
    UnknownItem
        When no item has this id.
    """
    shelf = searcher.shelf(as_of)
    at = int(searcher.rows.get_indexer(pd.Index([item_id]))[0])
    if at < 0:
        raise UnknownItem(say("No item has the id {item_id!r}. Pick one from the list, or import it.", item_id=item_id))
    about = shelf.iloc[at]
    others = [Kind.PRODUCT] if about["kind"] in TELLING else TELLING
    alike = [_beside(shelf.iloc[row], _why(about, shelf.iloc[row], near))
             for row, near in _like(searcher, at, [str(about["kind"])], meaning)]
    telling = (_beside(shelf.iloc[row], _touches(about, shelf.iloc[row]))
               for row, _ in _like(searcher, at, others, meaning))
    return ItemPage(_beside(about, ""), as_of, alike[:k], _goes_with(searcher, item_id, as_of, shelf)[:k],
                    [one for one in telling if one.why][:k], _looks(searcher, item_id, shelf, looks, k))


def _like(searcher: Searcher, at: int, kinds: Sequence[str], meaning: Meaning | None) -> Iterator[tuple[int, bool]]:
    """Yield the items of these kinds that are most like one, and whether they are near in meaning."""
    about = searcher.texts.iloc[at]
    worth = searcher.lexical.scores(f"{about['title']} {about['category']} {about['brand']}")
    worth[~searcher.texts["kind"].isin(kinds).to_numpy(dtype=bool)] = 0
    worth[at] = 0
    rows = np.flatnonzero(worth)
    words = [int(row) for row in rows[np.argsort(-worth[rows], kind="stable")][:_POOL]]
    near = [] if meaning is None else meaning.near_item(str(about["item_id"]), _POOL, kinds)
    places = searcher.rows.get_indexer(pd.Index([item for item, _ in near], dtype=object))
    found = [int(row) for row in places if row >= 0]
    yield from ((row, row in found) for row in fused([words, found]))


def _looks(searcher: Searcher, item_id: str, shelf: pd.DataFrame, looks: Vectors | None, k: int) -> list[Beside]:
    """Items of the same kind whose pictures look most like this one's."""
    mine = None if looks is None else looks.mean([item_id], [1.0])
    if looks is None or mine is None:
        return []
    at = int(searcher.rows.get_indexer(pd.Index([item_id]))[0])
    found = looks.near(mine, k, [item_id], [str(shelf.iloc[at]["kind"])])
    rows = searcher.rows.get_indexer(pd.Index([item for item, _ in found], dtype=object))
    return [_beside(shelf.iloc[row], say("Their pictures look alike")) for row in rows if row >= 0]


def _goes_with(searcher: Searcher, item_id: str, as_of: datetime, shelf: pd.DataFrame) -> list[Beside]:
    pairs = findable.goes_with(searcher.reader, item_id, as_of, _PAIRS)
    pairs = pairs[pairs["lift"] >= 1]
    rows = searcher.rows.get_indexer(pd.Index(pairs["item_id"], dtype=object))
    found = zip(rows, pairs["shoppers"], pairs["lift"], strict=True)
    return [_beside(shelf.iloc[row], together(int(shoppers), float(lift)), int(shoppers), float(lift))
            for row, shoppers, lift in found if row >= 0]


def together(shoppers: int, lift: float) -> str:
    """Say who bought both, and how much more often than by chance."""
    said = say_many(shoppers, "Bought together by {number} shopper", "Bought together by {number} shoppers")
    if lift < 1.05:
        return said
    return say("{said}, {times} times as often as by chance", said=said, times=f"{lift:,.1f}")


def _why(about: Any, other: Any, near: bool) -> str:
    """Say what makes two items of one kind alike."""
    category, brand = (bool(about[name] and about[name] == other[name]) for name in ("category", "brand"))
    words = _words(about, other)
    parts = [_SAME.get((category, brand), ""), say("both say {words}", words=_quoted(words)) if words else "",
             say("near in meaning") if near else ""]  # fmt: skip
    said = say("; ").join(part for part in parts if part)
    return said[:1].upper() + said[1:]


def _touches(about: Any, other: Any) -> str:
    """Say what an article or video and a product have in common; "" when nothing is."""
    words = _words(about, other)
    if words:
        return say("Says {words}", words=_quoted(words))
    return say("In the same category") if about["category"] and about["category"] == other["category"] else ""


def _words(about: Any, other: Any) -> list[str]:
    """Words of the other's title that this one has in title or category, without those that say nothing."""
    common = shared(str(other["title"]), f"{about['title']} {about['category']}")
    brand = {part.lower() for part in str(about["brand"]).split()}
    telling = [word for word in common if word not in stop_words() | brand and len(word) > 1 and not word.isdigit()]
    return telling[:_NAMED]


def _quoted(words: Sequence[str]) -> str:
    return say(", ").join(say("“{word}”", word=word) for word in words)


def _beside(about: Any, why: str, shoppers: int = 0, lift: float | None = None) -> Beside:
    price = None if pd.isna(about["price"]) else float(about["price"])
    return Beside(
        item_id=str(about["item_id"]), title=str(about["title"]), category=str(about["category"]),
        brand=str(about["brand"]), price=price, kind=str(about["kind"]), why=why, shoppers=shoppers, lift=lift,
    )
