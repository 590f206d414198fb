"""Answers about what the shoppers of a segment did, cached like the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from core.language import say, spoken

if TYPE_CHECKING:
    from core.conditions import Node
    from core.service import Shop


@st.cache_data(max_entries=200, ttl="1h", show_spinner=False)
def _asked(key: tuple[Any, ...], question: str, about: tuple[Any, ...], _given: tuple[Any, ...], _shop: Shop) -> Any:
    return getattr(_shop.looking, question)(*_given)


def ask(shop: Shop, ready: float, question: str, tree: Node, *more: Any, other: Node | None = None) -> Any:
    """Return an answer of ``Shop.looking`` about a tree, and where one is named about another."""
    keys = (shop.segments.key(tree), other and shop.segments.key(other), *more)
    given = (tree, *more) if other is None else (tree, *more, other)
    with st.spinner(say("Counting …")):
        return _asked(_data(shop, ready), question, keys, given, shop)


def overlap(shop: Shop, ready: float, trees: list[Node]) -> Any:
    """Return the sizes of some groups, and how many are in exactly which of them."""
    keys = tuple(map(shop.segments.key, trees))
    with st.spinner(say("Counting …")):
        return _asked(_data(shop, ready), "overlap", keys, (trees,), shop)


def _data(shop: Shop, ready: float) -> tuple[Any, ...]:
    return str(shop.workspace.path), shop.version, shop.model_name, ready, spoken()
