"""Rivals that know who chose what and when, and no words: chance, repeat purchases, and items that go together.

They learn from the training days; what a shopper had chosen is read up to the very moment, as the model reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

if TYPE_CHECKING:
    from datetime import datetime

    from scipy.sparse import csr_matrix

    from core.store.workspace import Reader
    from core.train.examples import ClickSet

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Other items that an item is compared with, at most: the nearest (Sarwar et al., 2001).
NEIGHBOURS = 200
#: Added to the length of an item's vector: two items that were bought once each, together, are not the same.
SHRINKAGE = 5.0


class Chosen:
    """What shoppers chose, by shopper and time.

    Parameters
    ----------
    choices
        ``user_id, item_id, ts`` in order of time (``core.store.choices``).

    Attributes
    ----------
    items
        Every item chosen, by number.
    """

    def __init__(self, choices: pd.DataFrame) -> None:
        codes, self.items = pd.factorize(choices["item_id"])
        self.number = {str(item): i for i, item in enumerate(self.items)}
        self._of = {str(user): (choices["ts"].to_numpy()[rows], codes[rows])
                    for user, rows in choices.groupby("user_id").indices.items()}

    def before(self, user: str, as_of: Any) -> Ints:
        """Numbers of the items that a shopper had chosen strictly before a moment, oldest first."""
        times, items = self._of.get(user, (np.empty(0, dtype="datetime64[us]"), np.empty(0, dtype=np.int64)))
        return np.asarray(items[: np.searchsorted(times, np.datetime64(as_of), side="left")], dtype=np.int64)

    def sequences(self, stop: datetime) -> dict[str, Ints]:
        """What each shopper had chosen before ``stop``, oldest first; shoppers without choices are left out."""
        found = {user: self.before(user, stop) for user in self._of}
        return {user: items for user, items in found.items() if len(items)}

    def matrix(self, stop: datetime) -> csr_matrix:
        """How often each shopper had chosen each item before ``stop``, ``[shoppers, items]``."""
        return self.counts(list(self.sequences(stop).values()))

    def counts(self, rows: list[Ints]) -> csr_matrix:
        """How often each item is in each row of item numbers, ``[rows, items]``."""
        from scipy.sparse import csr_matrix

        lengths = [len(row) for row in rows]
        columns = np.concatenate(rows) if rows else np.empty(0, dtype=np.int64)
        cells = (np.ones(len(columns)), (np.repeat(np.arange(len(rows)), lengths), columns))
        return csr_matrix(cells, shape=(len(rows), len(self.items)))


class ItemNeighbours:
    """Item-kNN: an item suits who chose items that the same shoppers chose.

    Parameters
    ----------
    counts
        ``[shoppers, items]``; how often does not matter, only whether.
    """

    def __init__(self, counts: csr_matrix, neighbours: int = NEIGHBOURS, shrinkage: float = SHRINKAGE) -> None:
        chosen = (counts > 0).astype(float)
        both = (chosen.T @ chosen).tocsr()
        both.setdiag(0)
        both.eliminate_zeros()
        popularity = np.asarray(chosen.sum(axis=0)).ravel()
        entries = both.tocoo()
        length = np.sqrt(popularity[entries.row] * popularity[entries.col]) + shrinkage
        self._alike = _nearest(type(both)((entries.data / length, (entries.row, entries.col)), shape=both.shape),
                               neighbours)

    def scores(self, history: Ints) -> Floats:
        """Sum of the likenesses to the different items of a history, for every item ``[items]``."""
        return np.asarray(self._alike[np.unique(history)].sum(axis=0)).ravel()


def chances(reader: Reader, stop: datetime, validation: ClickSet, test: ClickSet, seed: int) -> dict[str, Floats]:
    """Click probabilities of chance, repeats and item-kNN for the test pairs, calibrated on validation.

    Parameters
    ----------
    stop
        End of the training days: item-kNN learns from what came before.
    """
    from core.store.choices import choices
    from core.store.examples import has_lists
    from core.train.baselines import calibrated

    chosen = Chosen(choices(reader, purchases=not has_lists(reader)))
    alike = ItemNeighbours(chosen.matrix(stop))
    parts, labels = (validation, test), validation.pairs["label"].to_numpy(float)
    scores = {
        "random": [at_random(len(part.pairs), seed + i) for i, part in enumerate(parts)],
        "repeat": [repeats(part.features) for part in parts],
        "item_knn": [pair_scores(part.pairs, chosen, alike.scores) for part in parts],
    }
    return {name: calibrated(val, found, labels) for name, (val, found) in scores.items()}


def pair_scores(pairs: pd.DataFrame, chosen: Chosen, score: Any) -> Floats:
    """Score each pair by a function of the shopper's history that scores all items; unknown items get the least.

    Parameters
    ----------
    pairs
        ``ask_id, user_id, as_of, item_id``.
    score
        From a history (item numbers) to ``[items]``.
    """
    found = np.full(len(pairs), np.nan)
    for rows, history in asked(pairs, chosen):
        numbers = np.array([chosen.number.get(item, -1) for item in pairs["item_id"].iloc[rows]])
        values = np.append(score(history), np.nan)  # number -1 is the last place
        found[rows] = values[numbers]
    least = np.nanmin(found) if np.isfinite(found).any() else 0.0
    return np.where(np.isnan(found), least, found)


def asked(pairs: pd.DataFrame, chosen: Chosen) -> Iterator[tuple[Ints, Ints]]:
    """Rows of each ask of ``pairs``, with the history of its shopper at its moment."""
    users, times = pairs["user_id"].to_numpy(), pairs["as_of"].to_numpy()
    for rows in pairs.groupby("ask_id", sort=False).indices.values():
        yield np.asarray(rows, dtype=np.int64), chosen.before(str(users[rows[0]]), times[rows[0]])


def at_random(count: int, seed: int) -> Floats:
    """Scores of a throw of the dice."""
    return np.random.default_rng(seed).random(count)


def repeats(features: pd.DataFrame) -> Floats:
    """How often she bought the very item before; among equals, what is popular comes first."""
    popularity = features["fit popularity"].fillna(0).clip(lower=0).to_numpy(float)
    return np.asarray(features["fit bought"].fillna(0).to_numpy(float) + popularity / (1 + popularity.max(initial=0)))


def _nearest(alike: csr_matrix, neighbours: int) -> csr_matrix:
    """Keep the greatest entries of each row."""
    from scipy.sparse import csr_matrix

    kept = []
    for i in range(alike.shape[0]):
        start, stop = alike.indptr[i], alike.indptr[i + 1]
        order = np.argsort(-alike.data[start:stop], kind="stable")[:neighbours]
        kept.append(start + order)
    chosen = np.concatenate(kept) if kept else np.empty(0, dtype=np.int64)
    rows = np.repeat(np.arange(len(kept)), [len(part) for part in kept])
    return csr_matrix((alike.data[chosen], (rows, alike.indices[chosen])), shape=alike.shape)
