"""What if: drop what they did, move it in time, give the item another title or price, and see what moves."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from core.language import say
from core.records import Change, Explanation, WhatIf
from pages._ui import pushes, take_table, words

_SUMMARY = "summary"
_LONGEST = 200


def ask(explained: Explanation) -> Change | None:
    """Let the person say what should be otherwise; None until they do."""
    events = {event.event: event.text for event in explained.events if event.event >= 0}
    timed = [event.event for event in explained.events if event.event >= 0 and event.event_type != _SUMMARY]
    key = f"{explained.user_id}-{explained.item_id}"
    with st.form(f"what-if-{key}", border=True):
        dropped = st.multiselect(
            say("Without what they did"), list(events), format_func=lambda event: events[event],
            placeholder=say("Choose what should not have happened"), key=f"drop-{key}",
        )  # fmt: skip
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        moved = left.selectbox(
            say("At another time"), timed, index=None, format_func=lambda event: events[event],
            placeholder=say("Choose what should have happened at another time"), key=f"move-{key}",
        )  # fmt: skip
        days = right.number_input(say("Days ago"), 0, 365, 1, key=f"days-{key}")
        left, right = st.columns([3, 1], vertical_alignment="bottom")
        title = left.text_input(say("With another title"), explained.title, max_chars=_LONGEST, key=f"title-{key}")
        price = right.number_input(say("At another price"), 0.01, None, None, key=f"price-{key}",
                                   placeholder=say("as it is"))
        asked = st.form_submit_button(say("See what moves"), type="primary", icon=":material/alt_route:")
    other = title.strip() if title.strip() and title.strip() != explained.title else None
    change = Change(
        tuple(dropped), ((moved, float(days)),) if moved is not None else (), other,
        None if price is None else float(price),
    )  # fmt: skip
    if asked and change == Change():
        st.caption(say("Nothing is otherwise yet: choose what should be."))
    return None if change == Change() else change


def draw(found: WhatIf) -> None:
    """Say what the chance would be, and what moved."""
    before, after = found.before, found.after
    change = 100 * (after.p_click - before.p_click)
    row = st.container(horizontal=True)
    row.metric(say("As it is"), words.percent(before.p_click), border=True, height="stretch")
    row.metric(say("As it would be"), words.percent(after.p_click), say("{change:+.1f} points", change=change),
               border=True)  # fmt: skip
    st.info(words.plain(after.sentence), icon=":material/lightbulb:")
    table = pd.DataFrame({
        say("What"): [moved.text for moved in found.moved],
        say("As it is"): [_odds(moved.before) for moved in found.moved],
        say("As it would be"): [_odds(moved.after) for moved in found.moved],
    })
    take_table.draw(table, say("What if"))
    for note in found.notes:
        st.caption(words.plain(note))
    st.caption(say("What the model would say, which need not be what shoppers would do. The line that sums up stays."))


def _odds(value: float | None) -> str:
    return "–" if value is None else pushes.odds(value)
