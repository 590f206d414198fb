"""What was found about the data, each finding as a card."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.language import say
from core.records import HealthNote
from pages._ui import words

LOOK = {"warn": ("orange", "warning"), "note": ("blue", "info"), "good": ("green", "check_circle")}


def draw(notes: Sequence[HealthNote], shown: int = 4) -> None:
    """Draw the findings about the data, what needs attention first; the last ones are folded away."""
    st.subheader(say("Is it healthy?"), anchor=False)
    found = sorted(notes, key=lambda note: list(LOOK).index(note.level))
    for note in found[:shown]:
        _one(note)
    if found[shown:]:
        with st.expander(words.several(len(found) - shown, "more finding", "more findings")):
            for note in found[shown:]:
                _one(note)


def _one(note: HealthNote) -> None:
    colour, icon = LOOK[note.level]
    with st.container(border=True, gap="xxsmall"):
        st.markdown(f":{colour}[:material/{icon}:] **{words.plain(note.title)}**")
        st.caption(words.plain(note.detail))
