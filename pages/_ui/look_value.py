"""How valuable the shoppers of a segment are: how recently and how often they bought, and who moved up or down."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import streamlit as st

from core import marks
from core.conditions import Node
from pages._ui import charts, look_data, look_marks, words
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.service import Shop

_WAYS = {"up": "Moved up", "same": "Stayed", "down": "Moved down", "first": "Bought for the first time"}


def draw(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    """Draw the grid of recency and frequency, and the movement between two dates."""
    st.markdown("**How recently and how often they bought, and what they spent**")
    last = shop.looking.last_day()
    chosen = st.date_input("Between the ends of these two days", (last - timedelta(days=28), last), max_value=last,
                           key="value-days", width=280)  # fmt: skip
    if not isinstance(chosen, tuple) or len(chosen) != 2 or chosen[0] == chosen[1]:
        st.caption("Choose two different days.")
        return
    found = look_data.ask(shop, ready, "worth", tree, *chosen)
    cells = found.cells
    if not cells["shoppers"].sum():
        st.caption("They bought nothing by then.")
        return
    left, right = st.columns([3, 2], gap="large")
    often, ago = [_times(*band) for band in marks.FREQUENCY], [_ago(*band) for band in marks.RECENCY]
    labels = [f"Last bought {ago[row.recency]}, on {often[row.frequency]}" for row in cells.itertuples()]
    hover = [f"{label}<br>{words.several(row.shoppers, 'shopper', 'shoppers')} on {words.date(found.now)}, "
             f"{words.count(row.before)} on {words.date(found.then)}"
             + (f"<br>{words.money(row.spend)} spent each, on average" if row.shoppers else "")
             for label, row in zip(labels, cells.itertuples(), strict=True)]  # fmt: skip
    text = [f"{words.count(row.shoppers)}<br>{row.shoppers - row.before:+,}" for row in cells.itertuples()]
    shade = cells["shoppers"] / cells["shoppers"].max()
    figure = look_marks.cells(cells["recency"], len(often) - 1 - cells["frequency"], shade, text, hover)
    figure.update_xaxes(tickvals=list(range(len(ago))), ticktext=ago)
    figure.update_yaxes(tickvals=list(range(len(often))), ticktext=often[::-1], range=[len(often) - 0.4, -0.6])
    trees = [Mark(label, int(row.shoppers), marks.worth(tree, row.recency, row.frequency, found.now))
             for label, row in zip(labels, cells.itertuples(), strict=True)]  # fmt: skip
    with left:
        look_marks.draw(shop, figure, trees, "worth", 340, "Shoppers by recency and frequency", ready)
    with right:
        _moved(shop, found, ready)
    st.caption(
        f"In a cell: shoppers on {words.date(found.now)}, and how many more or fewer than on {words.date(found.then)}. "
        "Who moves up is now in a higher band of frequency, or a more recent one, by more bands than she fell in the "
        "other. What they spent is their mean up to the later day, and does not count for moving. Who moved is kept as "
        "a list, which does not change when new logs come."
    )


def _moved(shop: Shop, found: object, ready: float) -> None:
    moved = found.moved  # type: ignore[attr-defined]
    counted = [int((moved["way"] == way).sum()) for way in _WAYS]
    figure = charts.bars(list(_WAYS.values()), counted, "shoppers")
    figure.data[0].update(customdata=list(range(len(_WAYS))))
    trees = [Mark(label, many, lambda way=way: list(moved.loc[moved["way"] == way, "user_id"]))
             for (way, label), many in zip(_WAYS.items(), counted, strict=True)]  # fmt: skip
    look_marks.draw(shop, figure, trees, "moved", 340, "Shoppers who moved up or down", ready)


def _ago(low: int, high: int | None) -> str:
    return f"{low} or more days ago" if high is None else f"{low} to {high} days ago"


def _times(low: int, high: int | None) -> str:
    return f"{low} or more days" if high is None else words.several(low, "day", "days") if low == high else (
        f"{low} to {high} days")
