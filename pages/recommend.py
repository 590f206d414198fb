"""What should we show?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from pages._ui import frame, offer_ads, offer_assist, offer_item, offer_search, offer_segment, offer_shopper, pick, work

if TYPE_CHECKING:
    from core.service import Shop

#: What is to be filled, by its name in the address: what it is called, and what draws it.
USES: dict[str, tuple[str, Callable[[Shop], None]]] = {
    "shopper": ("For a shopper", offer_shopper.show),
    "segment": ("For a segment", offer_segment.show),
    "item": ("An item's page", offer_item.show),
    "search": ("A search", offer_search.show),
    "assist": ("The assistant", offer_assist.show),
    "ad": ("An ad slot", offer_ads.show),
}


def use() -> str:
    """Let the person choose what is to be filled; it is in the address."""
    now = st.query_params.get("for", "shopper")
    now = now if now in USES else "shopper"
    said = st.segmented_control("What is to be filled", list(USES), default=now, format_func=lambda key: USES[key][0],
                                required=True, label_visibility="collapsed", key=f"for-{now}")  # fmt: skip
    if said and said != now:
        pick.choose("for", said)
        st.rerun()
    return now


with frame.page("Recommend", "What should we show?") as shop:
    USES[use()][1](shop)
    work.start_vectors(shop)
