"""Why an item is offered, from what was searched, what the item says of itself, and what the model predicts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.assist.records import Offer
from core.language import say, say_many
from core.schema import CATEGORY_SEPARATOR
from core.search.language import colours, stop_words
from core.search.lexical import shared
from core.search.names import within
from core.search.query import Query, price_said
from core.search.tokens import terms

if TYPE_CHECKING:
    import pandas as pd

    from core.records import Hit

#: Words that a reason names.
_NAMED = 5


def offer(hit: Hit, about: pd.Series[str], query: Query, wanted_most: bool, baskets: bool = False) -> Offer:
    """Return an item with its reasons.

    Parameters
    ----------
    about
        Its row of the shelf.
    wanted_most
        Whether it alone is what most was done with lately, of all that match.
    baskets
        Whether its chance is that of the next basket; else it is that of a click.
    """
    own = f"{about['title']} {about['description']}"
    words = [word for word in dict.fromkeys(terms(query.words)) if word not in stop_words()]
    has = shared(query.words, own)
    return Offer(hit, list(_reasons(hit, query, [word for word in words if word in has], wanted_most)),
                 [word for word in words if word not in has], _personal(hit, baskets))  # fmt: skip


def _reasons(hit: Hit, query: Query, has: Sequence[str], wanted_most: bool) -> list[str]:
    tints = [colour for colour in query.colours if colour in colours(hit.title)]
    told = [word for word in has if not colours(word)][:_NAMED]
    bounded = hit.price is not None and _within(hit.price, query)
    quoted = say(", ").join(say("“{word}”", word=word) for word in told)
    leaf = hit.category.split(CATEGORY_SEPARATOR)[-1]
    found = [
        say("says {words}", words=quoted) if told else "",
        say("is {colours}", colours=say(" and ").join(tints)) if tints else "",
        say("is in {category}", category=leaf) if within(hit.category, query.categories) else "",
        say("is by {brand}", brand=hit.brand) if hit.brand in query.brands else "",
        say("costs {price} ({asked} was asked)", price=f"{hit.price:,.2f}",
            asked=price_said(query.low, query.high)) if bounded else "",
        say("is near in meaning") if "meaning" in hit.found_by else "",
        say("was wanted more than the others here, in the last four weeks") if wanted_most else "",
    ]
    return [one for one in found if one]


def _personal(hit: Hit, baskets: bool) -> str:
    if hit.p_click is None:
        return ""
    chance = (say("{chance:.1f} % chance of the next basket", chance=100 * hit.p_click) if baskets else
              say("{chance:.1f} % chance of a click", chance=100 * hit.p_click))  # fmt: skip
    if hit.moved > 0:
        return say_many(hit.moved, "{chance}, {number} place higher than for anybody",
                        "{chance}, {number} places higher than for anybody", chance=chance)  # fmt: skip
    if hit.moved < 0:
        return say_many(-hit.moved, "{chance}, {number} place lower than for anybody",
                        "{chance}, {number} places lower than for anybody", chance=chance)  # fmt: skip
    return chance


def _within(price: float, query: Query) -> bool:
    asked = query.low is not None or query.high is not None
    return asked and (query.low or 0) <= price <= (float("inf") if query.high is None else query.high)
