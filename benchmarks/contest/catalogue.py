"""Ranking the whole catalogue for baskets to come: is one of the ten first in the basket?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.contest.figures import OURS, Row, plain
from core.store import examples as store
from core.store import retrieval
from core.store.workspace import Reader
from core.train.counted import Chosen
from core.train.examples import RECENT_DAYS
from core.train.intervals import of_mean
from core.train.sets import TEST_SEED
from core.train.splits import Splits

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
TOP = 10
#: Items that the product's own search for candidates hands to a ranker.
FOUND = 200


@dataclass(frozen=True)
class Baskets:
    """Baskets of the test days, with all items of each."""

    asks: pd.DataFrame  # ask_id, user_id, as_of
    wanted: list[set[str]]
    found: pd.DataFrame  # ask_id, user_id, as_of, item_id, label: the candidates that were found for each

    @property
    def owners(self) -> NDArray[Any]:
        """Whose basket each is."""
        return self.asks["user_id"].to_numpy()


def baskets(reader: Reader, splits: Splits, most: int) -> Baskets:
    """Draw baskets of the test days, and find candidates for each as the product does."""
    frame = store.baskets(reader, splits.val_end, splits.end, most, TEST_SEED)
    wanted = [set(items) for items in frame["items"]]
    asks = frame[["ask_id", "user_id", "as_of"]]
    kinds, parts = retrieval.kinds(reader), []
    for ask, user, as_of, items in zip(asks["ask_id"], asks["user_id"], asks["as_of"], wanted, strict=True):
        found = retrieval.candidates(reader, str(user), as_of, kinds, cap=FOUND)["item_id"].tolist()
        parts.append(pd.DataFrame({"ask_id": ask, "user_id": user, "as_of": as_of, "item_id": found,
                                   "label": [int(item in items) for item in found]}))
    return Baskets(asks, wanted, pd.concat(parts, ignore_index=True))


def by_ranker(given: Baskets, chosen: Chosen, rank: Callable[[Ints], Floats]) -> list[list[str]]:
    """The ten first of everything that was ever bought, by a function of the shopper's history."""
    return [_top(chosen.items, rank(chosen.before(str(user), as_of)))
            for user, as_of in zip(given.asks["user_id"], given.asks["as_of"], strict=True)]


def by_popularity(given: Baskets, purchases: pd.DataFrame, chosen: Chosen, repeats: bool) -> list[list[str]]:
    """The ten bought most in the four weeks before; with ``repeats``, what she bought most often comes first."""
    times, numbers = purchases["ts"].to_numpy(), purchases["item_id"].map(chosen.number).to_numpy(float)
    tops = []
    for user, as_of in zip(given.asks["user_id"], given.asks["as_of"], strict=True):
        moment = np.datetime64(as_of)
        low, high = np.searchsorted(times, [moment - np.timedelta64(RECENT_DAYS, "D"), moment])
        recent = numbers[low:high]
        score = np.bincount(recent[~np.isnan(recent)].astype(np.int64), minlength=len(chosen.items)).astype(float)
        if repeats:
            mine = np.bincount(chosen.before(str(user), as_of), minlength=len(chosen.items))
            score = mine + score / (1 + score.max())
        tops.append(_top(chosen.items, score))
    return tops


def by_scores(given: Baskets, scores: Floats) -> list[list[str]]:
    """The ten first of the candidates that were found, by their scores (a row of ``given.found`` each)."""
    ranked = given.found.assign(score=scores).sort_values("score", ascending=False, kind="stable")
    tops = {ask: part["item_id"].head(TOP).tolist() for ask, part in ranked.groupby("ask_id")}
    return [tops.get(ask, []) for ask in given.asks["ask_id"]]


def rows(given: Baskets, tops: dict[str, Sequence[list[list[str]]]]) -> dict[str, Row]:
    """Hit rate and nDCG of the ten first for each row, and how far the model is ahead.

    Parameters
    ----------
    tops
        For each row and seed, the items of each basket, best first.
    """
    found = {name: np.mean([_figures(given.wanted, one) for one in many], axis=0) for name, many in tops.items()}
    names, table = ("hr@10", "ndcg@10"), {}
    for name, values in found.items():
        row: Row = {figure: plain(of_mean(values[:, i], given.owners)) for i, figure in enumerate(names)}
        if name != OURS and OURS in found:
            row["ahead"] = {figure: plain(of_mean(found[OURS][:, i] - values[:, i], given.owners))
                            for i, figure in enumerate(names)}
        table[name] = row
    return table


def reachable(given: Baskets) -> list[float | None]:
    """Share of the baskets with an item among the candidates found: no ranker of these can hit more."""
    hit = given.found.groupby("ask_id")["label"].max().reindex(given.asks["ask_id"]).fillna(0)
    return plain(of_mean(hit.to_numpy(float), given.owners))


def figures_of_basket(wanted: set[str], top: Sequence[str]) -> tuple[float, float]:
    """Whether one of the ten first is in the basket, and nDCG@10 where the best has as many hits as it can.

    Examples
    --------
    >>> figures_of_basket({"a", "b"}, ["x", "a"])[0]
    1.0
    """
    gains = [1 / np.log2(place + 2) for place, item in enumerate(top[:TOP]) if item in wanted]
    best = sum(1 / np.log2(place + 2) for place in range(min(TOP, len(wanted))))
    return float(bool(gains)), float(sum(gains) / best)


def _figures(wanted: Sequence[set[str]], tops: Sequence[list[str]]) -> Floats:
    return np.array([figures_of_basket(one, top) for one, top in zip(wanted, tops, strict=True)])


def _top(items: Sequence[str], scores: Floats) -> list[str]:
    return [str(items[i]) for i in np.argsort(-scores, kind="stable")[:TOP]]
