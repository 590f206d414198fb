"""What shoppers do beside clicking in lists: look, search, fill the cart, buy."""

from __future__ import annotations

import numpy as np

from core.schema import Col, Event
from data.demo import behaviour
from data.demo.catalogue import Array
from data.demo.shop import SECONDS, Shop, Visits
from data.demo.vocabulary import BRANDS, COLOURS, SHELVES

#: Items that a shopper leafs through before she opens one without a list.
_LEAFED = 4
#: Days that things stay in a cart, chance of buying in the visit they were put there, and later.
_CART_DAYS, _BUY_NOW, _BUY_LATER = 12, 0.3, 0.08


def wish(shop: Shop, user: Array, day: Array) -> Array:
    """The shelf each shopper has in mind: a need if there is one, else a taste."""
    odds = shop.shoppers.shelf_taste[user] * 2.4
    odds = odds + 1.6 * behaviour.repeat_need(shop.memory, user, day)
    odds = odds + 1.2 * behaviour.complement_need(shop.memory, user, day)[0]
    odds = odds + behaviour.had_enough(shop.memory, user, day)
    return np.asarray(np.argmax(odds + shop.rng.gumbel(size=odds.shape), axis=1))


def look(shop: Shop, visits: Visits, row: Array, item: Array) -> None:
    """View items; some are kept as favourites or put in the cart."""
    rng, memory, user = shop.rng, shop.memory, visits.user[row]
    shelf, second = shop.catalogue.shelf[item], visits.clock[row].copy()
    interest = behaviour.taste(shop.shoppers, shop.catalogue, user, item)
    dwell = np.clip(rng.lognormal(2.9 + 0.13 * interest, 0.7), 2, 240)
    shop.log.add(Event.VIEW, user, second, item=item, session=visits.session[row], **{Col.DWELL: dwell})
    need = _need(shop, user, second / SECONDS, shelf)
    memory.look(user, item, shelf, second / SECONDS)
    visits.clock[row] += np.ceil(dwell)
    product = shop.catalogue.kind[item] == 0
    odds = -4.2 + 0.6 * np.minimum(memory.views[user, item], 4) + 0.3 * interest + 0.006 * dwell + 0.7 * need
    odds = odds + 0.6 * np.isin(shelf, list(behaviour.REPEAT_DAYS))  # cheap, and taken without much thought
    cart = product & (rng.random(len(user)) < 1 / (1 + np.exp(-odds)))
    liked = product & ~cart & (rng.random(len(user)) < 0.02 + 0.05 * (interest > 2.5))
    _keep(shop, visits, row[cart], item[cart], Event.CART)
    _keep(shop, visits, row[liked], item[liked], Event.FAVOURITE)
    memory.carted_at[user[cart], item[cart]] = second[cart] / SECONDS


def browse(shop: Shop, visits: Visits, row: Array) -> None:
    """Open an item without a list: what she had in mind, or looked at before."""
    rng, memory, user = shop.rng, shop.memory, visits.user[row]
    shelf = wish(shop, user, visits.clock[row] / SECONDS)
    leafed = visits.today[0].on_shelf(np.broadcast_to(shelf[:, None], (len(row), _LEAFED)),
                                      rng.random((len(row), _LEAFED)))
    charm = behaviour.taste(shop.shoppers, shop.catalogue, user[:, None], leafed) + rng.gumbel(size=leafed.shape)
    item = leafed[np.arange(len(row)), charm.argmax(axis=1)]
    back = (rng.random(len(row)) < 0.3) & (memory.shelf_item[user, shelf] >= 0)
    item = np.where(back, memory.shelf_item[user, shelf], item)
    due = behaviour.repeat_need(memory, user, visits.clock[row] / SECONDS)[np.arange(len(row)), shelf] > 0
    item = np.where(due & (rng.random(len(row)) < 0.7), memory.shelf_bought[user, shelf], item)
    visits.clock[row] += rng.integers(4, 30, len(row))
    look(shop, visits, row, item)


