"""A reason as it is shown: one sentence, figures, pictures, words, and how far it can be relied on."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.records import Explanation, Preview
from pages._ui import attribution, charts, export, picture, pushes, trust, words

#: What is asked for: of what the chance is, and what lines without an event are.
CLICK, TAG = "a click", "this tag"


def answer(explained: Explanation, of: str = CLICK) -> None:
    """Say the reason in one sentence, and the figures it comes from."""
    st.markdown(f"### {words.plain(explained.title)}")
    st.info(words.plain(explained.sentence), icon=":material/lightbulb:")
    trust.draw(explained.checks)
    row = st.container(horizontal=True)
    change = f"{100 * (explained.p_click - explained.p_base):+.1f} points"
    row.metric(f"Predicted chance of {of}", words.percent(explained.p_click), change, border=True)
    row.metric("If nothing were known", words.percent(explained.p_base), border=True, height="stretch")


def reasons(explained: Explanation, of: str = CLICK) -> None:
    """Draw how the events moved the chance, then every word with what it pushed."""
    left, right = st.columns(2, gap="large")
    rows = len(explained.events)
    with left:
        st.subheader("From nothing known to this prediction", anchor=False)
        charts.draw(pushes.waterfall(explained, of=of), "waterfall", 150 + 42 * min(rows, 7), _alt(explained))
        st.caption("The strongest first; each step shows what the chance becomes with it.")
    with right:
        st.subheader("What each event added", anchor=False)
        charts.draw(pushes.event_bars(explained.events[:20], of=of), "events", 66 + 42 * min(rows, 20), _alt(explained))
        first = "The item's own words first, then what" if of == CLICK else "What"
        st.caption(f"{first} they did, newest first.")
    if explained.words:
        st.subheader("The words that the model read", anchor=False)
        st.html(attribution.legend(of) + attribution.render(explained.words, explained.events, of))


def _alt(explained: Explanation) -> str:
    """Say a picture to those who cannot see it."""
    strongest = sorted(explained.events, key=lambda event: -abs(event.value))[:5]
    return "; ".join(f"{event.text}: {pushes.odds(event.value)}" for event in strongest)


def values(explained: Explanation, of: str = CLICK) -> None:
    """Draw the same values as a table, and how they were found."""
    names = {event.event: event.text for event in explained.events}
    with st.expander("The same values as a table", icon=":material/table:"):
        st.dataframe(
            pd.DataFrame(
                {
                    "Word": [token.text for token in explained.words],
                    "Belongs to": [names.get(token.event, "the item") for token in explained.words],
                    f"Odds of {of}": [pushes.odds(token.value) for token in explained.words],
                    "Push": [token.value for token in explained.words],
                }
            ),
            hide_index=True,
            placeholder="–",
            column_config={"Push": st.column_config.NumberColumn("Push (log-odds)", format="%+.3f")},
        )
    said = [check.said for check in explained.checks]
    said.append(f"{words.count(explained.evaluations)} variants read in {explained.seconds:.1f} seconds")
    text = words.plain("; ".join(said))
    begin = f":material/verified: {text[:1].upper()}{text[1:]}"
    st.caption(f"{begin}. These are reasons of the model, not proof of a cause.")


def take_along(explained: Explanation) -> None:
    """Offer the values as CSV and the picture as SVG."""
    name = f"why-{export.name(explained.user_id)}-{export.name(explained.item_id)}"
    row = st.container(horizontal=True)
    row.download_button("Values (CSV)", lambda: export.values(explained), f"{name}.csv", "text/csv",
                        icon=":material/table:", on_click="ignore")  # fmt: skip
    row.download_button("Picture (SVG)", lambda: picture.svg(explained).encode(), f"{name}.svg", "image/svg+xml",
                        icon=":material/image:", on_click="ignore")  # fmt: skip


def first_look(found: Preview) -> None:
    """Draw a preview, and say that it is one."""
    st.badge("Preview by gradients – the values that add up are being computed", icon=":material/bolt:", color="gray")
    strongest: Sequence[str] = [
        f"{'▲' if event.value >= 0 else '▼'} {words.plain(event.text)}"
        for event in sorted(found.events, key=lambda event: -abs(event.value))[:5]
    ]
    st.markdown("  \n".join(strongest))
