"""Lists of ten from the whole catalogue: who puts into them what the shopper chose next, and what else is in them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contest import catalogue, rivals
from benchmarks.contest.catalogue import TOP, Baskets, figures_of_basket
from benchmarks.contest.figures import plain
from core import recommend
from core.arrange import LIKELIEST, VARIED, arranged
from core.store import retrieval
from core.store.choices import choices
from core.store.examples import has_lists
from core.store.workspace import Reader
from core.train.counted import Chosen, ItemNeighbours
from core.train.intervals import of_mean
from core.vectors import Vectors

Floats = NDArray[np.float64]
Lists = Sequence[Sequence[str]]
#: The row that others are held against, and the one that shows what the usual arrangement costs.
BERT, ARRANGED = "union + BERT", "union + BERT + arrangement"
_ITEMS = "SELECT item_id, category FROM items WHERE list_contains($kinds, coalesce(kind, 'product'))"
_FIGURES = ("hr@10", "ndcg@10")


@dataclass(frozen=True)
class Shelf:
    """What lists are made of and judged by.

    Attributes
    ----------
    items
        ``category``, by id, of the items that may be shown.
    bought
        Choices of these items, ``user_id, item_id, ts`` in order of time.
    stop
        Where the days to be judged on begin.
    """

    items: pd.DataFrame
    bought: pd.DataFrame
    stop: datetime

    @classmethod
    def of(cls, reader: Reader, stop: datetime) -> Shelf:
        """Read them. Choices are what the model learns from: clicks too, or purchases alone where none are logged."""
        items = reader.frame(_ITEMS, {"kinds": retrieval.kinds(reader)}).set_index("item_id")
        bought = choices(reader, purchases=not has_lists(reader))
        return cls(items, bought[bought["item_id"].isin(items.index)].reset_index(drop=True), stop)

    def before(self) -> pd.Series[Any]:
        """How many shoppers had chosen each item before the days to be judged on."""
        past = self.bought[self.bought["ts"] < pd.Timestamp(self.stop)]
        return past.groupby("item_id")["user_id"].nunique()


def cases(bought: pd.DataFrame, start: datetime, stop: datetime, most: int, seed: int) -> Baskets:
    """Draw days of shoppers in [start, stop): what was chosen on each, asked for just before the first of it."""
    within = bought[(bought["ts"] >= pd.Timestamp(start)) & (bought["ts"] < pd.Timestamp(stop))]
    days = within.groupby(["user_id", within["ts"].dt.normalize()])
    table = pd.DataFrame({"as_of": days["ts"].min(), "items": days["item_id"].agg(set)}).reset_index("user_id")
    drawn = table.sample(min(most, len(table)), random_state=seed).sort_values(["as_of", "user_id"])
    asks = drawn[["user_id", "as_of"]].reset_index(drop=True)
    asks.insert(0, "ask_id", range(len(asks)))
    return Baskets(asks, drawn["items"].tolist(), pd.DataFrame())


def made(reader: Reader, shelf: Shelf, given: Baskets, scorer: Any, vectors: Vectors,
         say: Callable[[str], None]) -> tuple[dict[str, Lists], dict[str, Any]]:
    """Make the lists of every row; return them, and what of the candidates and their chances.

    Rivals that learn from who chose what learn from all days before those to be judged on, and read a shopper's
    history up to the very moment, as the model does.
    """
    chosen = Chosen(shelf.bought)
    say("popularity, item-kNN, ALS")
    known = chosen.matrix(shelf.stop)
    tops: dict[str, Lists] = {
        "popularity": catalogue.by_popularity(given, shelf.bought, chosen, repeats=False),
        "repeats, then popularity": catalogue.by_popularity(given, shelf.bought, chosen, repeats=True),
        "item-kNN": catalogue.by_ranker(given, chosen, ItemNeighbours(known).scores),
        "ALS (implicit)": catalogue.by_ranker(given, chosen, rivals.als(chosen, shelf.stop, seed=0)),
    }
    rows = [_of_one(reader, scorer, vectors, user, as_of, wanted) for user, as_of, wanted in
            _said(list(zip(given.asks["user_id"], given.asks["as_of"], given.wanted, strict=True)), say)]
    for name in ("semantic only", "retrieval union", BERT, ARRANGED):
        tops[name] = [row[name] for row in rows]
    reached = {name: plain(of_mean([row[name] for row in rows], given.owners)) for name in
               ("reached", "reached without vectors", "clicks", "clicks, arranged")}
    return tops, reached


def _of_one(reader: Reader, scorer: Any, vectors: Vectors, user: str, as_of: datetime,
            wanted: set[str]) -> dict[str, Any]:
    """Lists of one shopper at one moment by the product's own steps, and what of it was there to be found."""
    kinds = retrieval.kinds(reader)
    near = recommend.near(reader, vectors, user, as_of, kinds)
    lately = retrieval.lately(reader, user, as_of)
    taste = vectors.mean(lately["item_id"].tolist(), lately["weight"].tolist())
    union = retrieval.candidates(reader, user, as_of, kinds, similar=near)["item_id"].tolist()
    without = retrieval.candidates(reader, user, as_of, kinds)["item_id"].tolist()
    ranked = recommend.listing(reader, scorer, user, as_of, recommend.CANDIDATES, how=LIKELIEST, vectors=vectors).items
    varied = arranged(ranked, TOP, VARIED, vectors.of([item.item_id for item in ranked]))
    return {
        "semantic only": [] if taste is None else [item for item, _ in vectors.near(taste, TOP, kinds=kinds)],
        "retrieval union": union[:TOP],
        BERT: [item.item_id for item in ranked[:TOP]],
        ARRANGED: [item.item_id for item in varied.items],
        "reached": float(bool(wanted & set(union))), "reached without vectors": float(bool(wanted & set(without))),
        "clicks": varied.most, "clicks, arranged": varied.expected,
    }  # fmt: skip


