"""Why was this recommended?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.language import Sayings, say, to_say
from pages._ui import frame, nav, pick, resources, states, whys

if TYPE_CHECKING:
    from core.service import Shop

ITEM, ABOVE, IF, TITLES = "item", "above", "if", "titles"
ASKS = Sayings({ITEM: "This item", ABOVE: "Why above another", IF: "What if", TITLES: "Suspicious titles"})


def asked() -> str:
    """Let the person choose what to ask; it is in the address."""
    now = st.query_params.get("ask", ITEM)
    now = now if now in ASKS else ITEM
    said = st.segmented_control(say("What to ask"), list(ASKS), default=now, format_func=ASKS.__getitem__,
                                required=True, label_visibility="collapsed", key=f"ask-{now}")  # fmt: skip
    if said and said != now:
        pick.choose("ask", said)
        st.rerun()
    return now


def candidates(shop: Shop, user: str) -> pd.DataFrame:
    """Return what is recommended to the shopper, to choose from before anything is searched."""
    items = resources.recommend(shop, user)
    return pd.DataFrame({"item_id": [i.item_id for i in items], "title": [i.title or i.item_id for i in items]})


def choose(shop: Shop, user: str) -> str | None:
    """Let the person choose an item; what is recommended first is chosen for them, so that the page has an answer."""
    offered = candidates(shop, user)
    if not pick.chosen("item") and not offered.empty:
        pick.choose("item", str(offered["item_id"].iloc[0]))
        st.rerun()
    return pick.item(shop, offered)


def of_shopper(shop: Shop, ask: str) -> None:
    """Answer what is asked about one shopper."""
    tag = st.query_params.get("tag")
    with st.container(horizontal=pick.chosen("user", "item") or bool(tag)):
        user = pick.shopper(shop)
        item = choose(shop, user) if user and shop.model_name and not tag else None
    if user is None:
        return
    if shop.model_name is None:
        states.no_model()
    elif tag:
        whys.why_tag(shop, user, tag)
    elif item is None:
        states.empty(say("Choose an item"), say("There is nothing to recommend to them; search for an item above."))
    elif ask == ABOVE:
        whys.why_above(shop, user, item, candidates(shop, user))
    else:
        {ITEM: whys.why_item, IF: whys.what_if}[ask](shop, user, item)
    if shop.model_name is not None and (item or tag):
        nav.link("shopper", say("Back to this shopper"), ":material/person:", {"user": user})


with frame.page(to_say("Why"), to_say("Why was this recommended?")) as shop:
    ask = ITEM if st.query_params.get("tag") else asked()
    if ask == TITLES:
        whys.suspicious(shop)
    else:
        of_shopper(shop, ask)
