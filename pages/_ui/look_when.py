"""When the shoppers of a segment are there: hours and weekdays in the shop's zone, and what they buy week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import marks
from core.conditions import Node
from core.language import Sayings, say
from pages._ui import beside, charts, look_data, look_marks, phrases, terms, words
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.service import Shop

#: What is bought by week, over all shoppers of a group or over its orders.
_EACH = Sayings({
    "spend_each": "Spent per shopper", "orders_each": "Orders per shopper", "value": "Average order",
})
_CELL = ["weekday", "hour"]


def draw(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    """Draw what they do by weekday and hour, and their orders by week, each beside that of others."""
    rest = beside.rest(tree, other)
    _hours(shop, tree, rest, name, ready)
    _weeks(shop, tree, rest, name, ready)


def _hours(shop: Shop, tree: Node, rest: Node | None, name: str, ready: float) -> None:
    st.markdown(say("**Hours and weekdays**"))
    found = look_data.ask(shop, ready, "hours", tree)
    if found.empty:
        st.caption(say("The log has no hours, or they did nothing but be shown things."))
        return
    most, total = found["events"].max(), found["events"].sum()
    labels = [_hour(row.weekday, row.hour) for row in found.itertuples()]
    hover = [say("{label}<br>{events} of what they did, by {shoppers}",
                 label=label, events=words.percent(row.events / total),
                 shoppers=words.several(row.shoppers, "shopper", "shoppers"))
             for label, row in zip(labels, found.itertuples(), strict=True)]  # fmt: skip
    figure = look_marks.cells(found["hour"], found["weekday"], found["events"] / most, [""] * len(found), hover)
    theirs = None if rest is None else look_data.ask(shop, ready, "hours", rest)
    compared = theirs is not None and not theirs.empty
    left, right = st.columns(2, gap="large") if compared else (st.container(), None)
    with left:
        _clock(figure, say("What they did by weekday and hour"))
    if right is not None:
        with right:
            _clock(_hours_beside(found, theirs, name),
                   say("By weekday and hour, in percentage points more or less than {name}", name=name), "-beside")
    trees = [
        Mark(label, int(row.shoppers), marks.in_hour(tree, int(row.weekday), int(row.hour)))
        for label, row in zip(labels, found.itertuples(), strict=True)
    ]  # fmt: skip
    look_marks.choose(shop, trees, "hours", ready)
    st.caption(say("By the shop’s clocks. The darker, the more was done.") + (
        " " + say("The second one: into which hours more of all that they did falls than of what {name} did, and into "
                  "which less.", name=words.plain(name)) if compared else ""),
        help=terms.told("points") if compared else None)  # fmt: skip


def _hour(weekday: int, hour: int) -> str:
    return say("{day}, {hour:02d}:00 to {hour:02d}:59", day=phrases.WEEKDAYS[weekday], hour=hour)


def _clock(figure: go.Figure, alt: str, part: str = "") -> None:
    figure.update_yaxes(tickvals=list(range(1, 8)), ticktext=list(phrases.SHORT_DAYS.values()), range=[7.6, 0.4])
    figure.update_xaxes(tickvals=list(range(0, 24, 3)), ticktext=[f"{hour}:00" for hour in range(0, 24, 3)])
    look_marks.chart(figure, "hours", 260, alt, part)


def _hours_beside(found: pd.DataFrame, theirs: pd.DataFrame, name: str) -> go.Figure:
    """Draw which hours have more of what a segment does, and which more of what the others do."""
    numbered = found.assign(number=range(len(found)), mine=found["events"] / found["events"].sum())
    others = theirs[_CELL].assign(theirs=theirs["events"] / theirs["events"].sum())
    both = numbered[[*_CELL, "number", "mine"]].merge(others, "outer", _CELL)
    numbers = [None if pd.isna(number) else int(number) for number in both["number"]]
    labels = [_hour(row.weekday, row.hour) for row in both.itertuples()]
    return beside.cells(both["hour"], both["weekday"], both["mine"].fillna(0.0), both["theirs"].fillna(0.0), numbers,
                        labels, name)  # fmt: skip


def _weeks(shop: Shop, tree: Node, rest: Node | None, name: str, ready: float) -> None:
    st.markdown(say("**Orders and what was spent, week by week**"))
    found = look_data.ask(shop, ready, "spent", tree)
    if found.empty:
        st.caption(say("They bought nothing."))
        return
    figure, places = go.Figure(), list(range(len(found)))
    hover = [
        say("Week of {week}<br>{orders} by {shoppers}, {spend} spent<br>{value} an order",
            week=words.date(row.week), orders=words.several(row.orders, "order", "orders"),
            shoppers=words.several(row.shoppers, "shopper", "shoppers"), spend=words.money(row.spend),
            value=words.money(row.value)) for row in found.itertuples()
    ]  # fmt: skip
    figure.add_bar(x=found["week"], y=found["spend"], name=say("Spent"), marker={"color": charts.OBSERVED},
                   customdata=places, hovertext=hover, hoverinfo="text")  # fmt: skip
    figure.update_layout(showlegend=False)
    figure.update_yaxes(title=say("Spent"), rangemode="tozero", tickformat="~s")
    charts.weeks(figure, list(found["week"]))
    look_marks.chart(figure, "weeks", 260, say("Spent by week"))
    theirs = None if rest is None else look_data.ask(shop, ready, "spent", rest)
    for place, (measure, label) in zip(st.columns(3), _EACH.items(), strict=True):
        with place:
            st.markdown(label)
            look_marks.chart(_each(found, theirs, measure, name), "weeks", 220, label, f"-{measure}")
    trees = [Mark(say("Bought in the week of {week}", week=words.date(row.week)), int(row.shoppers),
                  marks.bought_in(tree, row.week)) for row in found.itertuples()]  # fmt: skip
    look_marks.choose(shop, trees, "weeks", ready)
    st.caption(say("Weeks begin on Monday; the first and the last may be cut short by the log. An order is what was "
                   "bought in one visit, or in one day without visits. “Per shopper” counts those too who bought "
                   "nothing. Before returns."))  # fmt: skip


def _each(found: pd.DataFrame, theirs: pd.DataFrame | None, measure: str, name: str) -> go.Figure:
    """Draw something of each week for a segment and for the others; nothing was bought where there is no week."""
    weeks = sorted({*found["week"], *([] if theirs is None else theirs["week"])})
    missing = float("nan") if measure == "value" else 0.0
    mine, others = (None if some is None else some.set_index("week")[measure].reindex(weeks, fill_value=missing)
                    for some in (found, theirs))  # fmt: skip
    numbers = {week: number for number, week in enumerate(found["week"])}
    hover = [say("Week of {week}: {mine}", week=words.date(week), mine=words.money(mine[week]) or "–") + (
        "" if others is None else say("; {name} {theirs}", name=charts.short(name, 40),
                                      theirs=words.money(others[week]) or "–")) for week in weeks]  # fmt: skip
    figure = beside.lines(weeks, mine, hover, [numbers.get(week) for week in weeks], others, name)
    charts.weeks(figure, weeks)
    return figure
