"""Answers of the page Why: one for each thing that can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.language import say
from pages._ui import above, chance, export, otherwise, reason, resources, stamp, states, suspects, waiting, words

if TYPE_CHECKING:
    from core.service import Shop


def why_item(shop: Shop, user: str, item: str) -> None:
    """Draw why an item gets its chance; a preview stands there until the values are known."""
    place, mark = st.empty(), (shop.version, shop.model_name, user, item)
    shown = st.session_state.setdefault("_explained", set())
    if mark not in shown:
        with place.container():
            reason.first_look(resources.preview(shop, user, item))
            with waiting.turn(say("Reading the history with and without each word …")):
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
    of = chance.what()

    def made() -> bytes:
        view = resources.shopper(shop, user)
        return export.report(user, stamp.told(shop), view.facts, resources.tags(shop, user),
                             [resources.why(shop, user, item)], of)  # fmt: skip

    st.download_button(say("Report of this shopper (HTML)"), made, stamp.file(say("Shopper {user}", user=user), "html"),
                       "text/html", icon=":material/description:", on_click="ignore")  # fmt: skip


def why_above(shop: Shop, user: str, item: str, offered: pd.DataFrame) -> None:
    """Draw why the item stands above another that the person chooses of ``offered`` (item_id, title)."""
    others = offered[offered["item_id"] != item]
    if others.empty:
        states.empty(say("Nothing to compare with"), say("Only one item can be recommended to them."))
        return
    labels = dict(zip(others["item_id"], others["title"], strict=True))
    other = st.selectbox(say("Compare with"), list(labels), format_func=lambda key: labels[key],
                         key=f"above-{user}-{item}")  # fmt: skip
    with waiting.turn(say("Reading the history with and without each event …")):
        above.draw(resources.why_above(shop, user, item, other))


def what_if(shop: Shop, user: str, item: str) -> None:
    """Let the person say what should be otherwise, and draw what moves."""
    with waiting.turn(say("Reading the history with and without each word …")):
        explained = resources.why(shop, user, item)
    st.markdown(f"### {words.plain(explained.title)}")
    change = otherwise.ask(explained)
    if change is not None:
        with waiting.turn(say("Reading what would have been …")):
            otherwise.draw(resources.what_if(shop, user, item, change))


def why_tag(shop: Shop, user: str, tag: str) -> None:
    """Draw why a shopper gets a tag's probability."""
    with waiting.turn(say("Reading the history with and without each word …")):
        explained = resources.why_tag(shop, user, tag)
    reason.answer(explained, reason.TAG)
    reason.reasons(explained, reason.TAG)
    reason.values(explained, reason.TAG)
    reason.take_along(explained)


def suspicious(shop: Shop) -> None:
    """Draw the titles whose words look as if they were written for the ranking."""
    with st.spinner(say("Reading every title, and scoring the suspicious ones with and without their words …")):
        suspects.draw(resources.suspects(shop))
