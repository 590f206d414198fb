"""What the shoppers of a segment do: how far they come, what they search for, what they click more than others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import marks
from core.conditions import EVERYONE, Group, Node, everyone
from core.language import Sayings, say
from core.schema import Event
from pages._ui import address, beside, charts, look_data, look_marks, terms, words
from pages._ui.look_marks import Mark

if TYPE_CHECKING:
    from core.service import Shop

_MOST = 10
#: How searches are ordered, in the address.
ORDER = "order"
_ORDERS = Sayings({"most": "Most of them", "more": "More than others"})


def draw(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    """Draw the funnel, and what sets apart what they search for and click."""
    _funnel(shop, tree, other, name, ready)
    if everyone(tree) and other is None:
        st.caption(say("These are all shoppers: there are no others whose searches and clicks could be compared."))
        return
    left, right = st.columns(2, gap="large")
    with left:
        _searches(shop, tree, other, name, ready)
    with right:
        _items(shop, tree, other, name, ready)


def _funnel(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    st.markdown(say("**From looking to buying**"))
    rest = other or (EVERYONE if everyone(tree) else Group("none", (tree,)))
    steps, theirs = look_data.ask(shop, ready, "funnel", tree, other=rest)
    if len(steps) < 2:
        st.caption(say("Fewer than two of views, carts and purchases are logged, so there is no way to follow."))
        return
    figure = charts.funnel(steps)
    figure.data[0].update(customdata=list(range(len(steps))), hoverinfo=None, hovertemplate="%{x:,}<extra></extra>")
    taken, found = list(steps["step"]), []
    for n, (step, shoppers) in enumerate(zip(taken, steps["shoppers"], strict=True)):
        found.append(Mark(words.STEP.get(step, step), int(shoppers), marks.step(tree, taken[: n + 1])))
    for n in range(1, len(taken)):
        lost = int(steps["shoppers"][n - 1] - steps["shoppers"][n])
        label = say("{step}, went no further", step=words.STEP[taken[n - 1]])
        found.append(Mark(label, lost, marks.step(tree, taken[: n + 1], False)))
    look_marks.draw(shop, figure, found, "funnel", 20 + 96 * len(steps), say("Shoppers at each step"), ready)
    if not everyone(tree) and len(theirs):
        said = [say("{step} {share}, {of_previous} of the step before", step=words.STEP[row.step].lower(),
                    share=words.percent(row.of_first), of_previous=words.percent(row.of_previous))
                for row in theirs.iloc[1:].itertuples()]  # fmt: skip
        st.caption(say("Of {name}, {shoppers} looked at items; of these {steps}.", name=words.plain(name),
                       shoppers=words.count(theirs["shoppers"][0]), steps=say("; ").join(said)))  # fmt: skip


def _searches(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    st.markdown(say("**What they search for**"))
    found = look_data.ask(shop, ready, "apart", tree, "search", other=other)
    order = st.segmented_control(say("Order"), list(_ORDERS), default=address.one_of(ORDER, _ORDERS, "most"),
                                 format_func=_ORDERS.__getitem__, key="searches-order", label_visibility="collapsed",
                                 required=True)  # fmt: skip
    address.keep({ORDER: "" if order == "most" else order})
    rows = found.rows
    if order == "most":
        rows = rows[rows["have"] > 0].sort_values(["have", "what"], ascending=[False, True]).head(_MOST)
    else:
        rows = rows[rows["kept"] & (rows["effect"] > 0)].head(_MOST)
    trees = [Mark(say("Searched for “{what}”", what=row.what), int(row.have), marks.searched(tree, str(row.what)))
             for row in rows.itertuples()]  # fmt: skip
    _apart(shop, rows, trees, found, name, "search", ready)


def _items(shop: Shop, tree: Node, other: Node | None, name: str, ready: float) -> None:
    found = look_data.ask(shop, ready, "apart", tree, "item", other=other)
    viewed = found.event == "view"
    st.markdown(say("**Items they view more than others**") if viewed else say("**Items they click more than others**"))
    rows = found.rows[found.rows["kept"] & (found.rows["effect"] > 0)].head(_MOST)
    label = say("Viewed {title} ({item})") if viewed else say("Clicked {title} ({item})")
    trees = [Mark(label.format(title=row.label, item=row.what), int(row.have),
                  marks.acted_on(tree, found.event, row.what)) for row in rows.itertuples()]  # fmt: skip
    _apart(shop, rows, trees, found, name, "view" if viewed else "click", ready)


def _apart(
    shop: Shop, rows: pd.DataFrame, found: list[Mark], about: object, name: str, event: str, ready: float
) -> None:
    did = words.EVENT_VERB[Event(event)]
    first, second, tested = about.first, about.second, about.tested  # type: ignore[attr-defined]
    if not tested:
        st.caption(say("Too few shoppers share any: from ten shoppers on, both groups together, it is judged."))
        return
    if rows.empty:
        st.caption(say("None of the {tested} that were tested is {did} more by them for sure.",
                       tested=words.count(tested), did=did))
        return
    look_marks.draw(shop, _pairs(rows, name), found, "searches" if event == "search" else "items", 70 + 42 * len(rows),
                    say("Share that {did} each", did=did), ready)
    st.caption(
        say("Shares of the {first} of them, and {second} of {name}, who {did} anything. {tested} were tested, those "
            "of ten shoppers or more; “more than others” means more even with the interval widened for that many "
            "tests. The size of a difference: 0.2 is small, 0.5 medium, 0.8 large.",
            first=words.count(first), second=words.count(second), name=words.plain(name), did=did,
            tested=words.count(tested)),
        help=terms.told("effect", "interval"),
    )


def _pairs(rows: pd.DataFrame, name: str) -> go.Figure:
    """Draw each share beside that of the others; the hover says the size of the difference with its interval."""
    hover = [
        say("{label}: {first} against {second}<br>difference {effect:+.2f} (95 %: {low:+.2f} to {high:+.2f})",
            label=charts.short(row.label, 60), first=words.percent(row.first), second=words.percent(row.second),
            effect=row.effect, low=row.low, high=row.high) for row in rows.itertuples()
    ]  # fmt: skip
    text = [say("{effect:+.2f} ({low:+.2f} to {high:+.2f})", effect=row.effect, low=row.low, high=row.high)
            for row in rows.itertuples()]  # fmt: skip
    return beside.pairs(list(rows["label"]), rows["first"], rows["second"], text, hover, name)
