"""What is in my data, and is it healthy?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.language import say, to_say
from core.records import HealthNote, Overview
from pages._ui import board, charts, findings, frame, nav, resources, terms, words

if TYPE_CHECKING:
    from core.service import Shop


def figures(seen: Overview) -> None:
    """Draw the row of figures that answers the question at a glance."""
    info = seen.info
    days = (info.last_ts - info.first_ts).days + 1 if info.first_ts and info.last_ts else 0
    logged = seen.click_through is not None
    shown = terms.told("click_through") if logged else say("What was shown is not logged")
    row = st.container(horizontal=True)
    row.metric(say("Shoppers"), words.count(info.users), border=True)
    row.metric(say("Items"), words.count(info.items), border=True)
    row.metric(say("Events"), words.count(info.events), border=True)
    row.metric(say("Purchases"), words.count(info.event_types.get("purchase", 0)), border=True)
    row.metric(say("Click-through"), words.percent(seen.click_through), border=True, help=shown)
    row.metric(say("Span"), say("{days} days", days=days), border=True,
               help=say("{first} to {last}", first=words.date(info.first_ts), last=words.date(info.last_ts)))


def answer(notes: Sequence[HealthNote]) -> None:
    """Say in one line whether anything needs attention."""
    warnings = [note.title for note in notes if note.level == "warn"]
    if warnings:
        st.warning(
            words.plain(say("; ").join(warnings)),
            icon=":material/warning:",
            title=say("Usable, with something to look at"),
        )
    else:
        st.success(say("Nothing in the data stands in the way."), icon=":material/check_circle:")


def model(shop: Shop) -> None:
    """Say which model makes the predictions, and where it runs."""
    with st.container(border=True, gap="xxsmall"):
        if shop.model_name is None:
            st.markdown(say(":violet[:material/neurology:] **No model is trained yet**"))
            nav.link("model", say("Train one"), ":material/arrow_forward:")
        else:
            st.markdown(say(":violet[:material/neurology:] **Predictions: model “{model_name}”**",
                            model_name=words.plain(shop.model_name)))
            st.caption(say("It runs on {device}.", device=words.device(shop.device())))
            nav.link("model", say("How good it is"), ":material/arrow_forward:")


def funnel(steps: pd.DataFrame) -> None:
    """Draw how many shoppers came how far, where more than one step is logged."""
    st.subheader(say("From looking to buying"), anchor=False)
    if len(steps) < 2:
        st.caption(say("Fewer than two of views, carts and purchases are logged, so there is no way to follow."))
    else:
        charts.draw(charts.funnel(steps), "funnel", 20 + 96 * len(steps), say("Shoppers at each step"))


def ranking(title: str, labels: pd.Series, values: pd.Series, unit: str, missing: str) -> None:
    """Draw what there is most of, or say that the logs have none of it."""
    st.subheader(title, anchor=False)
    if labels.empty:
        st.caption(missing)
    else:
        charts.draw(charts.bars(list(labels), list(values), unit), unit, 30 + 36 * len(labels), title)


with frame.page(to_say("Overview"), to_say("What is in my data, and is it healthy?")) as shop:
    with st.spinner(say("Reading what is in the logs …")):
        seen = resources.overview(shop)
    figures(seen)
    answer(seen.health)
    saved = st.container()
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader(say("What shoppers did, day by day"), anchor=False)
        charts.draw(charts.daily(seen.daily), "daily", 420, say("Events of each type by day"))
    with right:
        findings.draw(seen.health)
        model(shop)
        nav.link("imports", say("Import more logs"), ":material/database_upload:")
    left, middle, right = st.columns(3, gap="large")
    with left:
        funnel(seen.funnel)
    with middle:
        bought = seen.categories[seen.categories["purchases"] > 0]
        top = bought.sort_values("purchases", ascending=False).head(8)
        missing = say("No purchases of items with a category.")
        ranking(say("What is bought most"), top["category"], top["purchases"], say("purchases"), missing)
    with right:
        top = seen.searches.head(8)
        missing = say("The logs hold no searches.")
        ranking(say("What is searched for"), top["query"], top["searches"], say("searches"), missing)
    with saved if board.anything(shop) else st.container(), frame.errors():
        board.draw(shop)
