"""How valuable the shoppers of a segment are: how recently and how often they bought, and who moved up or down."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import marks
from core.conditions import Node
from core.language import Sayings, say
from pages._ui import address, beside, charts, look_data, look_marks, terms, words
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.looking import Worth
    from core.service import Shop

#: The two days, and what is counted, in the address.
DAYS, COUNT = "days", "count"
_COUNTED = Sayings({"shoppers": "Shoppers", "money": "Money"})

_WAYS = Sayings({"up": "Moved up", "same": "Stayed", "down": "Moved down", "first": "Bought for the first time"})


def draw(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    """Draw the grid of recency and frequency, and the movement between two dates."""
    st.markdown(say("**How recently and how often they bought, and what they spent**"), help=terms.told("rfm"))
    last = shop.looking.last_day()
    usual = (last - timedelta(days=28), last)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.date_input(say("Between the ends of these two days"), _days(usual), max_value=last,
                               key="value-days", width=280)  # fmt: skip
        given = address.one_of(COUNT, _COUNTED, "shoppers")
        counted = st.segmented_control(say("Count"), list(_COUNTED), default=given, required=True, key="value-count",
                                       format_func=_COUNTED.__getitem__)  # fmt: skip
    address.keep({COUNT: "" if counted == "shoppers" else counted})
    if not isinstance(chosen, tuple) or len(chosen) != 2 or chosen[0] == chosen[1]:
        st.caption(say("Choose two different days."))
        return
    address.keep({DAYS: "" if chosen == usual else " ".join(map(str, chosen))})
    found = look_data.ask(shop, ready, "worth", tree, *chosen)
    rest = beside.rest(tree, other)
    theirs = None if rest is None else look_data.ask(shop, ready, "worth", rest, *chosen)
    if theirs is not None and not theirs.cells["shoppers"].sum():
        theirs = None
    cells = found.cells
    if not cells["shoppers"].sum():
        st.caption(say("They bought nothing by then."))
        return
    left, right = st.columns([3, 2], gap="large")
    often, ago = [_times(*band) for band in marks.FREQUENCY], [_ago(*band) for band in marks.RECENCY]
    labels = [say("Last bought {ago}, on {often}", ago=ago[row.recency], often=often[row.frequency])
              for row in cells.itertuples()]  # fmt: skip
    hover = [say("{label}<br>{shoppers} on {now}, {before} on {then}<br>{spent} spent by them up to then, "
                 "{spent_before} by those of {then}",
                 label=label, shoppers=words.several(row.shoppers, "shopper", "shoppers"), now=words.date(found.now),
                 before=words.count(row.before), then=words.date(found.then), spent=words.money(row.spent),
                 spent_before=words.money(row.spent_before))
             + (say("<br>{spend} each, on average", spend=words.money(row.spend)) if row.shoppers else "")
             for label, row in zip(labels, cells.itertuples(), strict=True)]  # fmt: skip
    now, then = (cells[name] for name in (
        ("shoppers", "before") if counted == "shoppers" else ("spent", "spent_before")))  # fmt: skip
    text = [f"{words.count(many)}<br>{many - before:+,.0f}" for many, before in zip(now, then, strict=True)]
    shade = now.clip(lower=0) / max(1.0, float(now.max()))
    figure = look_marks.cells(cells["recency"], len(often) - 1 - cells["frequency"], shade, text, hover)
    trees = [Mark(label, int(row.shoppers), marks.worth(tree, row.recency, row.frequency, found.now))
             for label, row in zip(labels, cells.itertuples(), strict=True)]  # fmt: skip
    with left:
        alt = (say("Shoppers by recency and frequency") if counted == "shoppers"
               else say("Money by recency and frequency"))  # fmt: skip
        _grid(figure, often, ago, alt)
        if theirs is not None:
            _grid(_worth_beside(found, theirs, counted, labels, name), often, ago,
                  say("Share of each cell, beside that of {name}", name=name), "-beside")  # fmt: skip
        look_marks.choose(shop, trees, "worth", ready)
    with right:
        _moved(shop, found, theirs, counted, name, ready)
    cell = (say("In a cell: shoppers on {now}, and how much that is more or less than on {then}.")
            if counted == "shoppers" else
            say("In a cell: what its shoppers had spent up to {now}, and how much that is more or less than on "
                "{then}."))  # fmt: skip
    st.caption(
        cell.format(now=words.date(found.now), then=words.date(found.then)) + " " +
        say("Who moves up is now in a higher band of frequency, or a more recent one, by more bands than she fell in "
            "the other; money does not count for moving. Beside it stand those who moved, and what they spent between "
            "the two days. Who moved is kept as a list, which does not change when new logs come.")
        + ("" if theirs is None else " " + _shares(counted).format(name=words.plain(name))),
        help=None if theirs is None else terms.told("points"),
    )  # fmt: skip


def _shares(counted: str) -> str:
    return (say("Below, shares of all buyers, and in the cells the difference from {name} in percentage points.")
            if counted == "shoppers" else
            say("Below, shares of all that was spent, and in the cells the difference from {name} in percentage "
                "points."))  # fmt: skip


def _grid(figure: go.Figure, often: list[str], ago: list[str], alt: str, part: str = "") -> None:
    named = [charts.wrapped(one, 10, 3) for one in ago]  # aslant, a phone would leave out the last one
    figure.update_xaxes(tickvals=list(range(len(ago))), ticktext=named, tickangle=0)
    figure.update_yaxes(tickvals=list(range(len(often))), ticktext=often[::-1], range=[len(often) - 0.4, -0.6])
    look_marks.chart(figure, "worth", 340, alt, part)


def _worth_beside(found: Worth, theirs: Worth, counted: str, labels: list[str], name: str) -> go.Figure:
    """Draw which cells hold a larger share of a segment's buyers, or of their money, and which of the others'."""
    now = "shoppers" if counted == "shoppers" else "spent"
    mine, others = (one.cells[now] / (one.cells[now].sum() or 1) for one in (found, theirs))
    rows = len(marks.FREQUENCY) - 1 - found.cells["frequency"]
    return beside.cells(found.cells["recency"], rows, mine, others, list(range(len(mine))), labels, name, written=True)


def _days(usual: tuple[date, date]) -> tuple[date, date]:
    """Return the two days of the address; those that are usual where it has none."""
    try:
        first, last = (date.fromisoformat(day) for day in address.text(DAYS).split())
    except ValueError:
        return usual
    return (first, last) if first < last <= usual[1] else usual


def _moved(shop: Shop, found: Worth, theirs: Worth | None, what: str, name: str, ready: float) -> None:
    moved, labels = found.moved, list(_WAYS.values())
    counted, paid = _ways(moved, "shoppers"), _ways(moved, "money")
    figure = charts.bars(labels, counted if what == "shoppers" else paid, (
        say("shoppers") if what == "shoppers" else say("spent in between")))  # fmt: skip
    figure.data[0].update(customdata=list(range(len(_WAYS))))
    look_marks.chart(figure, "moved", 340, say("Shoppers who moved up or down"))
    if theirs is not None:
        mine, others = ([value / (sum(ways) or 1) for value in ways]
                        for ways in (counted if what == "shoppers" else paid, _ways(theirs.moved, what)))  # fmt: skip
        hover = [f"{label}: {beside.said(a, b, name)}" for label, a, b in zip(labels, mine, others, strict=True)]
        figure = beside.pairs(labels, mine, others, [words.percent(share) for share in mine], hover, name)
        look_marks.chart(figure, "moved", 340, say("Share that moved up or down, beside that of {name}", name=name),
                         "-beside")  # fmt: skip
    trees = [Mark(label, int(many), lambda way=way: list(moved.loc[moved["way"] == way, "user_id"]))
             for (way, label), many in zip(_WAYS.items(), counted, strict=True)]  # fmt: skip
    look_marks.choose(shop, trees, "moved", ready)


def _ways(moved: pd.DataFrame, what: str) -> list[float]:
    """Return how many moved in each way, or what they spent in between."""
    found = moved.groupby("way")["paid"].agg("count" if what == "shoppers" else "sum")
    return [float(found.get(way, 0.0)) for way in _WAYS]


def _ago(low: int, high: int | None) -> str:
    if high is None:
        return say("{low} or more days ago", low=low)
    return say("{low} to {high} days ago", low=low, high=high)


def _times(low: int, high: int | None) -> str:
    if high is None:
        return say("{low} or more days", low=low)
    return words.several(low, "day", "days") if low == high else say("{low} to {high} days", low=low, high=high)
