"""What should we show?"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from core.language import say, to_say
from pages._ui import frame, offer_ads, offer_assist, offer_item, offer_search, offer_segment, offer_shopper, pick, work

if TYPE_CHECKING:
    from core.service import Shop

#: What is to be filled, by its name in the address: what it is called, and what draws it.
USES: dict[str, tuple[str, Callable[[Shop], None]]] = {
    "shopper": (to_say("For a shopper"), offer_shopper.show),
    "segment": (to_say("For a segment"), offer_segment.show),
    "item": (to_say("An item's page"), offer_item.show),
    "search": (to_say("A search"), offer_search.show),
    "assist": (to_say("The assistant"), offer_assist.show),
    "ad": (to_say("An ad slot"), offer_ads.show),
}


def use() -> str:
    """Let the person choose what is to be filled; it is in the address."""
    now = st.query_params.get("for", "shopper")
    now = now if now in USES else "shopper"
    said = st.segmented_control(say("What is to be filled"), list(USES), default=now, required=True,
                                format_func=lambda key: say(USES[key][0]), label_visibility="collapsed",
                                key=f"for-{now}")  # fmt: skip
    if said and said != now:
        pick.choose("for", said)
        st.rerun()
    return now


with frame.page(to_say("Recommend"), to_say("What should we show?")) as shop:
    with frame.errors():
        USES[use()][1](shop)
    work.start_vectors(shop)
