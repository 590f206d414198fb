"""What comes beside the visits: returns, ratings and reviews, and the robots' views."""

from __future__ import annotations

import numpy as np

from core.schema import Col, Event
from data.demo.shop import SECONDS, Shop
from data.demo.vocabulary import REVIEWS

_ROBOT_DAYS, _ROBOT_VIEWS = 4, 240


def opinions(shop: Shop) -> None:
    """Returns, ratings and reviews, days after a purchase; each in a session of its own."""
    rng, end = shop.rng, shop.days * SECONDS
    user, item, second, price = shop.log.column(Event.PURCHASE, "user", "item", "second", Col.PRICE)
    like = shop.shoppers.brand_taste[user, shop.catalogue.brand[item]] + shop.catalogue.quality[item]
    stars = np.clip(np.round(3.7 + 0.6 * like + rng.normal(0, 0.9, len(user))), 1, 5)
    when = second + rng.integers(2, 15, len(user)) * SECONDS + np.round(rng.normal(0, 2400, len(user)))
    session = shop.sessions + np.arange(len(user))
    shop.sessions += len(user)
    back = (rng.random(len(user)) < np.where(stars <= 2, 0.45, 0.07)) & (when < end)
    rated = (rng.random(len(user)) < 0.35) & (when + 60 < end)
    told = rated & (rng.random(len(user)) < 0.4)
    texts = np.array([str(rng.choice(REVIEWS[int(star)])) for star in stars], dtype=object)
    shop.log.add(Event.RETURN, user[back], when[back], item=item[back], session=session[back],
                 **{Col.PRICE: price[back], Col.QUANTITY: np.ones(int(back.sum()))})
    shop.log.add(Event.RATING, user[rated], when[rated] + 20, item=item[rated], session=session[rated],
                 **{Col.VALUE: stars[rated]})
    shop.log.add(Event.REVIEW, user[told], when[told] + 50, item=item[told], session=session[told],
                 **{Col.VALUE: stars[told], Col.TEXT: texts[told]})


def robots(shop: Shop) -> None:
    """Robots view hundreds of items at a steady pace and stay on none."""
    rng = shop.rng
    for user in np.flatnonzero(shop.shoppers.robot):
        for day in rng.choice(shop.days, min(_ROBOT_DAYS, shop.days), replace=False):
            count = int(rng.integers(_ROBOT_VIEWS * 3 // 4, _ROBOT_VIEWS * 5 // 4))
            first = int(rng.integers(shop.catalogue.size))
            begin = day * SECONDS + int(rng.integers(0, SECONDS // 2))
            shop.log.add(Event.VIEW, np.full(count, user), begin + 2.0 * np.arange(count),
                         item=(first + np.arange(count)) % shop.catalogue.size,
                         session=np.full(count, shop.sessions))
            shop.sessions += 1
