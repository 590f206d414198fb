"""Who is this shopper, and what will they click?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.language import say, to_say
from core.records import Recommendation
from pages._ui import cards, described, frame, known, pick, resources, spared, states, words

if TYPE_CHECKING:
    from core.service import Shop


def show(shop: Shop, user: str) -> None:
    """Draw everything about one shopper: what was counted, what is predicted, and what they did."""
    with st.spinner(say("Reading the history …")):
        view = resources.shopper(shop, user)
    st.caption(say("As of {as_of}, the end of the logs.", as_of=words.moment(view.as_of)))
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader(say("Who they are so far"), anchor=False)
        cards.facts([fact for fact in view.facts if fact.key != cards.SET_ASIDE or not shop.spared(user)])
        spared.draw(shop, user, any(fact.key == cards.SET_ASIDE for fact in view.facts))
    with right:
        st.subheader(say("What to expect of them"), anchor=False)
        if view.model is None:
            states.no_model()
            done(view.timeline)
        else:
            cards.tags(view.tags, user)
        described.of_shopper(shop, user)
    if view.model is not None:
        left, right = st.columns([3, 2], gap="large")
        with left:
            next_clicks(view.recommendations, user)
        with right:
            done(view.timeline)
    known.draw(shop, user, view.model)


def next_clicks(items: Sequence[Recommendation], user: str) -> None:
    """Draw what they are likely to click."""
    next_one = say("What they are likely to buy next"), say("What they are likely to click next")
    st.subheader(next_one[not resources.shop().baskets], anchor=False)
    if items:
        cards.recommendations(items, user)
    else:
        st.caption(say("Nothing can be recommended yet."))


def done(timeline: pd.DataFrame) -> None:
    """Draw what they did."""
    st.subheader(say("What they did"), anchor=False)
    cards.timeline(timeline)


with frame.page(to_say("Shopper"), to_say("Who is this shopper, and what will they click?")) as shop:
    user = pick.shopper(shop)
    if user is not None:
        show(shop, user)
