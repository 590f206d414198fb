"""Which language a session speaks: what its address says, what was chosen in it, else what the browser asks for."""

from __future__ import annotations

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from core import language
from core.language import say

ADDRESS = "lang"
_CHOSEN = "_language"


def chosen() -> str:
    """Return the code of the session's language; outside of a session it is English."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return language.ENGLISH
    return str(st.session_state.get(_CHOSEN) or language.nearest(st.context.locale))


def settle() -> None:
    """Take the language from the address, or keep in the address which was chosen; every run starts with this.

    The thread of the run then speaks it: to ask the session for each of a thousand sentences takes a tenth of the run.
    """
    said = st.query_params.get(ADDRESS)
    if said in language.LANGUAGES:
        st.session_state[_CHOSEN] = said
    elif _CHOSEN in st.session_state:
        st.query_params[ADDRESS] = st.session_state[_CHOSEN]
    language.settle(chosen())


def draw() -> None:
    """Draw the choice of a language, by the names that languages give themselves."""
    codes, now = list(language.LANGUAGES), language.spoken()
    st.selectbox(
        say("Language"), codes, index=codes.index(now), key=f"language-{now}",
        format_func=lambda code: language.LANGUAGES[code].name, on_change=_choose, args=(now,),
        label_visibility="collapsed",
    )  # fmt: skip


def _choose(before: str) -> None:
    st.session_state[_CHOSEN] = st.query_params[ADDRESS] = st.session_state[f"language-{before}"]


language.follow(chosen)
