"""How good the chances of a labelled list were: in order, at their word, and how far the likeliest are ahead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.language import say
from pages._ui import charts, terms, words
from pages._ui.meter import PREDICTED


def draw(found: Mapping[str, Any]) -> None:
    """Draw the figures of a list that has labels, and how far they can be relied on."""
    st.subheader(say("How good the chances were"), anchor=False)
    for warning in found["warnings"]:
        st.warning(words.plain(warning), icon=":material/warning:")
    row = st.container(horizontal=True)
    row.metric(say("Rows with a label"), words.count(found["n"]), border=True)
    if not found["n"]:
        return
    row.metric(say("of them yes"), words.count(found["positives"]), border=True)
    row.metric(say("Share of yes"), words.percent(found["base"]), border=True)
    row.metric(say("Chance, on average"), words.percent(found["predicted"]), border=True)
    if "auc" not in found:
        return
    row.metric(say("Right order"), say("{auc:.0f} of 100", auc=100 * found["auc"]), border=True, help=(
        say("Of 100 pairs of a row with yes and one with no, how many are the right way round. 50 is guessing. (ROC "
            "AUC)")))
    row.metric(say("Off by"), words.percent(found["ece"]), border=True, help=terms.told("off_by"))
    st.caption(
        say("Right order between {low:.0f} and {high:.0f} of 100 in 95 of 100 such lists, taking the rows as "
            "independent of one another.", low=100 * found["auc_low"], high=100 * found["auc_high"]),
        help=terms.told("told_apart", "interval"),
    )
    left, right = st.columns(2)
    table = pd.DataFrame(found["lift"])
    with left:
        st.markdown(say("**Tenths of the list, the likeliest first**"), help=terms.told("lift"))
        charts.draw(tenths(table), "score-lift", alt=_said(table))
        st.caption(_said(table), help=terms.told("lift"))
    with right:
        st.markdown(say("**Can the percentages be taken at their word?**"), help=terms.told("calibrated"))
        bins = pd.DataFrame(found["reliability"])
        charts.draw(charts.reliability(bins), "score-reliability", alt=say("Predicted chance against the share of yes"))
        st.caption(say("On the dashed line, what was predicted is what happened."))


def tenths(table: pd.DataFrame) -> go.Figure:
    """Share of yes in each tenth, and what was predicted of it."""
    figure = go.Figure()
    figure.add_bar(
        x=table["part"], y=table["observed"], name=say("Happened"), marker={"color": charts.OBSERVED},
        customdata=table[["lift", "n", "reached"]],
        hovertemplate=say("%{y:.1%} of %{customdata[1]:,} rows, %{customdata[0]:.1f} times the average; with those "
                          "before, %{customdata[2]:.0%} of all yes<extra></extra>"),
    )  # fmt: skip
    figure.add_scatter(
        x=table["part"], y=table["predicted"], name=say("Predicted"), mode="markers",
        marker={"color": PREDICTED, "size": 10, "symbol": "diamond"}, hovertemplate=say("Said %{y:.1%}<extra></extra>"),
    )  # fmt: skip
    figure.update_xaxes(title=say("Tenth of the list"), dtick=1)
    figure.update_yaxes(title=say("Share of yes"), tickformat=".0%", rangemode="tozero")
    figure.update_layout(showlegend=True)
    return figure


def _said(table: pd.DataFrame) -> str:
    first = table.iloc[0]
    return (
        say("In the likeliest tenth it happens {lift:.1f} times as often as in the whole list; that tenth holds "
            "{reached} of all yes.", lift=first["lift"], reached=words.percent(first["reached"]))
    )
