"""A tour of three steps for who opens the dashboard for the first time: what happened, who they are, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import streamlit as st

from core.language import say, to_say
from pages._ui import nav

if TYPE_CHECKING:
    from core.service import Shop

STEP = "tour"


class Step(NamedTuple):
    """One step: on which page it is told, and what."""

    page: str
    title: str
    text: str


STEPS = (
    Step("overview", to_say("What happened"),
         to_say("Counted from the shop's logs, nothing guessed: what shoppers did day by day, how far they came "
                "towards buying, and what stands in the way of good predictions.")),
    Step("segments", to_say("Who they are"),
         to_say("Choose shoppers by what they did or by what the model expects of them; the count follows as you "
                "choose. Save a choice to come back to it, or take it along as a list.")),
    Step("shopper", to_say("What next, and why"),
         to_say("What one shopper did stands beside what the model expects; predictions are always marked as such. "
                "Beside each recommendation, **Why?** shows which of her doings speak for it and which against.")),
)  # fmt: skip


def draw(shop: Shop, page: str) -> None:
    """Draw the step that belongs on this page, or offer the tour to who has not seen it.

    Parameters
    ----------
    page
        File name of the page, as in ``nav.PAGES``.
    """
    said = st.query_params.get(STEP, "")
    number = int(said) if said.isascii() and said.isdigit() else 0
    if 1 <= number <= len(STEPS) and STEPS[number - 1].page == page:
        _step(number)
    elif page == STEPS[0].page and not shop.toured():
        _offer(shop)


def again(shop: Shop, page: str) -> None:
    """Draw a way to the first step from any page."""
    icon, label = ":material/explore:", say("Show me around")
    if page == STEPS[0].page:  # a link to the page that is open would stand out as chosen
        st.button(label, key="tour-again", icon=icon, type="tertiary", on_click=_begin, args=(shop,))
    else:
        nav.link(STEPS[0].page, label, icon, {STEP: "1"})


def _offer(shop: Shop) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(say("**New here?** Three steps, one minute."), width="content")
        st.button(say("Show me around"), key="tour-begin", icon=":material/explore:", on_click=_begin, args=(shop,))
        st.button(say("No, thank you"), key="tour-decline", type="tertiary", on_click=shop.end_tour)


def _step(number: int) -> None:
    step = STEPS[number - 1]
    with st.container(border=True, gap="xsmall", key="tour"):
        st.markdown(say("**{count} of {steps} · {title}.** {text}",
                        count=number, steps=len(STEPS), title=say(step.title), text=say(step.text)))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if number < len(STEPS):
                following = STEPS[number]
                nav.link(following.page, say("Next: {title}", title=say(following.title)), ":material/arrow_forward:",
                         {STEP: str(number + 1)})  # fmt: skip
            else:
                nav.link("model", say("How far to trust it"), ":material/verified:")
            st.button(say("End the tour"), key="tour-end", type="tertiary", on_click=_leave)


def _begin(shop: Shop) -> None:
    shop.end_tour()
    st.query_params[STEP] = "1"


def _leave() -> None:
    st.query_params.pop(STEP, None)
