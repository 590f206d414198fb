"""A merchandiser's rules for a list: drawn, added, taken out; the address keeps them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from core import rules
from core.errors import InputError
from core.rules import BOOST, BURY, HIDE, PIN, Rule
from pages._ui import address, frame, resources, words

if TYPE_CHECKING:
    from core.service import Shop

PARAM = "rules"
DEEDS = {BOOST: "Boost", BURY: "Bury", PIN: "Pin to a place", HIDE: "Hide"}
ABOUT = {"item": "an item", "brand": "a brand", "category": "a category", "price": "a range of prices"}


def read() -> tuple[Rule, ...]:
    """Return the rules of the address.

    Raises
    ------
    InputError
        When they cannot be read.
    """
    said = address.text(PARAM)
    if not said:
        return ()
    try:
        raw = json.loads(said)
    except ValueError as error:
        raise InputError("The rules in the address of this page cannot be read. Add them anew.") from error
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise InputError("The rules in the address of this page cannot be read. Add them anew.")
    return tuple(map(rules.of, raw))


def keep(some: Sequence[Rule]) -> None:
    """Put rules into the address."""
    said = json.dumps([rule.plain() for rule in some], ensure_ascii=False, separators=(",", ":")) if some else ""
    address.keep({PARAM: said})


def edit(shop: Shop) -> tuple[Rule, ...]:
    """Draw the rules and let the person add to them and take them out; return them."""
    now: tuple[Rule, ...] = ()
    with frame.errors():
        now = read()
    with st.popover(f"Rules ({len(now)})" if now else "Rules", icon=":material/rule:"):
        for n, rule in enumerate(now):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                said = rule.said
                st.markdown(f"**{n + 1}.** {words.plain(said[:1].upper() + said[1:])}", width="content")
                st.button("Take out", icon=":material/close:", key=f"unrule-{n}", type="tertiary", on_click=keep,
                          args=((*now[:n], *now[n + 1 :]),))  # fmt: skip
        _add(shop, now)
    return now


def _add(shop: Shop, now: Sequence[Rule]) -> None:
    st.markdown("**Another rule**" if now else "**A rule for this list**")
    do = st.selectbox("What to do", list(DEEDS), format_func=DEEDS.__getitem__, key="rule-do")
    about = "item" if do == PIN else st.selectbox("With", list(ABOUT), format_func=ABOUT.__getitem__, key="rule-about")
    raw: dict[str, Any] = {"do": do, **_which(shop, str(about))}
    if do in (BOOST, BURY):
        told = "The chance that the list is ordered by is multiplied or divided by this."
        raw["by"] = st.number_input("How many times", 1.1, 100.0, 2.0, 0.5, key="rule-by", help=told)
    elif do == PIN:
        raw["place"] = int(st.number_input("Place", 1, 30, 1, key="rule-place"))
    whole = len(raw) > (1 if do == HIDE else 2)
    if st.button("Add the rule", icon=":material/add:", key="rule-add", disabled=not whole):
        with frame.errors():
            keep([*now, rules.of(raw)])
            st.rerun()


def _which(shop: Shop, about: str) -> dict[str, Any]:
    """Let the person choose what the rule is about; nothing until something is chosen."""
    if about == "price":
        low = st.number_input("From", 0.0, value=None, key="rule-from", placeholder="no lower bound")
        high = st.number_input("Up to", 0.0, value=None, key="rule-to", placeholder="no upper bound")
        return {name: value for name, value in (("price_from", low), ("price_to", high)) if value is not None}
    if about == "item":
        text = st.text_input("Find items", key="rule-find", placeholder="words of its title", type="search")
        found = shop.find_items((text or "").strip())
        titles = dict(zip(found["item_id"].astype(str), found["title"].astype(str), strict=True))
        chosen = st.selectbox("Item", list(titles), None, lambda key: titles.get(key, key), key=f"rule-item-{text}",
                              placeholder="Choose an item")  # fmt: skip
    else:
        offers = resources.offers(shop)
        options = list(offers.brands if about == "brand" else offers.categories)
        chosen = st.selectbox(about.capitalize(), options, None, key=f"rule-{about}", placeholder=f"Choose a {about}")
    return {about: chosen} if chosen else {}
