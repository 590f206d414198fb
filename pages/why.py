"""Why was this recommended?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pages._ui import above, export, frame, nav, otherwise, pick, reason, resources, states, suspects, words

if TYPE_CHECKING:
    from core.service import Shop

ITEM, ABOVE, IF, TITLES = "item", "above", "if", "titles"
ASKS = {ITEM: "This item", ABOVE: "Why above another", IF: "What if", TITLES: "Suspicious titles"}


def asked() -> str:
    """Let the person choose what to ask; it is in the address."""
    now = st.query_params.get("ask", ITEM)
    now = now if now in ASKS else ITEM
    said = st.segmented_control("What to ask", list(ASKS), default=now, format_func=ASKS.__getitem__, required=True,
                                label_visibility="collapsed", key=f"ask-{now}")  # fmt: skip
    if said and said != now:
        pick.choose("ask", said)
        st.rerun()
    return now


def candidates(shop: Shop, user: str) -> pd.DataFrame:
    """Return what is recommended to the shopper, to choose from before anything is searched."""
    items = resources.recommend(shop, user)
    return pd.DataFrame({"item_id": [i.item_id for i in items], "title": [i.title or i.item_id for i in items]})


def choose(shop: Shop, user: str) -> str | None:
    """Let the person choose an item; what is recommended first is chosen for them, so that the page has an answer."""
    offered = candidates(shop, user)
    if not pick.chosen("item") and not offered.empty:
        pick.choose("item", str(offered["item_id"].iloc[0]))
        st.rerun()
    return pick.item(shop, offered)


def why_item(shop: Shop, user: str, item: str) -> None:
    """Draw why an item gets its chance; a preview stands there until the values are known."""
    place, mark = st.empty(), (shop.version, shop.model_name, user, item)
    shown = st.session_state.setdefault("_explained", set())
    if mark not in shown:
        with place.container():
            reason.first_look(resources.preview(shop, user, item))
            with st.spinner("Reading the history with and without each word …"):
                resources.why(shop, user, item)
        shown.add(mark)
    with place.container():
        explained = resources.why(shop, user, item)
        reason.answer(explained)
        reason.reasons(explained)
        reason.values(explained)
        reason.take_along(explained)
        take_report(shop, user, item)


def take_report(shop: Shop, user: str, item: str) -> None:
    """Offer a report of the shopper with this reason, that opens without a server."""

    def made() -> bytes:
        view = resources.shopper(shop, user)
        return export.report(user, view.as_of, view.facts, view.tags, [resources.why(shop, user, item)],
                             view.model or "none")  # fmt: skip

    st.download_button("Report of this shopper (HTML)", made, f"shopper-{export.name(user)}.html", "text/html",
                       icon=":material/description:", on_click="ignore")  # fmt: skip


def why_above(shop: Shop, user: str, item: str) -> None:
    """Draw why the item stands above another that the person chooses."""
    offered = candidates(shop, user)
    others = offered[offered["item_id"] != item]
    if others.empty:
        states.empty("Nothing to compare with", "Only one item can be recommended to them.")
        return
    labels = dict(zip(others["item_id"], others["title"], strict=True))
    other = st.selectbox("Compare with", list(labels), format_func=lambda key: labels[key], key=f"above-{user}-{item}")
    with st.spinner("Reading the history with and without each event …"):
        above.draw(resources.why_above(shop, user, item, other))


def what_if(shop: Shop, user: str, item: str) -> None:
    """Let the person say what should be otherwise, and draw what moves."""
    with st.spinner("Reading the history with and without each word …"):
        explained = resources.why(shop, user, item)
    st.markdown(f"### {words.plain(explained.title)}")
    change = otherwise.ask(explained)
    if change is not None:
        with st.spinner("Reading what would have been …"):
            otherwise.draw(resources.what_if(shop, user, item, change))


def why_tag(shop: Shop, user: str, tag: str) -> None:
    """Draw why a shopper gets a tag's probability."""
    with st.spinner("Reading the history with and without each word …"):
        explained = resources.why_tag(shop, user, tag)
    reason.answer(explained, reason.TAG)
    reason.reasons(explained, reason.TAG)
    reason.values(explained, reason.TAG)
    reason.take_along(explained)


def suspicious(shop: Shop) -> None:
    """Draw the titles whose words look as if they were written for the ranking."""
    with st.spinner("Reading every title, and scoring the suspicious ones with and without their words …"):
        suspects.draw(resources.suspects(shop))


def of_shopper(shop: Shop, ask: str) -> None:
    """Answer what is asked about one shopper."""
    tag = st.query_params.get("tag")
    with st.container(horizontal=pick.chosen("user", "item") or bool(tag)):
        user = pick.shopper(shop)
        item = choose(shop, user) if user and shop.model_name and not tag else None
    if user is None:
        return
    if shop.model_name is None:
        states.no_model()
    elif tag:
        why_tag(shop, user, tag)
    elif item is None:
        states.empty("Choose an item", "There is nothing to recommend to them; search for an item above.")
    else:
        {ITEM: why_item, ABOVE: why_above, IF: what_if}[ask](shop, user, item)
    if shop.model_name is not None and (item or tag):
        nav.link("shopper", "Back to this shopper", ":material/person:", {"user": user})


with frame.page("Why", "Why was this recommended?") as shop:
    ask = ITEM if st.query_params.get("tag") else asked()
    if ask == TITLES:
        suspicious(shop)
    else:
        of_shopper(shop, ask)
