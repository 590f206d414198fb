"""What moves a shopper to click: the log-odds of each cause."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from data.demo.catalogue import Array, Catalogue
from data.demo.memory import Memory
from data.demo.shoppers import Shoppers
from data.demo.vocabulary import COMPLEMENTS, REPEATS, SHELF_NAMES, SHELVES, WARDROBE

#: Log-odds of a click on something that nothing speaks for, at the first place of a list.
BASE = -5.65
CAUSES = ("taste", "viewed_before", "complement", "repeat", "search", "popular")
RANDOM = "random"
#: A cause below this many log-odds is no cause: the click was random.
LEAST = 0.35
SLOTS = ("home", "category", "search", "articles", "ad")
_SLOT_EFFECT = np.array([0.0, 0.1, -0.8, -0.1, -0.5])
COMPLEMENT_PAIRS = tuple(
    (SHELF_NAMES.index(bought), SHELF_NAMES.index(wanted)) for bought, all_ in COMPLEMENTS.items() for wanted in all_
)
#: Shelves of things that are dear and last.
DURABLE = np.array([shelf.price >= 100 for shelf in SHELVES])
REPEAT_DAYS = {SHELF_NAMES.index(name): days for name, days in REPEATS.items()}


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
        push = np.where((age >= 0) & (at[:, wanted] < at[:, bought]), 3.9 * np.exp(-np.maximum(age, 0) / 14), 0)
        better = push > need[:, wanted]
        need[:, wanted] = np.where(better, push, need[:, wanted])
        source[:, wanted] = np.where(better, memory.shelf_bought[user, bought], source[:, wanted])
    return need, source


def repeat_need(memory: Memory, user: Array, day: Array) -> Array:
    """Log-odds for each shelf of what will be used up by now."""
    need = np.zeros((len(user), memory.shelves))
    for shelf, days in REPEAT_DAYS.items():
        age = day - memory.shelf_bought_at[user, shelf]
        need[:, shelf] = np.where((age > 0.6 * days) & (age < 2.2 * days), 3.0, 0)
    return need


def had_enough(memory: Memory, user: Array, day: Array) -> Array:
    """Log-odds lost for each shelf as one is owned (nobody needs two phones) or not yet used up."""
    age = day[:, None] - memory.shelf_bought_at[user]
    owned = np.where(DURABLE & (age >= 0), -3.2 * np.exp(-np.maximum(age, 0) / 25), 0)
    for shelf, days in REPEAT_DAYS.items():
        owned[:, shelf] = np.where((age[:, shelf] >= 0) & (age[:, shelf] < 0.5 * days), -1.2, 0)
    return owned


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
    liked = taste(shoppers, catalogue, u, item)
    price = np.where(product, np.maximum(0.5 - 0.6 * np.abs(catalogue.dearness[item] - shoppers.budget[u]), -1.2), 0)
    unbought = memory.bought_at[u, item] < memory.viewed_at[u, item]
    view_age = np.maximum(when - memory.viewed_at[u, item], 0)
    viewed = (1.9 + 0.5 * np.minimum(memory.views[u, item], 4)) * np.exp(-view_age / 7) * unbought
    carted = (memory.carted_at[u, item] > memory.bought_at[u, item]) & (when - memory.carted_at[u, item] < 10)
    viewed = viewed + 1.2 * carted
    complement, complement_item = complement_need(memory, user, day)
    repeat = repeat_need(memory, user, day)
    again = memory.bought_at[u, item] > 0
    due = np.take_along_axis(repeat, shelf, axis=1)
    push = np.stack([
        liked + price, viewed, np.take_along_axis(complement, shelf, axis=1) * product,
        due * (1 + 0.7 * again) * product, _search(catalogue, memory, u, item, when),
        catalogue.quality[item] + trend[item],
    ])
    tired = memory.shown[u, item] * 0.5 ** (np.maximum(when - memory.shown_at[u, item], 0) / 6)
    sated = np.take_along_axis(had_enough(memory, user, day), shelf, axis=1) - 1.5 * (again & (due == 0))
    place = _SLOT_EFFECT[slot][:, None] - 0.16 * np.arange(item.shape[1])
    odds = BASE + push.sum(axis=0) + sated - 0.4 * np.minimum(tired, 4) + place
    cause = np.where(push.max(axis=0) < LEAST, len(CAUSES), push.argmax(axis=0))
    behind = np.full((len(CAUSES) + 1, *item.shape), -1)
    behind[0] = memory.shelf_item[u, shelf]
    behind[1] = item
    behind[2] = np.take_along_axis(complement_item, shelf, axis=1)
    behind[3] = np.where(again, item, memory.shelf_bought[u, shelf])
    p = np.where(item >= 0, 1 / (1 + np.exp(-odds)), 0)
    return Judgement(p, cause, np.take_along_axis(behind, cause[None], axis=0)[0])


def taste(shoppers: Shoppers, catalogue: Catalogue, user: Array, item: Array) -> Array:
    """Log-odds of shelf, brand, colour, material, sub-type and size; an article or ad shows less of them."""
    brand, colour, material = catalogue.brand[item], catalogue.colour[item], catalogue.material[item]
    shelf = shoppers.shelf_taste[user, catalogue.shelf[item]]
    liked = np.where(brand >= 0, shoppers.brand_taste[user, brand], 0)
    shade = np.where(colour >= 0, shoppers.colour_taste[user, colour], 0)
    stuff = np.where(material >= 0, shoppers.material_taste[user, material], 0)
    noun, size = catalogue.noun[item], catalogue.worn[item]
    sort = np.where(noun < 0, 0, np.where(noun == shoppers.noun_taste[user, catalogue.shelf[item]], 0.7, -0.4))
    worn = shoppers.size_worn[user, WARDROBE[catalogue.shelf[item]]]
    suits = np.where(size < 0, 0, np.where(size == worn, 0.8, -0.4))
    known = 0.5 + 0.5 * (shelf > 1)  # looks matter most for what she cares about
    return np.asarray(shelf + known * (liked + shade + stuff + sort + suits))


def _search(catalogue: Catalogue, memory: Memory, u: Array, item: Array, when: Array) -> Array:
    """Log-odds of matching what she searched for within a day."""
    wanted = memory.searched[u]
    fits = catalogue.shelf[item] == wanted[..., 0]
    brand = (wanted[..., 1] >= 0) & (catalogue.brand[item] == wanted[..., 1])
    colour = (wanted[..., 2] >= 0) & (catalogue.colour[item] == wanted[..., 2])
    fresh = when - memory.searched_at[u] < 1
    noun = catalogue.noun[item] == wanted[..., 3]
    return np.asarray(fresh * fits * (1.6 + 1.1 * brand + 1.1 * colour + 0.8 * noun))
