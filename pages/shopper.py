"""Who is this shopper, and what will they click?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui import cards, frame, pick, resources, states, words

if TYPE_CHECKING:
    from core.service import Shop


def show(shop: Shop, user: str) -> None:
    """Draw everything about one shopper: counted on the left, predicted on the right."""
    with st.spinner("Reading her history …"):
        view = resources.shopper(shop, user)
    st.caption(f"As of {words.moment(view.as_of)}, the end of the logs.")
    left, right = st.columns([2, 3], gap="large")
    with left:
        st.subheader("Who she is so far", anchor=False)
        cards.facts(view.facts)
    with right:
        st.subheader("What to expect of her", anchor=False)
        if view.model is None:
            states.no_model()
        else:
            cards.tags(view.tags)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("What she is likely to click next", anchor=False)
        if view.recommendations:
            cards.recommendations(view.recommendations, user)
        else:
            st.caption("Nothing can be recommended yet." if view.model else "This needs a model.")
    with right:
        st.subheader("What she did", anchor=False)
        cards.timeline(view.timeline)


with frame.page("Shopper", "Who is this shopper, and what will they click?") as shop:
    user = pick.shopper(shop)
    if user is not None:
        show(shop, user)
