"""What to show for a search."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.language import say, say_many
from pages._ui import address, found, nav, pick, resources, states, terms, words
from pages._ui.address import Number

if TYPE_CHECKING:
    from core.service import Shop

MANY = Number("k", 10, 10, 50)


def show(shop: Shop) -> None:
    """Let the person type what a shopper would type, and draw what is found: for anybody, and for a shopper."""
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        asked = field()
    with right:
        user = pick.someone(shop)
    if not asked:
        offer(shop)
        return
    most = MANY.whole() or 10
    with st.spinner(say("Searching …")):
        answer = resources.search(shop, asked, user, most)
    if answer.parts:
        found.understood(answer.parts, asked)
    for note in answer.notes:
        st.info(words.plain(note), icon=":material/rule:")
    if not answer.hits:
        states.empty(say("Nothing matches"), say("Try fewer or other words, or take a part away."),
                     ":material/search_off:")  # fmt: skip
        return
    many = say_many(answer.matching, "{number} item matches", "{number} items match")
    st.caption(f"{many if answer.matching else say('No item has all of it')}{say('; ')}{how(shop)}",
               help=None if shop.vectors_ready() else terms.told("vectors"))
    if user is not None and answer.model is None:
        st.caption(say("There is no model yet, so the order is the same for everybody."))
    if answer.model is None:
        found.for_anybody(answer.hits)
    else:
        found.for_shopper(answer)
        nav.link("shopper", say("This shopper"), ":material/person:", {"user": str(user)})
    if len(answer.hits) == most and most < MANY.high:
        st.button(say("Show more"), icon=":material/expand_more:", on_click=address.keep, args=({"k": f"{most + 10}"},))


def field() -> str:
    """Draw the field of the search, and return what is searched for; it is in the address."""
    asked = address.text("q")
    text = st.text_input(
        say("What a shopper types"), asked, key=f"q-{asked}",
        placeholder=say("waterproof trail shoes under 80"), type="search", icon=":material/search:",
        help=say("Words, brands, categories, prices (under 80, 40 to 60 €, cheap) and “how to” for articles are "
                 "understood. What stands in quotation marks is taken as words."),
    )  # fmt: skip
    if (text or "").strip() != asked:
        found.search_for((text or "").strip())
        st.rerun()
    return asked


def offer(shop: Shop) -> None:
    """Say what can be typed, and offer what shoppers searched for."""
    searched = resources.overview(shop).searches["query"].head(3)
    advice = say("Words, a brand, a category and a price are understood.")
    advice += say(" Or start with what was searched for most:") if len(searched) else ""
    states.empty(say("Type what a shopper would type"), advice, ":material/search:")
    with st.container(horizontal=True, horizontal_alignment="center"):
        for text in searched.astype(str):
            st.button(words.plain(text), key=f"try-{text}", on_click=found.search_for, args=(text,))


def how(shop: Shop) -> str:
    """Say by what items are found."""
    if shop.vectors_ready():
        return say("found by words and by meaning.")
    return say("found by words alone until the items' vectors are made.")
