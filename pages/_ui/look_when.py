"""When the shoppers of a segment are there: hours and weekdays in the shop's zone, and what they buy week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go
import streamlit as st

from core import marks
from core.conditions import Node
from core.language import say
from pages._ui import charts, look_data, look_marks, phrases, words
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.service import Shop




def draw(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    """Draw what they do by weekday and hour, and their orders by week."""
    st.markdown(say("**Hours and weekdays**"))
    found = look_data.ask(shop, ready, "hours", tree)
    if found.empty:
        st.caption(say("The log has no hours, or they did nothing but be shown things."))
    else:
        most, total = found["events"].max(), found["events"].sum()
        labels = [say("{day}, {hour:02d}:00 to {hour:02d}:59", day=phrases.WEEKDAYS[row.weekday], hour=row.hour)
                  for row in found.itertuples()]  # fmt: skip
        hover = [say("{label}<br>{events} of what they did, by {shoppers}",
                     label=label, events=words.percent(row.events / total),
                     shoppers=words.several(row.shoppers, "shopper", "shoppers"))
                 for label, row in zip(labels, found.itertuples(), strict=True)]  # fmt: skip
        figure = look_marks.cells(found["hour"], found["weekday"], found["events"] / most, [""] * len(found), hover)
        figure.update_yaxes(tickvals=list(range(1, 8)), ticktext=list(phrases.SHORT_DAYS.values()), range=[7.6, 0.4])
        figure.update_xaxes(tickvals=list(range(0, 24, 3)), ticktext=[f"{hour}:00" for hour in range(0, 24, 3)])
        trees = [
            Mark(label, int(row.shoppers), marks.in_hour(tree, int(row.weekday), int(row.hour)))
            for label, row in zip(labels, found.itertuples(), strict=True)
        ]  # fmt: skip
        look_marks.draw(shop, figure, trees, "hours", 260, say("What they did by weekday and hour"), ready)
        st.caption(say("By the shop’s clocks. The darker, the more was done."))  # fmt: skip
    _weeks(shop, tree, ready)


def _weeks(shop: Shop, tree: Node, ready: float) -> None:
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
    figure.add_scatter(x=found["week"], y=found["value"], name=say("Average order"), yaxis="y2", mode="lines+markers",
                       line={"color": charts.SERIES[1], "width": 2}, customdata=places, hovertext=hover,
                       hoverinfo="text")  # fmt: skip
    figure.update_layout(
        showlegend=True, yaxis={"title": say("Spent"), "rangemode": "tozero", "tickformat": "~s"},
        yaxis2={"title": say("Average order"), "overlaying": "y", "side": "right", "showgrid": False,
                "rangemode": "tozero"},
    )  # fmt: skip
    trees = [Mark(say("Bought in the week of {week}", week=words.date(row.week)), int(row.shoppers),
                  marks.bought_in(tree, row.week)) for row in found.itertuples()]  # fmt: skip
    look_marks.draw(shop, figure, trees, "weeks", 320, say("Spent and average order by week"), ready)
    st.caption(say("Weeks begin on Monday; the first and the last may be cut short by the log. An order is what was "
                   "bought in one visit, or in one day without visits. Before returns."))  # fmt: skip
