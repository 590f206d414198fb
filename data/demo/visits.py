"""Plays the shop's days: visits with lists that are clicked or not, and what shoppers do besides."""

from __future__ import annotations

import numpy as np

from core.schema import Col, Event
from data.demo import behaviour, deeds, lists
from data.demo.catalogue import Array
from data.demo.shop import SECONDS, Shop, Visits
from data.demo.shoppers import visit_chance

_MOST_LISTS, _LOOKS = 4, 3
_SLOT_SHARES = np.cumsum([0.44, 0.2, 0.22, 0.06, 0.08])


def play_day(shop: Shop, day: int, weekend: bool) -> None:
    """Play one day: every shopper who comes does so once."""
    rng, shoppers = shop.rng, shop.shoppers
    shop.memory.clicks *= 0.5 ** (1 / 7)
    user = np.flatnonzero(rng.random(shoppers.size) < visit_chance(shoppers, day, shop.days, weekend))
    trend = behaviour.fashion(shop.catalogue, day, shop.days)
    today = lists.windows(shop.catalogue, shop.memory, trend)
    visits = Visits(user, shop.sessions + np.arange(len(user)), _arrivals(shop, user, day), trend, today)
    shop.sessions += len(user)
    count = np.minimum(1 + rng.poisson(0.75, len(user)), _MOST_LISTS)
    for step in range(_MOST_LISTS):
        _show(shop, visits, np.flatnonzero(count > step))
        if step < _LOOKS:
            deeds.browse(shop, visits, np.flatnonzero(rng.random(len(user)) < 0.42))
    deeds.buy(shop, visits)
    shop.left[user] = visits.clock


def _arrivals(shop: Shop, user: Array, day: int) -> Array:
    """Second at which each visit begins: midday or evening, or deep in the night for some."""
    rng, count = shop.rng, len(user)
    hour = np.where(rng.random(count) < 0.4, rng.normal(19.6, 1.2, count), rng.normal(13.5, 2.8, count))
    hour = np.where((hour < 6) | (hour > 22.5), rng.uniform(9, 21, count), hour)
    late = shop.shoppers.night[user] & (rng.random(count) < 0.85)
    night = np.where(rng.random(count) < 0.5, rng.uniform(22, 23.2, count), 4.5 * rng.beta(1, 2, count))
    clock = day * SECONDS + np.where(late, night, hour) * 3600
    return np.asarray(np.maximum(clock, shop.left[user] + 60).round())


def _show(shop: Shop, visits: Visits, row: Array) -> None:
    """Show a list to some of the visitors, who click or not."""
    rng, memory, user = shop.rng, shop.memory, visits.user[row]
    slot = np.searchsorted(_SLOT_SHARES, rng.random(len(row)) * 0.9999)
    wish = deeds.wish(shop, user, visits.clock[row] / SECONDS)
    deeds.search(shop, visits, row[slot == 2], wish[slot == 2])
    visits.clock[row] += rng.integers(3, 20, len(row))
    second = visits.clock[row].copy()
    item = lists.compose(rng, shop.catalogue, memory, visits.today, user, slot, wish, second / SECONDS)
    judged = behaviour.judge(shop.shoppers, shop.catalogue, memory, visits.trend, user, item, second / SECONDS, slot)
    click = rng.random(item.shape) < judged.p
    number = shop.shown_lists + np.arange(len(row))
    shop.shown_lists += len(row)
    _note(shop, visits, row, item, judged, click, slot, number)
    for column in range(item.shape[1]):  # padding (-1) must not be remembered
        has = item[:, column] >= 0
        memory.show(user[has], item[has, column : column + 1], second[has] / SECONDS, ~click[has, column : column + 1])
    _click(shop, visits, row, item, click, slot, number)


def _note(
    shop: Shop, visits: Visits, row: Array, item: Array, judged: behaviour.Judgement, click: Array, slot: Array,
    number: Array,
) -> None:
    """Log what was shown, and the truth about it aside."""
    r, place = np.nonzero(item >= 0)
    user, shown, second = visits.user[row][r], item[r, place], visits.clock[row][r]
    shop.log.add(Event.IMPRESSION, user, second, item=shown, session=visits.session[row][r], slot=slot[r],
                 list=number[r], **{Col.POSITION: place + 1})
    shop.log.add_truth(list=number[r], user=user, item=shown, second=second, position=place + 1,
                       p_click=judged.p[r, place], clicked=click[r, place], cause=judged.cause[r, place],
                       cause_item=judged.cause_item[r, place])


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
        deeds.look(shop, visits, at, item[hit, place])
