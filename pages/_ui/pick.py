"""Choosing a shopper or an item; what is chosen lives in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pages._ui import states, words

if TYPE_CHECKING:
    from core.service import Shop


def shopper(shop: Shop) -> str | None:
    """Let the person choose a shopper; return her id, or None after an empty state was drawn."""
    chosen = _choose(
        "user", "Shopper", "Find a shopper", "part of an id",
        lambda text: shop.find_shoppers(text).rename(columns={"user_id": "id"}),
    )
    if chosen is None:
        states.empty(
            "Choose a shopper", "Type a part of her id, or start with one of these.", ":material/person_search:"
        )
        with st.container(horizontal=True, horizontal_alignment="center"):
            for row in shop.find_shoppers("", limit=3).itertuples():
                st.button(words.plain(row.label), key=f"try-{row.user_id}", on_click=_set, args=("user", row.user_id))
    return chosen


def item(shop: Shop, first: pd.DataFrame) -> str | None:
    """Let the person choose an item; ``first`` (item_id, title) is offered before she searches."""

    def find(text: str) -> pd.DataFrame:
        found = shop.find_items(text) if text else first
        return found.rename(columns={"item_id": "id", "title": "label"})

    return _choose("item", "Item", "Find an item", "words of its title", find)


def _set(name: str, value: str) -> None:
    st.query_params[name] = value
    st.session_state.pop(f"pick-{name}", None)


def _choose(name: str, what: str, label: str, hint: str, find) -> str | None:  # type: ignore[no-untyped-def]
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    text = left.text_input(label, key=f"find-{name}", placeholder=hint, type="search", icon=":material/search:")
    current = st.query_params.get(name)
    found = find((text or "").strip())
    labels = dict(zip(found["id"].astype(str), found["label"].astype(str), strict=True))
    options = list(dict.fromkeys([*([current] if current else []), *labels]))
    if text and not labels:
        left.caption("Nothing was found for these words.")
    chosen = right.selectbox(
        what,
        options,
        index=0 if current else None,
        format_func=lambda key: labels.get(key, key),
        placeholder=f"Choose one of {len(options)}" if options else "Nothing to choose from",
        key=f"pick-{name}-{current}-{text}",
    )
    if chosen is not None and chosen != current:
        _set(name, chosen)
        st.rerun()
    return current
