"""What the demo shop shows: lists partly popular, partly personal, partly at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.behaviour import complement_need, repeat_need
from data.demo.catalogue import Array, Catalogue
from data.demo.memory import Memory

#: Items drawn for a list; doubles go, and the first six to eight stay.
DRAWN, LONGEST = 24, 8


@dataclass(frozen=True)
class Window:
    """Items of one kind by shelf, to draw from in proportion to their weight on a day."""

    items: Array  # sorted by shelf
    cumulative: Array
    edges: Array  # cumulative weight at which each shelf begins; the last is the total

    @classmethod
    def of(cls, catalogue: Catalogue, kind: int, weight: Array) -> Window:
        """The window of one kind of item."""
        items = np.flatnonzero(catalogue.kind == kind)
        items = items[np.argsort(catalogue.shelf[items], kind="stable")]
        cumulative = np.cumsum(weight[items])
        begins = np.searchsorted(catalogue.shelf[items], np.arange(catalogue.shelf.max() + 2))
        return cls(items, cumulative, np.concatenate([[0.0], cumulative])[begins])

    def anywhere(self, draws: Array) -> Array:
        """Items for uniform draws, in proportion to weight."""
        return self._at(draws * self.cumulative[-1])

    def on_shelf(self, shelf: Array, draws: Array) -> Array:
        """Items of given shelves; anywhere for a shelf that has none."""
        low, high = self.edges[shelf], self.edges[shelf + 1]
        return self._at(np.where(high > low, low + draws * (high - low), draws * self.cumulative[-1]))

    def _at(self, weight: Array) -> Array:
        return self.items[np.minimum(np.searchsorted(self.cumulative, weight), len(self.items) - 1)]


def windows(catalogue: Catalogue, memory: Memory, trend: Array) -> list[Window]:
    """Today's windows of products, articles and ads: what was clicked lately comes first."""
    weight = np.exp(0.6 * catalogue.quality + 0.6 * trend) * np.sqrt(2 + memory.clicks)
    return [Window.of(catalogue, kind, weight) for kind in range(3)]


def compose(
    rng: np.random.Generator, catalogue: Catalogue, memory: Memory, today: list[Window],
    user: Array, slot: Array, wish: Array, day: Array,
) -> Array:
    """One list for each shopper: item numbers in order of position, -1 after the end.

    Parameters
    ----------
    slot
        Where the list is shown (index into ``behaviour.SLOTS``).
    wish
        The shelf that she opened or searched for; used by category and search lists.
    """
    shape = (len(user), DRAWN)
    mine, draws, source = _known_shelf(rng, memory, user), rng.random(shape), rng.random(shape)
    items = np.where(source < 0.22, today[0].anywhere(draws), rng.choice(today[0].items, shape))
    items = np.where(source > 0.4, today[0].on_shelf(mine, draws), items)
    seen = memory.shelf_item[user[:, None], mine]
    items = np.where((source > 0.8) & (source < 0.9) & (seen >= 0), seen, items)
    needed = _needed(memory, today[0], user, day, draws)
    items = np.where((source > 0.88) & (needed >= 0), needed, items)
    narrow = today[0].on_shelf(np.broadcast_to(wish[:, None], shape), draws)
    items = np.where(((slot == 1) | (slot == 2))[:, None] & (source < 0.93), narrow, items)
    for place, window in ((3, today[1]), (4, today[2])):
        other = np.where(source < 0.4, window.on_shelf(mine, draws), rng.choice(window.items, shape))
        items = np.where((slot == place)[:, None], other, items)
    items = np.where((slot == 2)[:, None], _matching_first(catalogue, memory, user, items, rng), items)
    return _shorten(rng, items)


def _known_shelf(rng: np.random.Generator, memory: Memory, user: Array) -> Array:
    """Shelves drawn by what the shop has seen each shopper look at."""
    weight = np.cumsum(memory.shelf_clicks[user] + 0.02, axis=1)
    draws = rng.random((len(user), DRAWN)) * weight[:, -1:]
    return np.asarray(np.minimum((draws[:, :, None] > weight[:, None, :]).sum(axis=2), memory.shelves - 1))


def _needed(memory: Memory, products: Window, user: Array, day: Array, draws: Array) -> Array:
    """Products that go with a purchase, or that were used up (half of them the same again); -1 = none."""
    goes_with, used_up = complement_need(memory, user, day)[0], repeat_need(memory, user, day)
    shelf = (goes_with + used_up).argmax(axis=1)
    row = np.arange(len(user))
    need = (goes_with + used_up)[row, shelf]
    items = products.on_shelf(np.broadcast_to(shelf[:, None], draws.shape), draws)
    same = (used_up[row, shelf] > 0)[:, None] & (draws < 0.5)
    items = np.where(same, memory.shelf_bought[user, shelf][:, None], items)
    return np.asarray(np.where(need[:, None] > 0.7, items, -1))


def _matching_first(
    catalogue: Catalogue, memory: Memory, user: Array, items: Array, rng: np.random.Generator
) -> Array:
    wanted = memory.searched[user][:, None, :]
    score = (catalogue.brand[items] == wanted[..., 1]).astype(float) + (catalogue.colour[items] == wanted[..., 2])
    score = score + (catalogue.noun[items] == wanted[..., 3])
    order = np.argsort(-(score + rng.random(items.shape) * 1.6), axis=1, kind="stable")
    return np.take_along_axis(items, order, axis=1)


def _shorten(rng: np.random.Generator, items: Array) -> Array:
    """Drop doubles and keep the first six to eight items."""
    order = np.argsort(items, axis=1, kind="stable")
    ranked = np.take_along_axis(items, order, axis=1)
    double = np.zeros(items.shape, dtype=bool)
    np.put_along_axis(double, order[:, 1:], ranked[:, 1:] == ranked[:, :-1], axis=1)
    kept = np.take_along_axis(items, np.argsort(double, axis=1, kind="stable"), axis=1)[:, :LONGEST]
    length = np.minimum(rng.integers(6, LONGEST + 1, len(items)), (~double).sum(axis=1))
    return np.where(np.arange(LONGEST) < length[:, None], kept, -1)
