"""Who is this shopper, and what will they click?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from core.language import say, to_say
from core.records import Recommendation, Timeline
from pages._ui import cards, described, frame, happened, known, pick, resources, spared, states, waiting

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from core.service import Shop

#: Items, from the first on, whose reasons are given in words; the page Why has those of the others.
REASONS = 3


def show(shop: Shop, user: str) -> None:
    """Draw everything about one shopper: what was counted, what they did, and then what is predicted."""
    with st.spinner(say("Reading the history …")):
        view = resources.shopper(shop, user)
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader(say("Who they are so far"), anchor=False)
        aside = any(fact.key == cards.SET_ASIDE for fact in view.facts)
        facts = [fact for fact in view.facts if fact.key != cards.SET_ASIDE or not shop.spared(user)]
        cards.facts(facts, partial(spared.draw, shop, user, aside))
    with right:
        st.subheader(say("What to expect of them"), anchor=False)
        expected = st.empty()
        if shop.model_name is None:
            with expected.container():
                states.no_model()
            done(view.timeline, user)
        with frame.errors(), st.spinner(say("Holding your descriptions against them …")):
            described.of_shopper(shop, user)
    if shop.model_name is None:
        known.draw(shop, user, None)
        return
    left, right = st.columns([3, 2], gap="large")
    next_ = left.empty()
    with right:
        done(view.timeline, user)
    known.draw(shop, user, shop.model_name)
    predicted(shop, user, expected, next_)


def predicted(shop: Shop, user: str, expected: DeltaGenerator, next_: DeltaGenerator) -> None:
    """Draw what the model says: tags, what they will click, and why, each when it is known."""
    with expected.container(), frame.errors():
        with st.spinner(say("Predicting what to expect of them …")):
            tags = resources.tags(shop, user)
        cards.tags(tags, user)
    with next_.container(), frame.errors():
        baskets = say("What they are likely to buy next"), say("What they are likely to click next")
        st.subheader(baskets[not shop.baskets], anchor=False)
        with st.spinner(say("Ranking what they may buy …") if shop.baskets else say("Ranking what they may click …")):
            items = resources.likeliest(shop, user)
        if not items:
            st.caption(say("Nothing can be recommended yet."))
            return
        reasons(shop, user, items[:REASONS], cards.recommendations(items, user))


def reasons(shop: Shop, user: str, items: Sequence[Recommendation], places: Sequence[DeltaGenerator]) -> None:
    """Give the first reasons in words."""
    with places[0].container(), frame.errors():
        with waiting.turn(say("Reading the history with and without each event …")):
            told = resources.reasons(shop, user, tuple(item.item_id for item in items))
        for place, why in zip(places, told, strict=False):
            cards.reason(place, why)


def done(timeline: Timeline, user: str) -> None:
    """Draw what they did."""
    st.subheader(say("What they did"), anchor=False)
    happened.draw(timeline, user)


with frame.page(to_say("Shopper"), to_say("Who is this shopper, and what will they click?")) as shop:
    user = pick.shopper(shop)
    if user is not None:
        show(shop, user)
