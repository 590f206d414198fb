"""Describing a tag: the sentence, those that are kept, and getting ready to answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.describing.records import joined, sides
from core.errors import InputError
from core.language import say
from pages._ui import keeping, states, words, work

if TYPE_CHECKING:
    from core.records import Described
    from core.service import Shop

#: In the address: a tag that is kept, or a sentence that is only tried.
TAG, SAYS = "tag", "says"
#: In English: the language model that reads them knows it best.
EXAMPLES = ("buys gifts for children", "cares for their skin", "is setting up a new home")
OPPOSITE = "lives without children"


def asked(shop: Shop) -> str | None:
    """Let the person describe shoppers, or open a tag; return its id or the sentence, None while nothing is said."""
    tags = {tag.id: tag for tag in shop.describing.tags()}
    now = tags.get(st.query_params.get(TAG, ""))
    sentence = now.sentence if now else st.query_params.get(SAYS, "")
    fits, not_ = sides(sentence)
    with st.form("describe", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(say("Shoppers who …"), fits, max_chars=200, key=f"said-{sentence}", placeholder=EXAMPLES[0])
        st.text_input(
            say("… rather than …"), not_, max_chars=100, key=f"not-{sentence}", placeholder=OPPOSITE,
            help=say("What they are not, in some words. With it the guess is better as a rule, before anybody is "
                     "marked: what both have in common tells nothing."),
        )  # fmt: skip
        st.form_submit_button(say("Find them"), icon=":material/search:", type="primary", on_click=_say,
                              args=(shop, f"said-{sentence}", f"not-{sentence}"))  # fmt: skip
    if tags:
        with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
            st.caption(say("Your tags"), width="content")
            for tag in tags.values():
                st.button(words.plain(tag.sentence), key=f"tag-{tag.id}", icon=":material/sell:", on_click=open_,
                          args=(tag,), type="primary" if now == tag else "secondary")  # fmt: skip
    return now.id if now else sentence or None


def open_(tag: Described) -> None:
    """Look at a tag that is kept."""
    st.query_params.pop(SAYS, None)
    st.query_params[TAG] = tag.id


def try_(sentence: str) -> None:
    """Look at whom a sentence fits, without keeping it."""
    st.query_params.pop(TAG, None)
    st.query_params[SAYS] = sentence


def _say(shop: Shop, fits: str, not_: str) -> None:
    sentence = joined(str(st.session_state[fits]), str(st.session_state[not_]))
    known = [tag for tag in shop.describing.tags() if tag.sentence.casefold() == sentence.casefold()]
    if known:
        open_(known[0])
    elif sentence:
        try_(sentence)
    else:
        keeping.refuse(InputError(say("Describe the shoppers in some words first.")))


def invite(shop: Shop) -> None:
    """Say what can be described, and offer examples."""
    states.empty(
        say("Describe shoppers in your own words"),
        say("You see at once who fits most and least, and why. It is a guess until you mark a handful of shoppers: "
            "then it gets better, and says how often it is right."), ":material/edit_note:",
    )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="center"):
        for example in EXAMPLES:
            st.button(example, key=f"example-{example}", on_click=try_, args=(example,))


def get_ready(shop: Shop) -> None:
    """Have all shoppers read once, and show how far that is; it goes on without this page."""
    job, mark = work.latest(shop, "described"), f"_described:{shop.version}:{shop.model_name}"
    if mark not in st.session_state and (job is None or job.status == "done"):
        job = shop.describing.start()
    st.session_state[mark] = True
    if job is not None and work.active(job):
        st.caption(say("Every shopper is read once, so that each description is answered at once. You may leave "
                       "meanwhile."))
        work.watch(shop, job.id, "described")
        return
    work.fault(job)
    states.empty(say("The shoppers were not read yet"), say("It takes a minute or some, and runs beside your work."),
                 ":material/hourglass_empty:")  # fmt: skip
    st.button(say("Read them"), icon=":material/play_arrow:", on_click=shop.describing.start)
