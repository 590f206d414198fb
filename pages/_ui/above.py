"""Two items for one shopper: why one stands above the other."""

from __future__ import annotations

import streamlit as st

from core.language import say
from core.records import Contrast
from pages._ui import chance, charts, pushes, terms, words


def draw(found: Contrast) -> None:
    """Say what puts one item above the other, then what each event pushes for the one more than for the other."""
    st.info(words.plain(found.sentence), icon=":material/lightbulb:")
    row = st.container(horizontal=True)
    for item in (found.first, found.second):
        row.metric(words.plain(item.title), words.percent(item.p_click), border=True, height="stretch")
    st.subheader(say("What speaks for the one more than for the other"), anchor=False, help=terms.told("odds"))
    events = sorted(found.events, key=lambda event: -abs(event.value))[:12]
    charts.draw(pushes.event_bars(events, of=chance.what()), "above", 66 + 42 * len(events))
    st.caption(
        say("▲ speaks for {first}, ▼ for {second}; the strongest first. The differences add up to that of the two "
            "predictions within {error:.4f} log-odds.",
            first=words.plain(found.first.title), second=words.plain(found.second.title), error=found.additivity_error),
        help=terms.told("log_odds"),
    )
