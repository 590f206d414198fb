"""What a search found: what was understood, the items, and what moved for a shopper."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from core.language import Sayings, say, say_many
from core.records import Beside, Found, Hit, Part
from core.schema import CATEGORY_SEPARATOR
from pages._ui import address, cards, chance, meter, nav, pictures, words

#: What a part of a search is called before what it means.
PARTS = Sayings({"brand": "Brand: ", "category": "Category: ", "price": "Price: "})
#: How an item was found.
FOUND_BY = Sayings({"words": "has the words", "meaning": "near in meaning", "popular": "popular now"})


def search_for(text: str) -> None:
    """Search for another text: it is in the address from now on."""
    address.keep({"q": text, "k": ""})


def item_page(item_id: str) -> None:
    """Show an item's page."""
    address.keep({"for": "item", "item": item_id})


def understood(parts: Sequence[Part], text: str, leave: Callable[[str], None] = search_for) -> None:
    """Draw what was understood, each part with a cross that takes it away: ``leave`` is told the text without it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.caption(say("Understood"), width="content")
        for number, part in enumerate(parts):
            label = f"{PARTS.get(part.what, '')}{words.plain(part.label)}"
            st.button(
                label, key=f"part-{number}-{text}", icon=":material/close:", icon_position="right",
                help=say("Look without “{text}”", text=words.plain(part.text)), on_click=leave, args=(part.without,),
            )  # fmt: skip


def for_anybody(hits: Sequence[Hit]) -> None:
    """Draw items as cards, in the order for nobody in particular."""
    seen = pictures.of(hit.item_id for hit in hits)
    for start in range(0, len(hits), 2):
        for column, hit in zip(st.columns(2), hits[start : start + 2], strict=False):
            with column.container(border=True, gap="xsmall", height="stretch"):
                _titled(hit, seen.get(hit.item_id))
                page_of(hit.item_id)


def for_shopper(found: Found) -> None:
    """Draw items as they are ordered for a shopper, and beside them the order for anybody."""
    st.markdown(words.plain(what_moved(found)))
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader(say("For this shopper"), anchor=False)
        end = meter.scale(max((hit.p_click or 0.0 for hit in found.hits), default=1.0))
        seen = pictures.of(hit.item_id for hit in found.hits)
        for hit in found.hits:
            with st.container(border=True, gap="xsmall"):
                _personal(hit, str(found.user_id), end, seen.get(hit.item_id))
    with right:
        st.subheader(say("For nobody in particular"), anchor=False)
        there = {hit.item_id: hit.place for hit in found.hits}
        st.markdown("  \n".join(_line(hit, there.get(hit.item_id)) for hit in found.plain))


def what_moved(found: Found) -> str:
    """Say how far the order for a shopper is another one."""
    moved = sum(hit.moved != 0 for hit in found.hits)
    new = sum(hit.plain > len(found.hits) for hit in found.hits)
    if not moved:
        return say("For this shopper the order is the same as for anybody.")
    if not new:
        return say_many(moved, "Of the first {hits}, {number} item stands elsewhere than for anybody.",
                        "Of the first {hits}, {number} items stand elsewhere than for anybody.", hits=len(found.hits))
    return say_many(
        moved,
        "Of the first {hits}, {number} item stands elsewhere than for anybody, and {new} would not be among them.",
        "Of the first {hits}, {number} items stand elsewhere than for anybody, and {new} would not be among them.",
        hits=len(found.hits), new=new,
    )  # fmt: skip


def beside(name: str, items: Sequence[Beside], nothing: str) -> None:
    """Draw items of a part of an item's page, each with its reason; ``nothing`` says why there are none."""
    if not items:
        st.caption(nothing)
    seen = pictures.of(item.item_id for item in items)
    for start in range(0, len(items), 3):
        for column, item in zip(st.columns(3), items[start : start + 3], strict=False):
            with column.container(border=True, gap="xsmall", height="stretch"):
                with pictures.beside(seen.get(item.item_id), item.title):
                    st.markdown(f"**{words.plain(item.title)}**")
                    st.caption(about(item))
                st.markdown(f":material/lightbulb: {words.plain(item.why)}")
                page_of(item.item_id, name)


def about(item: Hit | Beside) -> str:
    """Return kind, category, brand and price of an item in a line."""
    leaf = item.category.split(CATEGORY_SEPARATOR)[-1]
    parts = [cards.KIND.get(item.kind, item.kind), leaf, item.brand, words.money(item.price)]
    return " · ".join(words.plain(part) for part in parts if part)


def _titled(hit: Hit, picture: str | None) -> None:
    how = say(" and ").join(FOUND_BY[name] for name in hit.found_by)
    with pictures.beside(picture, hit.title):
        st.markdown(f"**{hit.place}. {words.plain(hit.title)}**")
        st.caption(" · ".join(part for part in (about(hit), how) if part))


def _personal(hit: Hit, user_id: str, end: float, picture: str | None) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="top", gap="small"):
        with st.container(gap=None):
            _titled(hit, picture)
        _move(hit)
    chance.draw(hit.p_click or 0.0, end)
    with st.container(horizontal=True, vertical_alignment="center"):
        nav.link("why", say("Why?"), ":material/psychology_alt:", {"user": user_id, "item": hit.item_id})
        page_of(hit.item_id)


def _move(hit: Hit) -> None:
    if hit.moved:
        places = words.several(abs(hit.moved), "place", "places")
        up = hit.moved > 0
        st.badge(say("up {places}", places=places) if up else say("down {places}", places=places),
                 icon=f":material/arrow_{'up' if up else 'down'}ward:", color="green" if up else "orange",
                 width="content")  # fmt: skip


def _line(hit: Hit, place: int | None) -> str:
    where = "" if place == hit.place else f" :gray[→ {place or say('not among the first')}]"
    return f"{hit.place}. {words.plain(hit.title)}{where}"


def page_of(item_id: str, name: str = "hit") -> None:
    """Draw a button that shows an item's page; ``name`` keeps buttons of one item apart."""
    st.button(say("Its page"), key=f"page-{name}-{item_id}", icon=":material/sell:", type="tertiary",
              on_click=item_page, args=(item_id,),
              help=say("What is similar, what goes with it, and articles and videos about it"))  # fmt: skip
