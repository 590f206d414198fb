"""Who is in a segment: a table, the way to one shopper, to more like some, and all of them as a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.conditions import Node
from core.language import say
from pages._ui import alike, nav, resources, tables, take_along, words

if TYPE_CHECKING:
    from core.service import Shop


def draw(
    shop: Shop, tree: Node, show: Sequence[str], columns: pd.DataFrame, ready: float, many: int, name: str
) -> None:
    """Draw the table of shoppers, what can be done with some, and the way to all as a file that is called ``name``.

    Who is chosen can be ticked in the table or, with the keyboard, in a list beside it.
    """
    with st.spinner(say("Listing them …")):
        found = resources.members(shop, tree, show, ready)
    key = shop.segments.key(tree)
    ticked = tables.ticked(found, columns, f"table-{key}", "multi-row")
    users = found["user_id"].astype(str).tolist()
    with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
        chosen = st.multiselect(
            say("Open a shopper, or find more like some"), users, _first(users, ticked, key), width=420,
            placeholder=say("Tick rows, or choose here"), key=f"chosen-{key}-{ticked}",
        )  # fmt: skip
        if len(chosen) == 1:
            nav.shopper(chosen[0])
        take_along.choose(shop, tree, name, show, columns, many)
    if chosen:
        alike.draw(shop, chosen, ready)
    if many > len(found):
        st.caption(say("The table shows the first {found}; the file holds all.", found=words.count(len(found))))
    take_along.prepared(shop)


def _first(users: Sequence[str], ticked: Sequence[int], key: str) -> list[str]:
    """Return whom the list beside the table begins with: who is ticked, and who was chosen in it before that."""
    before, first = st.session_state.get(f"_first-{key}", ([], []))
    if before != ticked:
        marked = {users[row] for row in before if row < len(users)}
        chosen = st.session_state.get(f"chosen-{key}-{before}", first)
        by_hand = [user for user in chosen if user not in marked and user in users]
        first = list(dict.fromkeys([*(users[row] for row in ticked), *by_hand]))
        st.session_state[f"_first-{key}"] = ticked, first
    return first
