"""What moves a shopper to click: the log-odds of each cause, and the memory they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from data.demo.catalogue import Array, Catalogue
from data.demo.shoppers import Shoppers
from data.demo.vocabulary import COMPLEMENTS, REPEATS, SHELF_NAMES

#: Log-odds of a click on something that nothing speaks for, at the first place of a list.
BASE = -3.6
CAUSES = ("taste", "viewed_before", "complement", "repeat", "search", "popular")
RANDOM = "random"
#: A cause below this many log-odds is no cause: the click was random.
LEAST = 0.35
NEVER = np.float32(-1e6)
SLOTS = ("home", "category", "search", "articles", "ad")
_SLOT_EFFECT = np.array([0.0, 0.1, 0.2, -0.3, -0.6])
COMPLEMENT_PAIRS = tuple(
    (SHELF_NAMES.index(bought), SHELF_NAMES.index(wanted)) for bought, all_ in COMPLEMENTS.items() for wanted in all_
)
REPEAT_DAYS = {SHELF_NAMES.index(name): days for name, days in REPEATS.items()}


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
        self.searched = np.full((self.shoppers, 3), -1)  # shelf, brand, colour
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


@dataclass(frozen=True)
class Judgement:
    """Chance of a click on each item of each list, and what spoke for it most."""

    p: Array
    cause: Array  # index into CAUSES; len(CAUSES) = random
    cause_item: Array  # -1 = none


def fashion(catalogue: Catalogue, day: int, days: int) -> Array:
    """Log-odds that an item's passing fashion adds on a day."""
    since = day - (days - catalogue.trend_day)
    return np.where((catalogue.trend_day > 0) & (since >= 0) & (since < 14), 1.0, 0.0)


def complement_need(memory: Memory, user: Array, day: Array) -> tuple[Array, Array]:
    """Log-odds for each shelf of what goes with recent purchases, and the purchase behind it."""
    need = np.zeros((len(user), memory.shelves))
    source = np.full((len(user), memory.shelves), -1)
    at = memory.shelf_bought_at[user]
    for bought, wanted in COMPLEMENT_PAIRS:
        age = day - at[:, bought]
        push = np.where((age >= 0) & (at[:, wanted] < at[:, bought]), 2.6 * np.exp(-np.maximum(age, 0) / 14), 0)
        better = push > need[:, wanted]
        need[:, wanted] = np.where(better, push, need[:, wanted])
        source[:, wanted] = np.where(better, memory.shelf_bought[user, bought], source[:, wanted])
    return need, source


def repeat_need(memory: Memory, user: Array, day: Array) -> Array:
    """Log-odds for each shelf of what will be used up by now."""
    need = np.zeros((len(user), memory.shelves))
    for shelf, days in REPEAT_DAYS.items():
        age = day - memory.shelf_bought_at[user, shelf]
        need[:, shelf] = np.where((age > 0.6 * days) & (age < 2.2 * days), 1.4, 0)
    return need


def judge(
    shoppers: Shoppers, catalogue: Catalogue, memory: Memory, trend: Array,
    user: Array, item: Array, day: Array, slot: Array,
) -> Judgement:
    """Chance of a click on every item shown.

    Parameters
    ----------
    user, day, slot
        One for each list; the day with its fraction.
    item
        One row for each list, in order of position; -1 where the list has ended.
    """
    u, when = user[:, None], day[:, None]
    shelf, product = catalogue.shelf[item], catalogue.kind[item] == 0
    taste = _taste(shoppers, catalogue, u, item)
    price = np.where(product, np.maximum(0.5 - 0.6 * np.abs(catalogue.dearness[item] - shoppers.budget[u]), -1.2), 0)
    unbought = memory.bought_at[u, item] < memory.viewed_at[u, item]
    view_age = np.maximum(when - memory.viewed_at[u, item], 0)
    viewed = (0.7 + 0.4 * np.minimum(memory.views[u, item], 4)) * np.exp(-view_age / 6) * unbought
    carted = (memory.carted_at[u, item] > memory.bought_at[u, item]) & (when - memory.carted_at[u, item] < 10)
    viewed = viewed + 1.2 * carted
    complement, complement_item = complement_need(memory, user, day)
    repeat = repeat_need(memory, user, day)
    again = memory.bought_at[u, item] > 0
    due = np.take_along_axis(repeat, shelf, axis=1)
    push = np.stack([
        taste + price, viewed, np.take_along_axis(complement, shelf, axis=1) * product,
        due * (1 + 0.7 * again) * product, _search(catalogue, memory, u, item, when),
        catalogue.quality[item] + trend[item],
    ])
    tired = memory.shown[u, item] * 0.5 ** (np.maximum(when - memory.shown_at[u, item], 0) / 6)
    rest = -0.4 * np.minimum(tired, 4) - 1.5 * (again & (due == 0)) - 0.14 * np.arange(item.shape[1])
    odds = BASE + push.sum(axis=0) + rest + _SLOT_EFFECT[slot][:, None]
    cause = np.where(push.max(axis=0) < LEAST, len(CAUSES), push.argmax(axis=0))
    behind = np.full((len(CAUSES) + 1, *item.shape), -1)
    behind[0] = memory.shelf_item[u, shelf]
    behind[1] = item
    behind[2] = np.take_along_axis(complement_item, shelf, axis=1)
    behind[3] = np.where(again, item, memory.shelf_bought[u, shelf])
    p = np.where(item >= 0, 1 / (1 + np.exp(-odds)), 0)
    return Judgement(p, cause, np.take_along_axis(behind, cause[None], axis=0)[0])


def _taste(shoppers: Shoppers, catalogue: Catalogue, u: Array, item: Array) -> Array:
    """Log-odds of shelf, brand, colour and material; an article or ad shows less of them."""
    brand, colour, material = catalogue.brand[item], catalogue.colour[item], catalogue.material[item]
    shelf = shoppers.shelf_taste[u, catalogue.shelf[item]]
    liked = np.where(brand >= 0, shoppers.brand_taste[u, brand], 0)
    shade = np.where(colour >= 0, shoppers.colour_taste[u, colour], 0)
    stuff = np.where(material >= 0, shoppers.material_taste[u, material], 0)
    known = 0.5 + 0.5 * (shelf > 1)  # looks matter most for what she cares about
    return np.asarray(shelf + known * (liked + shade + stuff))


def _search(catalogue: Catalogue, memory: Memory, u: Array, item: Array, when: Array) -> Array:
    """Log-odds of matching what she searched for within a day."""
    wanted = memory.searched[u]
    fits = catalogue.shelf[item] == wanted[..., 0]
    brand = (wanted[..., 1] >= 0) & (catalogue.brand[item] == wanted[..., 1])
    colour = (wanted[..., 2] >= 0) & (catalogue.colour[item] == wanted[..., 2])
    fresh = when - memory.searched_at[u] < 1
    return np.asarray(fresh * fits * (1.0 + 0.8 * brand + 0.8 * colour))
