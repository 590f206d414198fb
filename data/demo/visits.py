"""Plays the shop's days: visits with lists, looks, carts and purchases, each from what went before."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from core.schema import Col, Event
from data.demo import behaviour, lists
from data.demo.behaviour import Memory
from data.demo.catalogue import Array, Catalogue
from data.demo.log import Log
from data.demo.shoppers import Shoppers, visit_chance
from data.demo.vocabulary import BRANDS, COLOURS, SHELVES

SECONDS = 86_400
_MOST_LISTS, _LOOKS = 4, 3
_SLOT_SHARES = np.cumsum([0.42, 0.2, 0.24, 0.06, 0.08])


@dataclass
class Shop:
    """The shop while its days are played."""

    rng: np.random.Generator
    catalogue: Catalogue
    shoppers: Shoppers
    days: int
    memory: Memory = field(init=False)
    log: Log = field(default_factory=Log)
    sessions: int = 0
    shown_lists: int = 0

    def __post_init__(self) -> None:
        self.memory = Memory(self.shoppers.size, self.catalogue.size)


@dataclass
class Visits:
    """All visits of one day, one for each shopper who came; ``clock`` moves on as they shop."""

    user: Array
    session: Array
    clock: Array
    trend: Array
    today: list[lists.Window]


def play_day(shop: Shop, day: int, weekend: bool) -> None:
    """Play one day: every shopper who comes does so once."""
    rng, shoppers = shop.rng, shop.shoppers
    shop.memory.clicks *= 0.5 ** (1 / 7)
    user = np.flatnonzero(rng.random(shoppers.size) < visit_chance(shoppers, day, shop.days, weekend))
    hour = np.clip(np.where(rng.random(len(user)) < 0.4, rng.normal(20, 1.4, len(user)),
                            rng.normal(13.5, 3, len(user))), 6.2, 21.4)
    late = shoppers.night[user] & (rng.random(len(user)) < 0.85)
    night = np.where(rng.random(len(user)) < 0.5, rng.uniform(22, 23, len(user)), rng.uniform(0, 4.5, len(user)))
    clock = np.round(day * SECONDS + np.where(late, night, hour) * 3600)
    trend = behaviour.fashion(shop.catalogue, day, shop.days)
    today = lists.windows(shop.catalogue, shop.memory, trend)
    visits = Visits(user, shop.sessions + np.arange(len(user)), clock, trend, today)
    shop.sessions += len(user)
    count = np.minimum(1 + rng.poisson(0.75, len(user)), _MOST_LISTS)
    for step in range(_MOST_LISTS):
        _show(shop, visits, np.flatnonzero(count > step))
        if step < _LOOKS:
            _browse(shop, visits, np.flatnonzero(rng.random(len(user)) < 0.33))
    _buy(shop, visits)


def _wish(shop: Shop, user: Array, day: Array) -> Array:
    """The shelf each shopper has in mind: a need if there is one, else a taste."""
    odds = shop.shoppers.shelf_taste[user] * 1.5
    odds = odds + 2.4 * behaviour.repeat_need(shop.memory, user, day)
    odds = odds + 1.3 * behaviour.complement_need(shop.memory, user, day)[0]
    return np.asarray(np.argmax(odds + shop.rng.gumbel(size=odds.shape), axis=1))


def _show(shop: Shop, visits: Visits, row: Array) -> None:
    """Show a list to some of the visitors, who click or not."""
    rng, memory, user = shop.rng, shop.memory, visits.user[row]
    slot = np.searchsorted(_SLOT_SHARES, rng.random(len(row)) * 0.9999)
    wish = _wish(shop, user, visits.clock[row] / SECONDS)
    _search(shop, visits, row[slot == 2], wish[slot == 2])
    visits.clock[row] += rng.integers(3, 20, len(row))
    second = visits.clock[row].copy()
    item = lists.compose(rng, shop.catalogue, memory, visits.today, user, slot, wish)
    judged = behaviour.judge(shop.shoppers, shop.catalogue, memory, visits.trend, user, item, second / SECONDS, slot)
    click = rng.random(item.shape) < judged.p
    number = shop.shown_lists + np.arange(len(row))
    shop.shown_lists += len(row)
    r, place = np.nonzero(item >= 0)
    common = {"item": item[r, place], "session": visits.session[row][r], "slot": slot[r],
              Col.POSITION: place + 1, "list": number[r]}
    shop.log.add(Event.IMPRESSION, user[r], second[r], **common)
    shop.log.add_truth(list=number[r], user=user[r], item=item[r, place], second=second[r], position=place + 1,
                       p_click=judged.p[r, place], clicked=click[r, place], cause=judged.cause[r, place],
                       cause_item=judged.cause_item[r, place])
    for column in range(item.shape[1]):  # padding (-1) must not be remembered
        has = item[:, column] >= 0
        memory.show(user[has], item[has, column : column + 1], second[has] / SECONDS, ~click[has, column : column + 1])
    _click(shop, visits, row, item, click, slot, number)


def _click(
    shop: Shop, visits: Visits, row: Array, item: Array, click: Array, slot: Array, number: Array
) -> None:
    """Clicks in order of position, each followed by a view."""
    for place in range(item.shape[1]):
        hit = np.flatnonzero(click[:, place])
        visits.clock[row[hit]] += shop.rng.integers(2, 9, len(hit))
        at = row[hit]
        shop.log.add(Event.CLICK, visits.user[at], visits.clock[at].copy(), item=item[hit, place],
                     session=visits.session[at], slot=slot[hit], list=number[hit],
                     **{Col.POSITION: np.full(len(hit), place + 1)})
        visits.clock[at] += 1
        _look(shop, visits, at, item[hit, place])


def _look(shop: Shop, visits: Visits, row: Array, item: Array) -> None:
    """View items; some are kept as favourites or put in the cart."""
    rng, memory, user = shop.rng, shop.memory, visits.user[row]
    shelf, second = shop.catalogue.shelf[item], visits.clock[row].copy()
    interest = shop.shoppers.shelf_taste[user, shelf] + shop.shoppers.brand_taste[user, shop.catalogue.brand[item]]
    dwell = np.clip(rng.lognormal(2.9 + 0.13 * interest, 0.7), 2, 240)
    shop.log.add(Event.VIEW, user, second, item=item, session=visits.session[row], **{Col.DWELL: dwell})
    need = behaviour.repeat_need(memory, user, second / SECONDS)[np.arange(len(user)), shelf]
    memory.look(user, item, shelf, second / SECONDS)
    visits.clock[row] += np.ceil(dwell)
    product = shop.catalogue.kind[item] == 0
    odds = -3.6 + 0.65 * np.minimum(memory.views[user, item], 4) + 0.3 * interest + 0.006 * dwell + 1.8 * need
    cart = product & (rng.random(len(user)) < 1 / (1 + np.exp(-odds)))
    liked = product & ~cart & (rng.random(len(user)) < 0.02 + 0.02 * (interest > 2))
    for event, chosen in ((Event.CART, cart), (Event.FAVOURITE, liked)):
        visits.clock[row[chosen]] += 2
        price = {Col.PRICE: shop.catalogue.price[item[chosen]]} if event == Event.CART else {}
        shop.log.add(event, user[chosen], visits.clock[row[chosen]].copy(), item=item[chosen],
                     session=visits.session[row[chosen]], **price)
    memory.carted_at[user[cart], item[cart]] = second[cart] / SECONDS


def _browse(shop: Shop, visits: Visits, row: Array) -> None:
    """Open an item without a list: what she had in mind, or looked at before."""
    rng, memory, user = shop.rng, shop.memory, visits.user[row]
    shelf = _wish(shop, user, visits.clock[row] / SECONDS)
    item = visits.today[0].on_shelf(shelf, rng.random(len(row)))
    back = (rng.random(len(row)) < 0.35) & (memory.shelf_item[user, shelf] >= 0)
    item = np.where(back, memory.shelf_item[user, shelf], item)
    due = behaviour.repeat_need(memory, user, visits.clock[row] / SECONDS)[np.arange(len(row)), shelf] > 0
    item = np.where(due & (rng.random(len(row)) < 0.7), memory.shelf_bought[user, shelf], item)
    visits.clock[row] += rng.integers(4, 30, len(row))
    _look(shop, visits, row, item)


def _search(shop: Shop, visits: Visits, row: Array, shelf: Array) -> None:
    """Type words: the thing, often with a brand or a colour."""
    rng, user = shop.rng, visits.user[row]
    brands, colours = shop.shoppers.brand_taste[user], shop.shoppers.colour_taste[user]
    brand = np.where(rng.random(len(row)) < 0.25, brands.argmax(axis=1), -1)
    colour = np.where((rng.random(len(row)) < 0.35) & (brand < 0), colours.argmax(axis=1), -1)
    palette = np.array([bool(s.palette) for s in SHELVES])
    colour = np.where(palette[shelf], colour, -1)
    sold = {(s, b) for s, b in zip(shop.catalogue.shelf.tolist(), shop.catalogue.brand.tolist(), strict=True)}
    brand = np.array([b if (s, b) in sold else -1 for s, b in zip(shelf, brand, strict=True)], dtype=int)
    nouns = [str(rng.choice(SHELVES[s].nouns)) for s in shelf]
    words = [" ".join([*([BRANDS[b].lower()] if b >= 0 else []), *([COLOURS[c]] if c >= 0 else []), noun])
             for b, c, noun in zip(brand, colour, nouns, strict=True)]
    visits.clock[row] += rng.integers(3, 15, len(row))
    shop.log.add(Event.SEARCH, user, visits.clock[row].copy(), session=visits.session[row],
                 **{Col.QUERY: np.array(words, dtype=object)})
    shop.memory.searched[user] = np.stack([shelf, brand, colour], axis=1)
    shop.memory.searched_at[user] = visits.clock[row] / SECONDS


def _buy(shop: Shop, visits: Visits) -> None:
    """Buy what lies in the cart: most likely what was put there today."""
    rng, memory = shop.rng, shop.memory
    carted, now = memory.carted_at[visits.user], visits.clock / SECONDS
    age = now[:, None] - carted
    row, item = np.nonzero((age < 12) & (carted > memory.bought_at[visits.user]))
    chance = np.where(age[row, item] < 0.2, 0.5, 0.14)
    chosen = rng.random(len(row)) < chance
    row, item = row[chosen], item[chosen]
    visits.clock[np.unique(row)] += rng.integers(20, 120, len(np.unique(row)))
    user, shelf = visits.user[row], shop.catalogue.shelf[item]
    bargain = rng.random(len(row)) < np.where(shop.shoppers.bargain[user], 0.7, 0.12)
    price = shop.catalogue.price[item] * np.where(bargain, 0.8, 1.0)
    quantity = 1.0 + (rng.random(len(row)) < 0.1) + (np.isin(shelf, list(behaviour.REPEAT_DAYS)) & (rng.random(len(row)) < 0.3))
    shop.log.add(Event.PURCHASE, user, visits.clock[row].copy(), item=item, session=visits.session[row],
                 **{Col.PRICE: price, Col.QUANTITY: quantity})
    memory.buy(user, item, shelf, visits.clock[row] / SECONDS)
