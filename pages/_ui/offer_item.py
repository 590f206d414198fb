"""What to show on an item's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.language import say
from core.records import Beside
from core.schema import CATEGORY_SEPARATOR, TELLING, Kind
from pages._ui import crowd, found, pick, pictures, resources, states, words

if TYPE_CHECKING:
    from core.service import Shop


def show(shop: Shop) -> None:
    """Let the person choose an item, and draw what may stand on its page."""
    item = pick.item(shop, shop.find_items(""))
    if item is None:
        offer(shop)
        return
    with st.spinner(say("Looking around …")):
        page = resources.item_page(shop, item)
    with pictures.beside(pictures.of([item]).get(item), page.item.title):
        st.subheader(words.plain(page.item.title), anchor=False)
        st.caption(say("{item} · as of {as_of}, the end of the logs.",
                       item=found.about(page.item), as_of=words.moment(page.as_of)))
        bought(shop, page.item)
    section(say("Similar items"), say("Of the same kind, near in words and in meaning.") if shop.vectors_ready()
            else say("Of the same kind, near in words."))  # fmt: skip
    found.beside("similar", page.similar, say("No other item is like it in words."))
    if page.looks:
        section(say("Looks like it"), say("By their pictures, whatever their words say."))
        found.beside("looks", page.looks, "")
    section(say("Goes with it"), say("Bought on the same day by the same shopper, more often than by chance."))
    found.beside("goes", page.goes_with, say("Nothing was bought with it three times, and more often than by chance."))
    telling = page.item.kind in TELLING
    section(say("Products it is about") if telling else say("Articles and videos about it"),
            say("They share its category or words of its title."))  # fmt: skip
    found.beside("about", page.about, say("No product shares its category or words of its title.") if telling
                 else say("No article or video shares its category or words of its title."))  # fmt: skip


def bought(shop: Shop, item: Beside) -> None:
    """Lead to those who bought it, and to those who bought something of its category or brand."""
    with st.container(horizontal=True, gap="small"):
        if item.kind == Kind.PRODUCT:
            crowd.link(shop, say("Who bought it"), items=(item.item_id,))
        for of, name in (("categories", item.category), ("brands", item.brand)):
            if name:
                leaf = words.plain(name.split(CATEGORY_SEPARATOR)[-1])
                crowd.link(shop, say("Who bought {name}", name=leaf), **{of: (name,)})


def section(title: str, means: str) -> None:
    """Draw a heading and what it means."""
    st.subheader(title, anchor=False, divider="gray")
    st.caption(means)


def offer(shop: Shop) -> None:
    """Say what to do, and offer the items that are wanted most."""
    states.empty(say("Choose an item"), say("Type words of its title, or start with one of these."), ":material/sell:")
    with st.container(horizontal=True, horizontal_alignment="center"):
        for row in shop.find_items("", limit=3).itertuples():
            wanted = ("item", row.item_id)
            st.button(words.plain(row.title), key=f"try-{row.item_id}", on_click=pick.choose, args=wanted)
