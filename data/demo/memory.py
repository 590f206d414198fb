"""What has happened in the shop so far, as far as it moves shoppers."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from data.demo.catalogue import Array
from data.demo.vocabulary import SHELF_NAMES

NEVER = np.float32(-1e6)


@dataclass
class Memory:
    """What has happened so far, shopper by item and shopper by shelf; times in days."""

    shoppers: int
    items: int
    shelves: int = len(SHELF_NAMES)
    viewed_at: Array = field(init=False)
    views: Array = field(init=False)
    carted_at: Array = field(init=False)
    bought_at: Array = field(init=False)
    shown_at: Array = field(init=False)
    shown: Array = field(init=False)

    def __post_init__(self) -> None:
        wide, short = (self.shoppers, self.items), (self.shoppers, self.shelves)
        self.viewed_at, self.carted_at, self.bought_at, self.shown_at = (
            np.full(wide, NEVER, dtype=np.float32) for _ in range(4)
        )
        self.views, self.shown = np.zeros(wide, dtype=np.float32), np.zeros(wide, dtype=np.float32)
        self.shelf_clicks = np.zeros(short, dtype=np.float32)
        self.shelf_item = np.full(short, -1)
        self.shelf_bought_at = np.full(short, NEVER, dtype=np.float64)
        self.shelf_bought = np.full(short, -1)
        self.searched_at = np.full(self.shoppers, -1e6)
        self.searched = np.full((self.shoppers, 4), -1)  # shelf, brand, colour, noun
        self.clicks = np.zeros(self.items)  # with a half-life of a week

    def look(self, user: Array, item: Array, shelf: Array, day: Array) -> None:
        """Remember that items were viewed (or clicked)."""
        self.viewed_at[user, item] = day
        np.add.at(self.views, (user, item), 1)
        np.add.at(self.shelf_clicks, (user, shelf), 1)
        self.shelf_item[user, shelf] = item
        np.add.at(self.clicks, item, 1)

    def buy(self, user: Array, item: Array, shelf: Array, day: Array) -> None:
        """Remember purchases."""
        self.bought_at[user, item] = day
        self.shelf_bought_at[user, shelf] = day
        self.shelf_bought[user, shelf] = item
        np.add.at(self.clicks, item, 3)

    def show(self, user: Array, item: Array, day: Array, ignored: Array) -> None:
        """Remember what was shown; what was not clicked tires."""
        age = np.maximum(day[:, None] - self.shown_at[user[:, None], item], 0)
        self.shown[user[:, None], item] = self.shown[user[:, None], item] * 0.5 ** (age / 6) + ignored
        self.shown_at[user[:, None], item] = day[:, None]
