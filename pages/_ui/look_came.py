"""Do the shoppers of a segment come back: by the week they began in, and as new, returning, resurrected, dormant."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import marks
from core.conditions import Node
from core.language import Sayings, say
from pages._ui import address, charts, look_data, look_marks, words
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.service import Shop

#: What a shopper began by, in the address.
BEGUN = "begun"
#: Weeks that are drawn, the latest ones.
_WEEKS = 26
_STATES = Sayings({"new": "New", "returning": "Returning", "resurrected": "Resurrected", "dormant": "Dormant"})


def draw(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    """Draw retention by cohort, and the states of life week by week."""
    _retention(shop, tree, ready)
    _lives(shop, tree, ready)


def _retention(shop: Shop, tree: Node, ready: float) -> None:
    st.markdown(say("**Who came back, by the week that they began in**"))
    given = address.one_of(BEGUN, ("seen", "purchase"), "seen")
    by = st.segmented_control(say("Begun by"), ["seen", "purchase"], default=given, required=True, key="retention-by",
                              format_func={"seen": say("First seen"), "purchase": say("First purchase")}.__getitem__,
                              label_visibility="collapsed")  # fmt: skip
    address.keep({BEGUN: "" if by == "seen" else by})
    found = look_data.ask(shop, ready, "retention", tree, by)
    if found.empty:
        st.caption(say("They bought nothing.") if by == "purchase" else say("They did nothing but be shown things."))
        return
    cohorts = sorted(found["cohort"].unique())[-_WEEKS:]
    found = found[found["cohort"].isin(cohorts)].reset_index(drop=True)
    sizes = found.drop_duplicates("cohort").set_index("cohort")["size"]
    labels = [_label(by, row.cohort, row.later) for row in found.itertuples()]
    hover = [say("{label}<br>{shoppers} of {all} ({share})",
                 label=label, shoppers=words.count(row.shoppers), all=words.count(row.size),
                 share=words.percent(row.share)) + _cut_short(row)
             for label, row in zip(labels, found.itertuples(), strict=True)]  # fmt: skip
    text = [f"{100 * share:.0f}" for share in found["share"]] if len(cohorts) <= 14 else [""] * len(found)
    rows = found["cohort"].map({cohort: n for n, cohort in enumerate(cohorts)})
    figure = look_marks.cells(found["later"], rows, found["share"], text, hover, list(~found["complete"].astype(bool)))
    ticks = [f"{cohort.strftime(say('%-d %b'))} ({words.count(sizes[cohort])})" for cohort in cohorts]
    figure.update_yaxes(tickvals=list(range(len(cohorts))), ticktext=ticks, range=[len(cohorts) - 0.4, -0.6])
    figure.update_xaxes(title=say("Weeks later"), dtick=1 if len(cohorts) <= 14 else 4)
    trees = [Mark(label, int(row.shoppers), marks.came_back(tree, by, row.cohort, row.later))
             for label, row in zip(labels, found.itertuples(), strict=True)]  # fmt: skip
    look_marks.draw(shop, figure, trees, f"retention-{by}", 90 + 30 * len(cohorts), say("Share that came back"), ready)
    st.caption(say("Percent of those who began in a week, beside it in brackets, who did so again. Hatched cells are "
                   "of weeks that the log does not hold whole: they can still grow. Who was there before the log "
                   "begins counts as begun in its first weeks."))  # fmt: skip


def _label(by: str, cohort: date, later: int) -> str:
    week = words.date(cohort)
    if not later:
        return say("Began in the week of {week}", week=week)
    weeks = words.several(later, "week", "weeks")
    if by == "purchase":
        return say("Began in the week of {week}, bought again {weeks} later", week=week, weeks=weeks)
    return say("Began in the week of {week}, came back {weeks} later", week=week, weeks=weeks)


def _cut_short(row: Any) -> str:
    return "" if row.complete else say("<br>The log does not hold the whole of this week.")


def _lives(shop: Shop, tree: Node, ready: float) -> None:
    st.markdown(say("**New, returning, resurrected, dormant**"))
    found: pd.DataFrame = look_data.ask(shop, ready, "lives", tree)
    if found.empty:
        st.caption(say("They did nothing but be shown things."))
        return
    found = found[found["week"].isin(sorted(found["week"].unique())[-_WEEKS:])].reset_index(drop=True)
    figure = go.Figure()
    for colour, (state, label) in zip(charts.SERIES, _STATES.items(), strict=False):
        rows = found[found["state"] == state]
        sign = -1 if state == "dormant" else 1
        hover = [say("{state} in the week of {week}: {shoppers}", state=label, week=words.date(row.week),
                     shoppers=words.several(row.shoppers, "shopper", "shoppers")) + _cut_short(row)
                 for row in rows.itertuples()]  # fmt: skip
        figure.add_bar(x=rows["week"], y=sign * rows["shoppers"], name=label, customdata=list(rows.index),
                       hovertext=hover, hoverinfo="text", marker={"color": colour, "pattern": {
                           "shape": ["" if whole else "/" for whole in rows["complete"]]}})  # fmt: skip
    figure.update_layout(showlegend=True, barmode="relative", bargap=0.2)
    figure.update_yaxes(title=say("Shoppers"), tickformat=",d")
    trees = [Mark(say("{state} in the week of {week}", state=_STATES[row.state], week=words.date(row.week)),
                  int(row.shoppers), marks.life(tree, row.state, row.week)) for row in found.itertuples()]  # fmt: skip
    look_marks.draw(shop, figure, trees, "lives", 340, say("New, returning, resurrected and dormant by week"), ready)
    st.caption(say("New: did anything for the first time in the log. Returning: in the week before too. Resurrected: "
                   "before, but not in the week before. Dormant, drawn downwards: in the week before, and not in this "
                   "one. Hatched weeks are not whole in the log; in its first weeks everybody looks new."))
