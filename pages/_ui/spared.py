"""Who looks like a robot or a test account and is a shopper all the same, such as a wholesaler."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.language import say
from pages._ui import resources

if TYPE_CHECKING:
    from core.service import Shop


def draw(shop: Shop, user_id: str, aside: bool) -> None:
    """Let a person call somebody who is set aside a shopper, and take it back."""
    if shop.spared(user_id):
        st.caption(say(":material/how_to_reg: You called them a shopper, whatever they look like: models learn from "
                       "them."))
        st.button(say("Take it back"), icon=":material/undo:", on_click=resources.spare, args=(shop, user_id, False))
    elif aside:
        st.button(
            say("This is a shopper"), icon=":material/how_to_reg:", on_click=resources.spare,
            args=(shop, user_id, True),
            help=say("Models learn from them from the next training on. Segments and the facts follow with the next "
                     "import."),
        )
