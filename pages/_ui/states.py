"""What a page shows when it has nothing to show: what is missing, and what to do about it."""

import streamlit as st

from pages._ui import nav


def empty(title: str, advice: str, icon: str = ":material/inbox:") -> None:
    """Draw an empty state: what is missing and what to do next."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f"### {icon} {title}", text_alignment="center")
        st.markdown(advice, text_alignment="center")


def nothing_imported() -> None:
    """Say how to bring logs in."""
    empty(
        "Nothing is imported yet",
        "Bring in the shop's logs from the command line, then load this page again. "
        "A column for the shopper, one for what was done and one for the time are enough to begin.",
        ":material/database_upload:",
    )
    st.code("python -m core import events.csv --items items.csv --workspace MY_SHOP", language="bash")
    st.caption("To look around first, build the demo shop: `python -m core demo`")


def no_model() -> None:
    """Say that there is no model, and where to train one."""
    empty(
        "No model is trained yet",
        "What is counted is shown as it is. Predictions and reasons appear once a model has learned from your logs.",
        ":material/neurology:",
    )
    nav.link("model", "Train a model", ":material/model_training:")