def _said(rows: list[Any], say: Callable[[str], None]) -> Any:
    for number, row in enumerate(rows):
        if number % 50 == 0:
            say(f"lists of {number:,} of {len(rows):,} shoppers")
        yield row


def table(shelf: Shelf, given: Baskets, tops: Mapping[str, Lists]) -> dict[str, dict[str, Any]]:
    """Figures of every row: hits and nDCG with their ranges, and how far ``BERT`` is ahead of it; and what it shows."""
    found = {name: np.array([figures_of_basket(wanted, top) for wanted, top in zip(given.wanted, lists, strict=True)])
             for name, lists in tops.items()}
    rows: dict[str, dict[str, Any]] = {}
    for name, values in found.items():
        rows[name] = {figure: plain(of_mean(values[:, i], given.owners)) for i, figure in enumerate(_FIGURES)}
        rows[name] |= shown(shelf, tops[name])
        if name != BERT and BERT in found:
            rows[name]["ahead"] = {figure: plain(of_mean(found[BERT][:, i] - values[:, i], given.owners))
                                   for i, figure in enumerate(_FIGURES)}  # fmt: skip
    return rows


def shown(shelf: Shelf, lists: Lists) -> dict[str, float]:
    """What lists consist of.

    Returns
    -------
    dict
        ``coverage`` (share of the catalogue that is in any list), ``novelty`` (mean bits that an item tells: the fewer
        had chosen it before, the more), ``cold`` (share of the items that nobody had), and ``categories`` (different
        ones in a list, on average).
    """
    items = [item for top in lists for item in top]
    if not items:
        return {"coverage": 0.0, "novelty": 0.0, "cold": 0.0, "categories": 0.0}
    before = shelf.before()
    shoppers = shelf.bought.loc[shelf.bought["ts"] < pd.Timestamp(shelf.stop), "user_id"].nunique()
    counts = before.reindex(items).fillna(0).to_numpy(float)
    category = shelf.items["category"]
    different = [len({str(category.get(item)) for item in top}) for top in lists if len(top)]
    return {
        "coverage": round(len(set(items)) / len(shelf.items), 5),
        "novelty": round(float(-np.log2((counts + 1) / (shoppers + 1)).mean()), 3),
        "cold": round(float((counts == 0).mean()), 5),
        "categories": round(float(np.mean(different)), 2),
    }
