"""Choosing a shopper or an item; what is chosen lives in the address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.conditions import ANYTHING, Deed, Did, Group
from core.language import say, to_say
from pages._ui import builder, nav, states, words

if TYPE_CHECKING:
    from core.service import Shop


@dataclass(frozen=True)
class _Kind:
    """What can be chosen: its name in the address and its words on the page."""

    param: str
    label: str
    icon: str
    find: str
    hint: str


_SHOPPER = _Kind("user", to_say("Shopper"), ":material/person:", to_say("Find shoppers"),
                 to_say("an id, or what they did"))  # fmt: skip
_ITEM = _Kind("item", to_say("Item"), ":material/sell:", to_say("Find items"), to_say("words of its title"))
_NOBODY = to_say("For nobody in particular")


def chosen(*params: str) -> bool:
    """Whether all of these are chosen in the address."""
    return all(st.query_params.get(param) for param in params)


def shopper(shop: Shop) -> str | None:
    """Let the person choose a shopper; return the id, or None after an empty state was drawn."""
    user = _choose(_SHOPPER, lambda text: shop.find_shoppers(text).rename(columns={"user_id": "id"}),
                   all_who=lambda text: _all_who(shop, text))  # fmt: skip
    if user is None:
        states.empty(
            say("Choose a shopper"),
            say("Type a part of an id, or words of what they did, or start with one of these."),
            ":material/person_search:",
        )  # fmt: skip
        with st.container(horizontal=True, horizontal_alignment="center"):
            for row in shop.find_shoppers("", limit=3).itertuples():
                st.button(words.plain(row.label), key=f"try-{row.user_id}", on_click=choose, args=("user", row.user_id))
    return user


def item(shop: Shop, first: pd.DataFrame) -> str | None:
    """Let the person choose an item; ``first`` (item_id, title) is offered before anything is searched."""

    def find(text: str) -> pd.DataFrame:
        found = shop.find_items(text) if text else first
        return found.rename(columns={"item_id": "id", "title": "label"})

    return _choose(_ITEM, find)


def someone(shop: Shop) -> str | None:
    """Let the person choose a shopper, or nobody in particular."""
    found = _choose(_SHOPPER, lambda text: shop.find_shoppers(text).rename(columns={"user_id": "id"}), _NOBODY)
    return found


def choose(param: str, value: str) -> None:
    """Choose for the person: it is in the address from now on."""
    st.query_params[param] = value


def _all_who(shop: Shop, text: str) -> None:
    """Draw a link to all shoppers who did something with these words, as a segment."""
    did = Group("all", (Did(Deed(ANYTHING, words=text)),))
    nav.link("segments", say("All who did this, as a segment"), ":material/groups:",
             {builder.PARAM: shop.segments.written(did)})  # fmt: skip


def _choose(
    kind: _Kind, find: Callable[[str], pd.DataFrame], nobody: str = "", all_who: Callable[[str], None] | None = None
) -> str | None:
    """Draw the fields; once something is chosen, they fold away so that the answer comes first.

    Where nobody may be meant too, they are folded away from the start, and ``nobody`` says so.

    Parameters
    ----------
    all_who
        Draws the way to everybody who is found by words of what they did.
    """
    current = st.query_params.get(kind.param)
    place = st.container()
    if current or nobody:
        name = f"{say(kind.label)} {words.plain(current[:40])}" if current else say(nobody)
        place = st.popover(name, icon=kind.icon, help=say("Choose another"))
    with place:
        picked = _fields(kind, current, find, all_who)
        if current and nobody:
            st.button(say(nobody), icon=":material/group:", on_click=st.query_params.pop, args=(kind.param, None))
    if picked is not None and picked != current:
        choose(kind.param, picked)
        st.rerun()
    return current


def _fields(
    kind: _Kind, current: str | None, find: Callable[[str], pd.DataFrame], all_who: Callable[[str], None] | None
) -> str | None:
    left, right = st.columns([1, 2], vertical_alignment="bottom")
    text = left.text_input(
        say(kind.find),
        key=f"find-{kind.param}-{current}",
        placeholder=say(kind.hint),
        type="search",
        icon=":material/search:",
    )
    found = find((text or "").strip())
    labels = dict(zip(found["id"].astype(str), found["label"].astype(str), strict=True))
    if text and not labels:
        left.caption(say("Nothing was found for these words."))
    if all_who and found.get("times", pd.Series(dtype=int)).any():
        with left:
            all_who((text or "").strip())
    options = list(dict.fromkeys([*([current] if current else []), *labels]))
    return right.selectbox(
        say(kind.label),
        options,
        index=0 if current else None,
        format_func=lambda key: labels.get(key, key),
        placeholder=say("Choose one of {number}", number=len(options)) if options else say("Nothing to choose from"),
        key=f"pick-{kind.param}-{current}-{text}",
    )
