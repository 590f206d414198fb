"""Why was this recommended?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from core.records import Explanation
from pages._ui import attribution, charts, frame, nav, pick, pushes, resources, states, words

if TYPE_CHECKING:
    from core.service import Shop


def answer(explained: Explanation) -> None:
    """Say the reason in one sentence, and the figures it comes from."""
    st.markdown(f"### {words.plain(explained.title)}")
    st.info(words.plain(explained.sentence), icon=":material/lightbulb:")
    row = st.container(horizontal=True)
    row.metric(
        "Predicted chance of a click",
        words.percent(explained.p_click),
        f"{100 * (explained.p_click - explained.p_base):+.1f} points",
        border=True,
    )
    row.metric("If nothing were known", words.percent(explained.p_base), border=True, height="stretch")


def reasons(explained: Explanation) -> None:
    """Draw how the events moved the chance, then every word with what it pushed."""
    left, right = st.columns(2, gap="large")
    rows = len(explained.events)
    with left:
        st.subheader("From nothing known to this prediction", anchor=False)
        charts.draw(pushes.waterfall(explained), "waterfall", 150 + 42 * min(rows, 7))
        st.caption("The strongest first; each step shows what the chance becomes with it.")
    with right:
        st.subheader("What each event added", anchor=False)
        charts.draw(pushes.event_bars(explained.events[:20]), "events", 66 + 42 * min(rows, 20))
        st.caption("The item's own words first, then what they did, newest first.")
    st.subheader("The words that the model read", anchor=False)
    st.html(attribution.legend() + attribution.render(explained.words, explained.events))


def values(explained: Explanation) -> None:
    """Draw the same values as a table, and how far they can be trusted."""
    names = {event.event: event.text for event in explained.events}
    with st.expander("The same values as a table", icon=":material/table:"):
        st.dataframe(
            pd.DataFrame(
                {
                    "Word": [token.text for token in explained.words],
                    "Belongs to": [names.get(token.event, "the item") for token in explained.words],
                    "Odds of a click": [pushes.odds(token.value) for token in explained.words],
                    "Push": [token.value for token in explained.words],
                }
            ),
            hide_index=True,
            placeholder="–",
            column_config={"Push": st.column_config.NumberColumn("Push (log-odds)", format="%+.3f")},
        )
    trust = [f"The parts add up to the prediction within {explained.additivity_error:.4f} log-odds"]
    if explained.faithfulness is not None:
        trust.append(
            f"taking the strongest words away changes the prediction {explained.faithfulness:.1f} times as much "
            "as taking words at random"
        )
    trust.append(f"{words.count(explained.evaluations)} variants read in {explained.seconds:.1f} seconds")
    st.caption(f":material/verified: {'; '.join(trust)}. These are reasons of the model, not proof of a cause.")


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


with frame.page("Why", "Why was this recommended?") as shop:
    with st.container(horizontal=pick.chosen("user", "item")):
        user = pick.shopper(shop)
        item = choose(shop, user) if user and shop.model_name else None
    if user is not None and shop.model_name is None:
        states.no_model()
    elif user is not None:
        if item is None:
            states.empty("Choose an item", "There is nothing to recommend to them; search for an item above.")
        else:
            with st.spinner("Reading the history with and without each word …"):
                explained = resources.why(shop, user, item)
            answer(explained)
            reasons(explained)
            values(explained)
            nav.link("shopper", "Back to this shopper", ":material/person:", {"user": user})
