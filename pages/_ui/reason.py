"""A reason as it is shown: one sentence, figures, pictures, words, and how far it can be relied on."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import pandas as pd
import streamlit as st

from core.language import say, to_say
from core.records import Explanation, Preview
from pages._ui import attribution, chance, charts, export, picture, pushes, stamp, take_table, terms, trust, words

#: What is asked for: an item, whatever its chance is of, or a tag.
ITEM, TAG = "", to_say("this tag")


def answer(explained: Explanation, of: str = ITEM) -> None:
    """Say the reason in one sentence, and the figures it comes from."""
    st.markdown(f"### {words.plain(explained.title)}")
    st.info(words.plain(explained.sentence), icon=":material/lightbulb:")
    trust.draw(explained.checks)
    row = st.container(horizontal=True)
    change = say("{change:+.1f} points", change=100 * (explained.p_click - explained.p_base))
    what = say(of or chance.what())
    row.metric(say("Predicted chance of {of}", of=what), words.percent(explained.p_click), change, border=True)
    row.metric(say("If nothing were known"), words.percent(explained.p_base), border=True, height="stretch")


def reasons(explained: Explanation, of: str = ITEM) -> None:
    """Draw how the events moved the chance, then every word with what it pushed."""
    left, right = st.columns(2, gap="large")
    rows, what = len(explained.events), of or chance.what()
    with left:
        st.subheader(say("From nothing known to this prediction"), anchor=False)
        charts.draw(pushes.waterfall(explained, of=what), "waterfall", 150 + 42 * min(rows, 7), _alt(explained))
        st.caption(say("The strongest first; each step shows what the chance becomes with it."))
    with right:
        st.subheader(say("What each event added"), anchor=False, help=terms.told("odds"))
        bars = pushes.event_bars(explained.events[:20], of=what)
        charts.draw(bars, "events", 66 + 42 * min(rows, 20), _alt(explained))
        st.caption(say("The item's own words first, then what they did, newest first.") if of == ITEM
                   else say("What they did, newest first."))  # fmt: skip
    if explained.words:
        st.subheader(say("The words that the model read"), anchor=False, help=terms.told("odds"))
        st.html(attribution.legend(what) + attribution.render(explained.words, explained.events, what))


def _alt(explained: Explanation) -> str:
    """Say a picture to those who cannot see it."""
    strongest = sorted(explained.events, key=lambda event: -abs(event.value))[:5]
    return say("; ").join(f"{event.text}: {pushes.odds(event.value)}" for event in strongest)


def values(explained: Explanation, of: str = ITEM) -> None:
    """Draw the same values as a table, and how they were found."""
    names, what = {event.event: event.text for event in explained.events}, say(of or chance.what())
    with st.expander(say("The same values as a table"), icon=":material/table:"):
        st.dataframe(
            pd.DataFrame(
                {
                    say("Word"): [token.text for token in explained.words],
                    say("Belongs to"): [names.get(token.event, say("the item")) for token in explained.words],
                    say("Odds of {of}", of=what): [pushes.odds(token.value) for token in explained.words],
                    say("Push"): [token.value for token in explained.words],
                }
            ),
            hide_index=True,
            placeholder="–",
            column_config={
                say("Odds of {of}", of=say(of)): st.column_config.TextColumn(help=terms.told("odds")),
                say("Push"): st.column_config.NumberColumn(say("Push (log-odds)"), format="%+.3f",
                                                           help=terms.told("log_odds")),
            },
        )
    said = [check.said for check in explained.checks]
    said.append(say("{evaluations} variants read in {seconds:.1f} seconds",
                    evaluations=words.count(explained.evaluations), seconds=explained.seconds))
    checked = words.plain(say("; ").join(said))
    checked = f":material/verified: {checked[:1].upper()}{checked[1:]}"
    st.caption(say("{checked}. These are reasons of the model, not proof of a cause.", checked=checked),
               help=terms.told("log_odds"))


def take_along(explained: Explanation) -> None:
    """Offer the values as a table and the picture as SVG."""
    what = say("Why {user}, {title}", user=explained.user_id, title=explained.title)
    row = st.container(horizontal=True)
    with row:
        take_table.offer(partial(export.values, explained), what, say("Values"))
    row.download_button(say("Picture (SVG)"), lambda: picture.svg(explained).encode(), stamp.file(what, "svg"),
                        "image/svg+xml", icon=":material/image:", on_click="ignore")  # fmt: skip


def first_look(found: Preview) -> None:
    """Draw a preview, and say that it is one."""
    st.badge(say("A first, rough look – the checked reasons are being worked out"), icon=":material/bolt:",
             color="gray", help=terms.told("gradients"))  # fmt: skip
    strongest: Sequence[str] = [
        f"{'▲' if event.value >= 0 else '▼'} {words.plain(event.text)}"
        for event in sorted(found.events, key=lambda event: -abs(event.value))[:5]
    ]
    st.markdown("  \n".join(strongest))
