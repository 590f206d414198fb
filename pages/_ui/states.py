"""What a page shows when it has nothing to show: what is missing, and what to do about it."""

import streamlit as st

from core.language import say
from pages._ui import nav


def empty(title: str, advice: str, icon: str = ":material/inbox:") -> None:
    """Draw an empty state: what is missing and what to do next."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"### {icon} {title}", text_alignment="center")
        st.markdown(advice, text_alignment="center")


def nothing_imported() -> None:
    """Say how to bring logs in."""
    empty(
        say("Nothing is imported yet"),
        say("Bring in the shop's logs, as they are: the file is read, and you see what was understood before "
            "anything is kept. Who the shopper was, what was done and when is enough to begin."),
        ":material/database_upload:",
    )
    nav.link("imports", say("Import the shop's logs"), ":material/database_upload:")
    st.caption(say("Or from the command line, and then load this page again:"))
    st.code("python -m core import events.csv --items items.csv --workspace MY_SHOP", language="bash")
    st.caption(say("To look around first, build the demo shop: `python -m core demo`"))


def lists() -> None:
    """Say what lists can be uploaded, and what is learned of them."""
    left, middle, right = st.columns(3)
    with left.container(border=True, height="stretch"):
        st.markdown(say("**:material/join_inner: Pairs of a shopper and an item**"))
        st.markdown(say("How likely is each shopper to click the item named beside them? If the list says who did, "
                        "you see how good the chances were."))
        st.code("user_id,item_id\n…,…", language=None)
    with middle.container(border=True, height="stretch"):
        st.markdown(say("**:material/campaign: Shoppers for a campaign**"))
        st.markdown(say("Who of them will click which of the campaign's items? Choose the items, or bring a list of "
                        "them."))
        st.code("user_id\n…", language=None)
    with right.container(border=True, height="stretch"):
        st.markdown(say("**:material/timeline: The log of new shoppers**"))
        st.markdown(say("Who are they, and what will they click? They need not be in the shop's own logs."))
        st.code("user_id,event_type,ts,item_id\n…,view,2026-06-01 18:30,…", language=None)


def no_model() -> None:
    """Say that there is no model, and where to train one."""
    empty(
        say("No model is trained yet"),
        say("What is counted is shown as it is. Predictions and reasons appear once a model has learned from your "
            "logs."),
        ":material/neurology:",
    )
    nav.link("model", say("Train a model"), ":material/model_training:")


def files() -> None:
    """Say what files can be brought, and what happens with them."""
    left, middle, right = st.columns(3)
    with left.container(border=True, height="stretch"):
        st.markdown(say("**:material/description: Any file the shop has**"))
        st.markdown(say("Orders, clicks, till receipts, an export of the web shop: as they are, in any column order."))
    with middle.container(border=True, height="stretch"):
        st.markdown(say("**:material/fact_check: You see what was understood**"))
        st.markdown(say("Which column is the shopper, the item, the time; what its words mean. Mend what is wrong."))
    with right.container(border=True, height="stretch"):
        st.markdown(say("**:material/preview: Nothing is kept before you say so**"))
        st.markdown(say("A dry run counts every line: imported, turned away and why, or there twice."))
