"""What the shoppers of a segment do: how far they come, what they search for, what they click more than others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import marks
from core.conditions import EVERYONE, Group, Node, everyone
from pages._ui import address, charts, look_data, look_marks, words
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.service import Shop

_MOST = 10
#: How searches are ordered, in the address.
ORDER = "order"
_ORDERS = {"most": "Most of them", "more": "More than others"}


def draw(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    """Draw the funnel, and what sets apart what they search for and click."""
    _funnel(shop, tree, other, name, ready)
    if everyone(tree) and other is None:
        st.caption("These are all shoppers: there are no others whose searches and clicks could be compared.")
        return
    left, right = st.columns(2, gap="large")
    with left:
        _searches(shop, tree, other, name, ready)
    with right:
        _items(shop, tree, other, name, ready)


def _funnel(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    st.markdown("**From looking to buying**")
    rest = other or (EVERYONE if everyone(tree) else Group("none", (tree,)))
    steps, theirs = look_data.ask(shop, ready, "funnel", tree, other=rest)
    if len(steps) < 2:
        st.caption("Fewer than two of views, carts and purchases are logged, so there is no way to follow.")
        return
    figure = charts.funnel(steps)
    figure.data[0].update(customdata=list(range(len(steps))), hoverinfo=None, hovertemplate="%{x:,}<extra></extra>")
    taken, found = list(steps["step"]), []
    for n, (step, shoppers) in enumerate(zip(taken, steps["shoppers"], strict=True)):
        found.append(Mark(words.STEP.get(step, step), int(shoppers), marks.step(tree, taken[: n + 1])))
    for n in range(1, len(taken)):
        lost = int(steps["shoppers"][n - 1] - steps["shoppers"][n])
        label = f"{words.STEP[taken[n - 1]]}, went no further"
        found.append(Mark(label, lost, marks.step(tree, taken[: n + 1], False)))
    look_marks.draw(shop, figure, found, "funnel", 20 + 96 * len(steps), "Shoppers at each step", ready)
    if not everyone(tree) and len(theirs):
        said = [f"{words.STEP[row.step].lower()} {words.percent(row.of_first)}, {words.percent(row.of_previous)} of "
                "the step before" for row in theirs.iloc[1:].itertuples()]  # fmt: skip
        st.caption(f"Of {words.plain(name)}, {words.count(theirs['shoppers'][0])} looked at items; of these "
                   f"{'; '.join(said)}.")  # fmt: skip


def _searches(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    st.markdown("**What they search for**")
    found = look_data.ask(shop, ready, "apart", tree, "search", other=other)
    order = st.segmented_control("Order", list(_ORDERS), default=address.one_of(ORDER, _ORDERS, "most"),
                                 format_func=_ORDERS.__getitem__, key="searches-order", label_visibility="collapsed",
                                 required=True)  # fmt: skip
    address.keep({ORDER: "" if order == "most" else order})
    rows = found.rows
    if order == "most":
        rows = rows[rows["have"] > 0].sort_values(["have", "what"], ascending=[False, True]).head(_MOST)
    else:
        rows = rows[rows["kept"] & (rows["effect"] > 0)].head(_MOST)
    trees = [Mark(f"Searched for “{row.what}”", int(row.have), marks.searched(tree, str(row.what)))
             for row in rows.itertuples()]  # fmt: skip
    _apart(shop, rows, trees, found, name, "searches", "searched for", ready)


def _items(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    found = look_data.ask(shop, ready, "apart", tree, "item", other=other)
    st.markdown(f"**Items they {found.event} more than others**")
    rows = found.rows[found.rows["kept"] & (found.rows["effect"] > 0)].head(_MOST)
    did = "Viewed" if found.event == "view" else "Clicked"
    trees = [Mark(f"{did} {row.label} ({row.what})", int(row.have), marks.acted_on(tree, found.event, row.what))
             for row in rows.itertuples()]  # fmt: skip
    _apart(shop, rows, trees, found, name, "items", did.lower(), ready)


def _apart(
    shop: Shop, rows: pd.DataFrame, found: list[Mark], about: object, name: str, key: str, did: str, ready: float
) -> None:
    first, second, tested = about.first, about.second, about.tested  # type: ignore[attr-defined]
    if not tested:
        st.caption("Too few shoppers share any: from ten shoppers on, both groups together, it is judged.")
        return
    if rows.empty:
        st.caption(f"None of the {words.count(tested)} that were tested is {did} more by them for sure.")
        return
    look_marks.draw(shop, _pairs(rows, name), found, key, 70 + 42 * len(rows), f"Share that {did} each", ready)
    st.caption(
        f"Shares of the {words.count(first)} of them, and {words.count(second)} of {words.plain(name)}, who {did} "
        f"anything. {words.count(tested)} were tested, those of ten shoppers or more; “more than others” means more "
        "even with the interval widened for that many tests. The size of a difference: 0.2 is small, 0.5 medium, "
        "0.8 large."
    )


def _pairs(rows: pd.DataFrame, name: str) -> go.Figure:
    """Draw each share beside that of the others; the hover says the size of the difference with its interval."""
    places, figure = list(range(len(rows))), go.Figure()
    hover = [
        f"{charts.short(row.label, 60)}: {words.percent(row.first)} against {words.percent(row.second)}<br>"
        f"difference {row.effect:+.2f} (95 %: {row.low:+.2f} to {row.high:+.2f})" for row in rows.itertuples()
    ]  # fmt: skip
    figure.add_bar(
        x=rows["first"], y=places, orientation="h", name="They", marker={"color": charts.OBSERVED}, customdata=places,
        hovertext=hover, hoverinfo="text", text=[f"{row.effect:+.2f} ({row.low:+.2f} to {row.high:+.2f})"
                                                 for row in rows.itertuples()],
        textposition="auto",
    )  # fmt: skip
    figure.add_scatter(
        x=rows["second"], y=places, mode="markers", name=charts.short(name, 24).capitalize(), customdata=places,
        hovertext=hover, hoverinfo="text",
        marker={"symbol": "line-ns", "size": 20, "line": {"width": 3, "color": charts.SERIES[1]}},
    )  # fmt: skip
    figure.update_yaxes(tickvals=places, ticktext=[charts.wrapped(label, 20) for label in rows["label"]],
                        autorange="reversed")  # fmt: skip
    figure.update_xaxes(tickformat=".0%", rangemode="tozero")
    figure.update_layout(showlegend=True, bargap=0.35)
    return figure
