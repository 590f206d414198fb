"""How well searches are answered in the demo shop, by what was planted there: by words, by meaning, for the shopper.

``python -m benchmarks.search [--workspace DIR] [--searches N]`` draws searches that shoppers typed in the days which
the model was not trained on, answers each as of that moment, prints nDCG@10 over the whole catalogue with 95 %
intervals over shoppers, and writes ``benchmarks/results/search.json``. Relevance is what the generator planted
(``data/demo/behaviour.py``), and known only because the shop is generated:

*asked for*: the log-odds that an item gains by what was typed: 1.6 on the shelf that is meant, 0 elsewhere, and there
1.1 for the brand and for the colour that is named, 0.8 for the sort. *Would click*: the chance that this shopper clicks
the item at the first place of the search's list, by her tastes, her budget and the search; what she did before is left
out, as it would have to be played again. *Under a price*: asked for, with "under X" typed behind it, X being the median
price of the shelf, and nothing gained by what costs more.

"As typed" is what a shop has without any of this: BM25, or vectors, over the text. Three ways to rank for the shopper,
of which the last is the shop's, are set side by side; what an answer takes is told by the first, as the others use its
chances again. Building the index and scoring by it is timed on a catalogue of 100,000 items that repeats the demo's.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from benchmarks._record import write
from core.config import DEMO_WORKSPACE
from core.demo import SEED
from core.records import Hit
from core.schema import Kind
from core.search.bounds import WELL
from core.search.fusion import fused
from core.search.lexical import Lexical
from core.search.meaning import Meaning
from core.search.personal import Person
from core.search.query import understand
from core.search.searcher import RANKED, Searcher
from core.service import Shop
from core.store.examples import span
from core.train.intervals import of_mean
from core.train.splits import split
from data.demo import behaviour, catalogue, shoppers
from data.demo.generate import END
from data.demo.vocabulary import BRANDS, COLOURS, SHELVES

RESULTS = Path(__file__).parent / "results" / "search.json"
K, LARGE = 10, 100_000
BM25, VECTORS, WORDS, BOTH, PERSONAL, FUSED, WITHIN = (
    "BM25, as typed", "meaning, as typed", "understood: words", "understood: words and meaning",
    "for the shopper: by chance", "for the shopper: chance fused with the order found",
    "for the shopper: by chance, what has the words well first",
)  # fmt: skip
_SEARCHES = """
SELECT user_id, ts, query FROM events
WHERE event_type = 'search' AND ts >= $since AND user_id NOT IN (SELECT user_id FROM shopper_flags)
ORDER BY hash(user_id || query), ts LIMIT $limit
"""
Array = Any
Answer = Callable[[str, str, pd.Timestamp], list[str]]


class Planted:
    """What the generator knows: what a search means, and how much every item is worth to it."""

    def __init__(self, count: int = 3000, days: int = 60) -> None:
        rng = np.random.default_rng(SEED)
        self.goods = catalogue.build(rng)
        self.people = shoppers.build(rng, self.goods, count, days, END)
        self.days = days
        self._people = {user: row for row, user in enumerate(self.people.ids)}
        self._nouns = sorted(((noun, s, n) for s, shelf in enumerate(SHELVES) for n, noun in enumerate(shelf.nouns)),
                             key=lambda one: -len(one[0]))  # fmt: skip

    def meant(self, query: str) -> tuple[int, int, int, int]:
        """Return shelf, brand, colour and noun of a search as the generator wrote it; -1 = not named."""
        noun, shelf, number = next(one for one in self._nouns if f" {query}".endswith(f" {one[0]}"))
        named = query.removesuffix(noun).strip()
        brands = [name.lower() for name in BRANDS]
        brand = brands.index(named) if named in brands else -1
        return shelf, brand, COLOURS.index(named) if named in COLOURS else -1, number

    def asked_for(self, query: str) -> Array:
        """Log-odds that each item gains by a search; products alone."""
        everything = np.arange(self.goods.size)
        memory = SimpleNamespace(searched=np.array([self.meant(query)]), searched_at=np.zeros(1))
        gain = behaviour._search(self.goods, memory, np.zeros_like(everything), everything, 0.5)
        return np.where(self.goods.kind == 0, gain, 0.0)

    def would_click(self, user_id: str, query: str, when: pd.Timestamp) -> Array:
        """Chance that a shopper clicks each product, at the first place of the list of a search."""
        goods, row = self.goods, self._people[user_id]
        everything, user = np.arange(goods.size), np.full(goods.size, row)
        day = self.days - (END - when) / pd.Timedelta(days=1)
        price = np.maximum(0.5 - 0.6 * np.abs(goods.dearness - self.people.budget[row]), -1.2)
        odds = behaviour.BASE + behaviour.taste(self.people, goods, user, everything) + price + goods.quality
        odds = odds + behaviour.fashion(goods, int(day), self.days) + self.asked_for(query)
        odds = odds + behaviour._SLOT_EFFECT[behaviour.SLOTS.index("search")]
        return np.where(goods.kind == 0, 1 / (1 + np.exp(-odds)), 0.0)

    def median_price(self, query: str) -> float:
        """Return the median price of the shelf that is meant."""
        there = (self.goods.shelf == self.meant(query)[0]) & (self.goods.kind == 0)
        return float(np.round(np.median(self.goods.price[there])))


def ndcg(listed: Array, everything: Array, k: int = K) -> float:
    """Gains of a list, discounted by log2 of place + 1, beside those of the best list there could be."""
    best = np.sort(everything)[::-1][:k]
    discount = 1 / np.log2(np.arange(2, k + 2))
    return float((listed[:k] * discount[: len(listed[:k])]).sum() / (best * discount[: len(best)]).sum())


def answers(shop: Shop, meaning: Meaning) -> dict[str, Answer]:
    """Return the ways to answer a search: each returns ids, best first, for a shopper, a text and a moment."""
    searcher = Searcher(shop.reader)
    products = (searcher.texts["kind"] == Kind.PRODUCT).to_numpy(dtype=bool)

    def bm25(user: str, text: str, when: pd.Timestamp) -> list[str]:
        worth = np.where(products, searcher.lexical.scores(text), 0)
        order = np.argsort(-worth, kind="stable")[:K]
        return [str(item) for item in searcher.rows[order[worth[order] > 0]]]

    def near(user: str, text: str, when: pd.Timestamp) -> list[str]:
        return [item for item, _ in meaning.near_words(text, K, [Kind.PRODUCT])]

    def found(user: str, text: str, when: pd.Timestamp, by: Meaning | None) -> list[str]:
        return [hit.item_id for hit in searcher.find(text, when.to_pydatetime(), K, by).hits]

    @cache
    def ranked(user: str, text: str, when: pd.Timestamp) -> list[Hit]:
        person = Person(user, shop.scorer(), shop.model_name)
        return list(searcher.find(text, when.to_pydatetime(), RANKED, meaning, person).hits)

    def by_chance(user: str, text: str, when: pd.Timestamp) -> list[str]:
        return [hit.item_id for hit in sorted(ranked(user, text, when), key=lambda hit: -(hit.p_click or 0))]

    def both(user: str, text: str, when: pd.Timestamp) -> list[str]:
        plain = [hit.item_id for hit in sorted(ranked(user, text, when), key=lambda hit: hit.plain)]
        return fused([plain, by_chance(user, text, when)])

    def well(user: str, text: str, when: pd.Timestamp) -> list[str]:
        worth = pd.Series(searcher.lexical.scores(understand(text, searcher.names).said), index=searcher.rows)
        listed = by_chance(user, text, when)
        return sorted(listed, key=lambda item: worth[item] < WELL * worth[listed].max())

    return {BM25: bm25, VECTORS: near, WORDS: partial(found, by=None), BOTH: partial(found, by=meaning),
            PERSONAL: by_chance, FUSED: both, WITHIN: well}  # fmt: skip


def measure(searches: pd.DataFrame, ways: Mapping[str, Answer], planted: Planted) -> dict[str, dict[str, list[float]]]:
    """Return nDCG@10 of each way by each relevance, with its interval, and milliseconds of an answer."""
    place = {item: at for at, item in enumerate(planted.goods.ids)}
    rows: dict[str, dict[str, list[float]]] = {}
    for name, way in ways.items():
        figures: dict[str, list[float]] = {"asked for": [], "would click": [], "under a price": [], "ms": []}
        for row in searches.itertuples():
            gains, limit = planted.asked_for(row.query), planted.median_price(row.query)
            began = time.perf_counter()
            listed = [place[item] for item in way(row.user_id, row.query, row.ts)][:K]
            figures["ms"].append(1000 * (time.perf_counter() - began))
            clicks = planted.would_click(row.user_id, row.query, row.ts)
            figures["asked for"].append(ndcg(gains[listed], gains))
            figures["would click"].append(ndcg(clicks[listed], clicks))
            cheap = np.where(planted.goods.price <= limit, gains, 0.0)
            bounded = [place[item] for item in way(row.user_id, f"{row.query} under {limit:g}", row.ts)][:K]
            figures["under a price"].append(ndcg(cheap[bounded], cheap))
        rows[name] = {what: _interval(values, searches["user_id"]) for what, values in figures.items() if what != "ms"}
        rows[name]["ms"] = [round(float(np.median(figures["ms"])), 1)]
        print(name, rows[name], flush=True)
    return rows


def large(texts: pd.DataFrame) -> dict[str, float]:
    """Seconds that building an index of ``LARGE`` items takes, and milliseconds of scoring them all."""
    times = -(-LARGE // len(texts))
    items = pd.concat([texts.assign(item_id=texts["item_id"] + f"-{n}", title=texts["title"] + f" {n}")
                       for n in range(times)], ignore_index=True).head(LARGE)  # fmt: skip
    began = time.perf_counter()
    index = Lexical(items)
    built = time.perf_counter() - began
    began = time.perf_counter()
    for _ in range(20):
        index.scores("waterproof trail running shoes")
    return {"items": LARGE, "build_s": round(built, 2), "score_ms": round(50 * (time.perf_counter() - began), 1)}


def _interval(values: list[float], owners: pd.Series) -> list[float]:
    found = of_mean(values, owners)
    return [round(found.value, 4), round(found.low, 4), round(found.high, 4)]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workspace", type=Path, default=DEMO_WORKSPACE)
    parser.add_argument("--searches", type=int, default=300)
    given = parser.parse_args()
    shop = Shop(given.workspace)
    made = shop.compute_vectors()
    since = split(*span(shop.reader)).val_end
    searches = shop.reader.frame(_SEARCHES, {"since": since, "limit": given.searches}).sort_values("ts")
    meaning = shop._meaning()
    assert meaning is not None, "vectors were just made"
    rows = measure(searches, answers(shop, meaning), Planted())
    table = pd.DataFrame({name: {what: figures[what][0] for what in figures} for name, figures in rows.items()}).T
    print(table.to_string())
    index = large(Searcher(shop.reader).texts)
    print(index)
    write(RESULTS, {"model": shop.model_name, "searches": len(searches), "shoppers": int(searches["user_id"].nunique()),
                    "since": str(since), "ndcg@10": rows, "index": index, "vectors": made})  # fmt: skip


if __name__ == "__main__":
    main()
