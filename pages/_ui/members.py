"""Who is in a segment: a table, the way to one shopper, and all of them as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.conditions import Node
from core.language import say
from pages._ui import nav, resources, tables, take_along, words

if TYPE_CHECKING:
    from core.service import Shop


def draw(
    shop: Shop, tree: Node, show: Sequence[str], columns: pd.DataFrame, ready: float, many: int, name: str
) -> None:
    """Draw the table of shoppers, the way to one of them, and to all of them as a file that is called ``name``."""
    found = resources.members(shop, tree, show, ready)
    table, config = tables.shoppers(found, columns)
    event = st.dataframe(table, hide_index=True, placeholder="–", column_config=config, on_select="rerun",
                         selection_mode="single-row", key=f"table-{shop.segments.key(tree)}")  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        if event.selection.rows:
            user = str(found.iloc[event.selection.rows[0]]["user_id"])
            nav.link("shopper", say("Open shopper {user}", user=words.plain(user)), ":material/person_search:",
                     {"user": user})  # fmt: skip
        else:
            st.caption(say("Tick a row to open that shopper."), width="content")
        take_along.choose(shop, tree, name, show, columns, many)
    if many > len(found):
        st.caption(say("The table shows the first {found}; the file holds all.", found=words.count(len(found))))
    take_along.prepared(shop)
