"""What to show to one shopper."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages._ui import cards, pick, resources, states

if TYPE_CHECKING:
    from core.service import Shop


def show(shop: Shop) -> None:
    """Let the person choose a shopper, and draw what to show to her."""
    user = pick.shopper(shop)
    if user is None:
        return
    if shop.model_name is None:
        states.no_model()
        return
    with st.form("ask", border=True):
        query, slot, most = st.columns([3, 2, 2])
        asked = query.text_input(
            "Search words (optional)",
            placeholder="ankle boots",
            type="search",
            help="Only items that match these words are ranked.",
        )
        place = slot.text_input(
            "Place on the site (optional)",
            placeholder="home",
            help="A slot as it is named in your logs, for example home, search or email.",
        )
        k = most.slider("How many", 1, 30, 10)
        explain = st.checkbox("Say why for each item (slower)")
        st.form_submit_button("Recommend", type="primary", icon=":material/recommend:")
    with st.spinner("Ranking …"):
        items = resources.recommend(shop, user, k, asked.strip() or None, place.strip() or None, explain)
    if items:
        cards.recommendations(items, user)
    else:
        states.empty("Nothing matches", "Try fewer or other search words.", ":material/search_off:")