def search(shop: Shop, visits: Visits, row: Array, shelf: Array) -> None:
    """Type words: the thing, often with a brand or a colour."""
    rng, user = shop.rng, visits.user[row]
    brand, colour = _named(shop, user, shelf)
    nouns = np.array([len(SHELVES[s].nouns) for s in shelf], dtype=int)
    meant = shop.shoppers.noun_taste[user, shelf]
    noun = np.where(rng.random(len(row)) < 0.75, meant, (rng.random(len(row)) * nouns).astype(int))
    words = [_typed(*parts) for parts in zip(shelf, brand, colour, noun, strict=True)]
    visits.clock[row] += rng.integers(3, 15, len(row))
    shop.log.add(Event.SEARCH, user, visits.clock[row].copy(), session=visits.session[row],
                 **{Col.QUERY: np.array(words, dtype=object)})
    shop.memory.searched[user] = np.stack([shelf, brand, colour, noun], axis=1)
    shop.memory.searched_at[user] = visits.clock[row] / SECONDS


def buy(shop: Shop, visits: Visits) -> None:
    """Buy what lies in the cart: most likely what was put there today."""
    rng, memory = shop.rng, shop.memory
    carted, now = memory.carted_at[visits.user], visits.clock / SECONDS
    age = now[:, None] - carted
    row, item = np.nonzero((age < _CART_DAYS) & (carted > memory.bought_at[visits.user]))
    need = _need(shop, visits.user[row], now[row], shop.catalogue.shelf[item])
    chance = np.where(age[row, item] < 0.2, _BUY_NOW, _BUY_LATER) + 0.08 * need
    chosen = rng.random(len(row)) < chance
    row, item = row[chosen], item[chosen]
    visits.clock[np.unique(row)] += rng.integers(20, 120, len(np.unique(row)))
    user, shelf = visits.user[row], shop.catalogue.shelf[item]
    shop.log.add(Event.PURCHASE, user, visits.clock[row].copy(), item=item, session=visits.session[row],
                 **{Col.PRICE: _paid(shop, user, item), Col.QUANTITY: _quantity(shop, shelf)})
    memory.buy(user, item, shelf, visits.clock[row] / SECONDS)


def _need(shop: Shop, user: Array, day: Array, shelf: Array) -> Array:
    """Log-odds of needing a thing from a shelf: it goes with a purchase, was used up, or is owned already."""
    need = behaviour.repeat_need(shop.memory, user, day) + behaviour.complement_need(shop.memory, user, day)[0]
    need = need + behaviour.had_enough(shop.memory, user, day)
    return np.asarray(need[np.arange(len(user)), shelf])


def _keep(shop: Shop, visits: Visits, row: Array, item: Array, event: Event) -> None:
    visits.clock[row] += 2
    price = {Col.PRICE: shop.catalogue.price[item]} if event == Event.CART else {}
    shop.log.add(event, visits.user[row], visits.clock[row].copy(), item=item, session=visits.session[row], **price)


def _named(shop: Shop, user: Array, shelf: Array) -> tuple[Array, Array]:
    """Brand and colour that she names; -1 where she names none, or the shelf has no such thing."""
    rng, stock = shop.rng, shop.catalogue
    brand, colour = shop.shoppers.brand_taste[user].argmax(axis=1), shop.shoppers.colour_taste[user].argmax(axis=1)
    sold = set(zip(stock.shelf.tolist(), stock.brand.tolist(), strict=True))
    known = np.array([pair in sold for pair in zip(shelf.tolist(), brand.tolist(), strict=True)], dtype=bool)
    brand = np.where(known & (rng.random(len(user)) < 0.4), brand, -1)
    tinted = set(zip(stock.shelf.tolist(), stock.colour.tolist(), strict=True))
    known = np.array([pair in tinted for pair in zip(shelf.tolist(), colour.tolist(), strict=True)], dtype=bool)
    return brand, np.where(known & (brand < 0) & (rng.random(len(user)) < 0.4), colour, -1)


def _typed(shelf: int, brand: int, colour: int, noun: int) -> str:
    words = [BRANDS[brand].lower()] if brand >= 0 else []
    return " ".join([*words, *([COLOURS[colour]] if colour >= 0 else []), SHELVES[shelf].nouns[noun]])


def _paid(shop: Shop, user: Array, item: Array) -> Array:
    """Price paid: a fifth off for those who wait for deals, and now and then for others."""
    bargain = shop.rng.random(len(user)) < np.where(shop.shoppers.bargain[user], 0.7, 0.12)
    return np.asarray(shop.catalogue.price[item] * np.where(bargain, 0.8, 1.0))


def _quantity(shop: Shop, shelf: Array) -> Array:
    used_up = np.isin(shelf, list(behaviour.REPEAT_DAYS))
    more = (shop.rng.random(len(shelf)) < 0.1).astype(float)
    return np.asarray(1 + more + (used_up & (shop.rng.random(len(shelf)) < 0.3)))
