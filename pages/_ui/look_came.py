"""Do the shoppers of a segment come back: by the week they began in, and as new, returning, resurrected, dormant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import looking, marks
from core.conditions import Node
from core.language import Sayings, say
from pages._ui import address, beside, charts, look_data, look_marks, resources, terms, words
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.service import Shop

#: What a shopper began by, in the address.
BEGUN = "begun"
#: Weeks that are drawn, the latest ones.
_WEEKS = 26
_STATES = Sayings({"new": "New", "returning": "Returning", "resurrected": "Resurrected", "dormant": "Dormant"})


def draw(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    """Draw retention by cohort, and the states of life week by week, each beside that of others."""
    rest = beside.rest(tree, other)
    _retention(shop, tree, rest, name, ready)
    _lives(shop, tree, rest, name, ready)


def _retention(shop: Shop, tree: Node, rest: Node | None, name: str, ready: float) -> None:
    st.markdown(say("**Who came back, by the week that they began in**"), help=terms.told("retention"))
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
    theirs = None if rest is None else look_data.ask(shop, ready, "retention", rest, by)
    if theirs is not None:
        theirs = theirs[theirs["cohort"].isin(cohorts)]
    labels = [_label(by, row.cohort, row.later) for row in found.itertuples()]
    against = _against(theirs, name)
    hover = [say("{label}<br>{shoppers} of {all} ({share})",
                 label=label, shoppers=words.count(row.shoppers), all=words.count(row.size),
                 share=words.percent(row.share)) + against(row) + _cut_short(row)
             for label, row in zip(labels, found.itertuples(), strict=True)]  # fmt: skip
    text = [f"{100 * share:.0f}" for share in found["share"]] if len(cohorts) <= 14 else [""] * len(found)
    rows = found["cohort"].map({cohort: n for n, cohort in enumerate(cohorts)})
    figure = look_marks.cells(found["later"], rows, found["share"], text, hover, list(~found["complete"].astype(bool)))
    ticks = [f"{cohort.strftime(say('%-d %b'))} ({words.count(sizes[cohort])})" for cohort in cohorts]
    figure.update_yaxes(tickvals=list(range(len(cohorts))), ticktext=ticks, range=[len(cohorts) - 0.4, -0.6])
    figure.update_xaxes(title=say("Weeks later"), dtick=1 if len(cohorts) <= 14 else 4)
    trees = [Mark(label, int(row.shoppers), marks.came_back(tree, by, row.cohort, row.later))
             for label, row in zip(labels, found.itertuples(), strict=True)]  # fmt: skip
    look_marks.chart(figure, f"retention-{by}", 90 + 30 * len(cohorts), say("Share that came back"))
    trees += _pooled(shop, tree, found, theirs, by, name, len(trees))
    look_marks.choose(shop, trees, f"retention-{by}", ready)
    st.caption(say("Percent of those who began in a week, beside it in brackets, who did so again. Hatched cells are "
                   "of weeks that the log does not hold whole: they can still grow. Who was there before the log "
                   "begins counts as begun in its first weeks. The line takes the weeks together that the log holds "
                   "whole; who is in one of its points is kept as a list, which does not change when new logs "
                   "come."))  # fmt: skip


def _against(theirs: pd.DataFrame | None, name: str) -> Callable[[Any], str]:
    """Return what says of a cell how many of the others came back, and how far apart both shares are."""
    shares = {} if theirs is None else dict(zip(zip(theirs["cohort"], theirs["later"], strict=True), theirs["share"],
                                                strict=True))  # fmt: skip

    def said(row: Any) -> str:
        share = shares.get((row.cohort, row.later))
        return "" if share is None else f"<br>{beside.said(row.share, share, name)}"

    return said


def _pooled(
    shop: Shop, tree: Node, found: pd.DataFrame, theirs: pd.DataFrame | None, by: str, name: str, first: int
) -> list[Mark]:
    """Draw how many came back after so many weeks, whenever they began, and return the line's marks."""
    mine = looking.pooled(found)
    mine = mine[mine["later"] > 0]
    if mine.empty:
        return []
    others = None if theirs is None else looking.pooled(theirs).set_index("later")["share"].reindex(mine["later"])
    labels = [_after(by, later) for later in mine["later"]]
    hover = [say("{label}: {shoppers} of {all} ({share})", label=label, shoppers=words.count(row.shoppers),
                 all=words.count(row.size), share=words.percent(row.share))
             + ("" if others is None else f"<br>{beside.said(row.share, others[row.later], name)}")
             for label, row in zip(labels, mine.itertuples(), strict=True)]  # fmt: skip
    numbers = list(range(first, first + len(mine)))
    figure = beside.lines(mine["later"], mine["share"], hover, numbers, others, name)
    figure.update_xaxes(title=say("Weeks later"), dtick=1 if len(mine) <= 14 else 4)
    figure.update_yaxes(tickformat=".0%")
    look_marks.chart(figure, f"retention-{by}", 240, say("Share that came back, whenever they began"), "-pooled")
    cohorts = found[found["complete"].astype(bool)].groupby("later")["cohort"].agg(list)
    who = [partial(shop.looking.came_back, tree, by, int(later), cohorts[later]) for later in mine["later"]]
    return [Mark(*mark) for mark in zip(labels, map(int, mine["shoppers"]), who, strict=True)]


