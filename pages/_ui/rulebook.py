"""A merchandiser's rules for a list: drawn, added, taken out; the address keeps them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from core import rules
from core.errors import InputError
from core.language import Sayings, say
from core.rules import BOOST, BURY, HIDE, PIN, Rule
from pages._ui import address, frame, resources, words

if TYPE_CHECKING:
    from core.service import Shop

PARAM = "rules"
DEEDS = Sayings({BOOST: "Boost", BURY: "Bury", PIN: "Pin to a place", HIDE: "Hide"})
ABOUT = Sayings({"item": "an item", "brand": "a brand", "category": "a category", "price": "a range of prices",
                 "column": "stock, margin or another number of the items"})


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
        raise InputError(say("The rules in the address of this page cannot be read. Add them anew.")) from error
    if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
        raise InputError(say("The rules in the address of this page cannot be read. Add them anew."))
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
    with st.popover(say("Rules ({number})", number=len(now)) if now else say("Rules"), icon=":material/rule:"):
        for n, rule in enumerate(now):
            with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                said = rule.said
                st.markdown(f"**{n + 1}.** {words.plain(said[:1].upper() + said[1:])}", width="content")
                st.button(say("Take out"), icon=":material/close:", key=f"unrule-{n}", type="tertiary", on_click=keep,
                          args=((*now[:n], *now[n + 1 :]),))  # fmt: skip
        _add(shop, now)
    return now


def _add(shop: Shop, now: Sequence[Rule]) -> None:
    st.markdown(say("**Another rule**") if now else say("**A rule for this list**"))
    do = st.selectbox(say("What to do"), list(DEEDS), format_func=DEEDS.__getitem__, key="rule-do")
    there = [one for one in ABOUT if one != "column" or resources.offers(shop).numbers]
    about = "item" if do == PIN else st.selectbox(say("With"), there, format_func=ABOUT.__getitem__,
                                                  key="rule-about")  # fmt: skip
    raw: dict[str, Any] = {"do": do, **_which(shop, str(about))}
    if do in (BOOST, BURY):
        told = say("The chance that the list is ordered by is multiplied or divided by this.")
        raw["by"] = st.number_input(say("How many times"), 1.1, 100.0, 2.0, 0.5, key="rule-by", help=told)
    elif do == PIN:
        raw["place"] = int(st.number_input(say("Place"), 1, 30, 1, key="rule-place"))
    whole = len(raw) > (1 if do == HIDE else 2)
    if st.button(say("Add the rule"), icon=":material/add:", key="rule-add", disabled=not whole):
        with frame.errors():
            keep([*now, rules.of(raw)])
            st.rerun()


def _which(shop: Shop, about: str) -> dict[str, Any]:
    """Let the person choose what the rule is about; nothing until something is chosen."""
    if about == "price":
        return _bounds("price_from", "price_to", 0.0)
    if about == "column":
        column = st.selectbox(say("Number"), resources.offers(shop).numbers, key="rule-column")
        bounds = _bounds("least", "most", None)
        return {"column": column, **bounds} if bounds else {}
    if about == "item":
        text = st.text_input(say("Find items"), key="rule-find", placeholder=say("words of its title"), type="search")
        found = shop.find_items((text or "").strip())
        titles = dict(zip(found["item_id"].astype(str), found["title"].astype(str), strict=True))
        chosen = st.selectbox(say("Item"), list(titles), None, lambda key: titles.get(key, key),
                              key=f"rule-item-{text}", placeholder=say("Choose an item"))  # fmt: skip
    elif about == "brand":
        chosen = st.selectbox(say("Brand"), resources.offers(shop).brands, None, key="rule-brand",
                              placeholder=say("Choose a brand"))  # fmt: skip
    else:
        chosen = st.selectbox(say("Category"), resources.offers(shop).categories, None, key="rule-category",
                              placeholder=say("Choose a category"))  # fmt: skip
    return {about: chosen} if chosen else {}


def _bounds(low: str, high: str, least: float | None) -> dict[str, Any]:
    """Let the person choose bounds; return those that are given, by these names."""
    asked = ((low, say("From"), say("no lower bound")), (high, say("Up to"), say("no upper bound")))
    given = {name: st.number_input(label, least, value=None, key=f"rule-{name}", placeholder=empty, format="%g")
             for name, label, empty in asked}
    return {name: value for name, value in given.items() if value is not None}
