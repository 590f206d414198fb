"""When the shoppers of a segment are there: hours and weekdays in the shop's zone, and what they buy week by week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import plotly.graph_objects as go
import streamlit as st

from core import marks
from core.conditions import Node
from pages._ui import charts, look_data, look_marks, words
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.service import Shop

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def draw(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    """Draw what they do by weekday and hour, and their orders by week."""
    st.markdown("**Hours and weekdays**")
    found = look_data.ask(shop, ready, "hours", tree)
    if found.empty:
        st.caption("The log has no hours, or they did nothing but be shown things.")
    else:
        most, total = found["events"].max(), found["events"].sum()
        labels = [f"{_DAYS[row.weekday - 1]}, {row.hour:02d}:00 to {row.hour:02d}:59" for row in found.itertuples()]
        hover = [f"{label}<br>{words.percent(row.events / total)} of what they did, by "
                 f"{words.several(row.shoppers, 'shopper', 'shoppers')}"
                 for label, row in zip(labels, found.itertuples(), strict=True)]  # fmt: skip
        figure = look_marks.cells(found["hour"], found["weekday"], found["events"] / most, [""] * len(found), hover)
        figure.update_yaxes(tickvals=list(range(1, 8)), ticktext=[day[:3] for day in _DAYS], range=[7.6, 0.4])
        figure.update_xaxes(tickvals=list(range(0, 24, 3)), ticktext=[f"{hour}:00" for hour in range(0, 24, 3)])
        trees = [
            Mark(label, int(row.shoppers), marks.in_hour(tree, int(row.weekday), int(row.hour)))
            for label, row in zip(labels, found.itertuples(), strict=True)
        ]  # fmt: skip
        look_marks.draw(shop, figure, trees, "hours", 260, "What they did by weekday and hour", ready)
        st.caption("By the shop’s clocks. The darker, the more was done.")  # fmt: skip
    _weeks(shop, tree, ready)


def _weeks(shop: Shop, tree: Node, ready: float) -> None:
    st.markdown("**Orders and what was spent, week by week**")
    found = look_data.ask(shop, ready, "spent", tree)
    if found.empty:
        st.caption("They bought nothing.")
        return
    figure, places = go.Figure(), list(range(len(found)))
    hover = [
        f"Week of {words.date(row.week)}<br>{words.several(row.orders, 'order', 'orders')} by "
        f"{words.several(row.shoppers, 'shopper', 'shoppers')}, {words.money(row.spend)} spent<br>"
        f"{words.money(row.value)} an order" for row in found.itertuples()
    ]  # fmt: skip
    figure.add_bar(x=found["week"], y=found["spend"], name="Spent", marker={"color": charts.OBSERVED},
                   customdata=places, hovertext=hover, hoverinfo="text")  # fmt: skip
    figure.add_scatter(x=found["week"], y=found["value"], name="Average order", yaxis="y2", mode="lines+markers",
                       line={"color": charts.SERIES[1], "width": 2}, customdata=places, hovertext=hover,
                       hoverinfo="text")  # fmt: skip
    figure.update_layout(
        showlegend=True, yaxis={"title": "Spent", "rangemode": "tozero", "tickformat": "~s"},
        yaxis2={"title": "Average order", "overlaying": "y", "side": "right", "showgrid": False, "rangemode": "tozero"},
    )
    trees = [Mark(f"Bought in the week of {words.date(row.week)}", int(row.shoppers), marks.bought_in(tree, row.week))
             for row in found.itertuples()]  # fmt: skip
    look_marks.draw(shop, figure, trees, "weeks", 320, "Spent and average order by week", ready)
    st.caption("Weeks begin on Monday; the first and the last may be cut short by the log. An order is what was bought "
               "in one visit, or in one day without visits. Before returns.")  # fmt: skip