def _after(by: str, later: int) -> str:
    weeks = words.several(later, "week", "weeks")
    return (say("Bought again after {weeks}, whenever they began", weeks=weeks) if by == "purchase"
            else say("Came back after {weeks}, whenever they began", weeks=weeks))  # fmt: skip


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


def _lives(shop: Shop, tree: Node, rest: Node | None, name: str, ready: float) -> None:
    st.markdown(say("**New, returning, resurrected, dormant**"), help=terms.told("life"))
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
    charts.weeks(figure, sorted(set(found["week"])))
    look_marks.chart(figure, "lives", 340, say("New, returning, resurrected and dormant by week"))
    if rest is not None:
        _states(shop, tree, rest, found, name, ready)
    trees = [Mark(say("{state} in the week of {week}", state=_STATES[row.state], week=words.date(row.week)),
                  int(row.shoppers), marks.life(tree, row.state, row.week)) for row in found.itertuples()]  # fmt: skip
    look_marks.choose(shop, trees, "lives", ready)
    st.caption(say("New: did anything for the first time in the log. Returning: in the week before too. Resurrected: "
                   "before, but not in the week before. Dormant, drawn downwards: in the week before, and not in this "
                   "one. Hatched weeks are not whole in the log; in its first weeks everybody looks new."),
               help=terms.told("life"))


def _states(shop: Shop, tree: Node, rest: Node, found: pd.DataFrame, name: str, ready: float) -> None:
    """Draw each state as a share of all shoppers of the segment, beside that of the others."""
    theirs = look_data.ask(shop, ready, "lives", rest)
    mine_all, theirs_all = (max(1, resources.count(shop, one, ready)[0]) for one in (tree, rest))
    shares = (theirs.set_index(["state", "week"])["shoppers"] / theirs_all).to_dict()
    places = st.columns(len(_STATES))
    for place, (state, label) in zip(places, _STATES.items(), strict=True):
        rows = found[found["state"] == state]
        mine = rows["shoppers"] / mine_all
        others = [shares.get((state, week), 0.0) for week in rows["week"]]
        hover = [say("{state} in the week of {week}: {share}", state=label, week=words.date(row.week),
                     share=beside.said(mine[row.Index], share, name)) + _cut_short(row)
                 for row, share in zip(rows.itertuples(), others, strict=True)]  # fmt: skip
        figure = beside.lines(rows["week"], mine, hover, list(rows.index), others, name)
        figure.update_yaxes(tickformat=".0%")
        charts.weeks(figure, list(rows["week"]))
        with place:
            st.markdown(say("{state}, share of all", state=label),
                        help=terms.told("life") if state in ("resurrected", "dormant") else None)
            look_marks.chart(figure, "lives", 220, say("{state}, share of all", state=label), f"-{state}")
