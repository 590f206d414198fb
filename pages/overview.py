"""What is in my data, and is it healthy?"""

import streamlit as st

from core.records import HealthNote, Overview
from pages._ui import charts, frame, resources, words

ICON = {"good": "check_circle", "note": "info", "warn": "warning"}
COLOUR = {"good": "green", "note": "blue", "warn": "orange"}


def figures(seen: Overview) -> None:
    """Draw the row of figures that answers the question at a glance."""
    info = seen.info
    row = st.container(horizontal=True)
    days = (info.last_ts - info.first_ts).days + 1 if info.first_ts and info.last_ts else 0
    row.metric("Shoppers", words.count(info.users), border=True)
    row.metric("Items", words.count(info.items), border=True)
    row.metric("Events", words.count(info.events), border=True)
    row.metric("Purchases", words.count(info.event_types.get("purchase", 0)), border=True)
    row.metric(
        "Click-through", words.percent(seen.click_through), border=True, help="Clicks as a share of what was shown"
    )
    row.metric(
        "Span", f"{days} days", border=True, help=f"{words.date(info.first_ts)} to {words.date(info.last_ts)}"
    )


def health(notes: list[HealthNote], thin: int) -> None:
    """Draw the findings about the data, what needs attention first."""
    st.subheader("Is it healthy?", anchor=False)
    for note in sorted(notes, key=lambda n: ["warn", "note", "good"].index(n.level)):
        with st.container(border=True, gap="xsmall"):
            st.markdown(f":{COLOUR[note.level]}[:material/{ICON[note.level]}:] **{words.plain(note.title)}**")
            st.caption(words.plain(note.detail))
    if thin:
        st.caption(f"{words.count(thin)} shoppers have fewer than three events: the model says little about them.")


def answer(seen: Overview) -> None:
    """Say in one line whether anything needs attention."""
    warnings = [note.title for note in seen.health if note.level == "warn"]
    if warnings:
        st.warning(words.plain("; ".join(warnings)), icon=":material/warning:", title="Usable, with something to look at")
    else:
        st.success("Nothing in the data stands in the way.", icon=":material/check_circle:")


with frame.page("Overview", "What is in my data, and is it healthy?") as shop:
    seen = resources.overview(shop)
    figures(seen)
    answer(seen)
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.subheader("What shoppers did, day by day", anchor=False)
        charts.draw(charts.daily(seen.daily), "daily", 340, "Events of each type by day")
        st.subheader("From looking to buying", anchor=False)
        charts.draw(charts.funnel(seen.funnel), "funnel", 90 + 70 * len(seen.funnel), "Shoppers at each step")
    with right:
        health(list(seen.health), seen.thin_shoppers)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Categories that are bought most", anchor=False)
        top = seen.categories.nlargest(8, "purchases")
        charts.draw(charts.bars(top["category"], top["purchases"], "purchases"), "categories", 320)
    with right:
        st.subheader("What shoppers search for", anchor=False)
        if seen.searches.empty:
            st.caption("The logs hold no searches.")
        else:
            top = seen.searches.head(8)
            charts.draw(charts.bars(top["query"], top["searches"], "searches"), "searches", 320)
