"""Charts whose marks are shoppers: a bar or a cell that is clicked, or chosen by name, opens as a segment or a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import plotly.graph_objects as go
import streamlit as st

from core.conditions import Listed, Node
from core.errors import InputError
from core.language import say
from pages._ui import address, builder, charts, keeping, nav, resources, tables, take_table, words

if TYPE_CHECKING:
    from core.service import Shop

#: Shoppers of a mark that are listed at once.
_LISTED = 200
#: The mark that is chosen, in the address: "worth 3".
PARAM = "mark"
_OPENED = "_look_opened"
#: A cell's colour, how opaque it is at least and at most, and the colour of its text: readable in both themes.
_FILL, _OTHER, FAINTEST, FULLEST = "47,125,196", "217,134,19", 0.08, 0.6
INK = {"light": "#1d2530", "dark": "#e8ecf2"}


@dataclass(frozen=True)
class Mark:
    """Something in a chart that stands for shoppers.

    Attributes
    ----------
    label
        What it is, in words; no two marks of a chart share one.
    shoppers
        How many it stands for; None where that is counted when it is chosen. A list of ids must say it.
    tree
        The conditions that find its shoppers; or what returns their ids, where conditions cannot say it.
    about
        How a segment is described that is saved of it.
    """

    label: str
    shoppers: int | None
    tree: Node | Callable[[], list[str]]
    about: str = ""


def draw(
    shop: Shop, figure: go.Figure, marks: Sequence[Mark], key: str, height: int, alt: str, ready: float
) -> None:
    """Draw a chart and, below it, what can be done with the mark that is chosen in it; see ``chart``."""
    chart(figure, key, height, alt)
    if marks:
        choose(shop, marks, key, ready)


def chart(figure: go.Figure, key: str, height: int, alt: str, part: str = "") -> None:
    """Draw a chart in which a click chooses a mark of ``key``.

    Parameters
    ----------
    figure
        Its points carry the numbers of their marks as ``customdata``; a point without one stands for no shoppers.
    part
        Tells several charts with the same marks apart.
    """
    figure.update_layout(
        height=height, margin={"l": 4, "r": 8, "t": 28 if figure.layout.showlegend else 6, "b": 6}, dragmode=False,
        clickmode="event+select", hoverlabel={"namelength": -1}, font_family=charts.FONT,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": None},
    )  # fmt: skip
    figure.update_xaxes(fixedrange=True, automargin=True)
    figure.update_yaxes(fixedrange=True, automargin=True)
    name = f"chart-{key}{part}"

    def clicked() -> None:
        points = st.session_state[name]["selection"]["points"]
        numbers = [_number(point.get("customdata")) for point in points]
        if numbers and numbers[0] is not None:
            st.session_state[f"mark-{key}"] = numbers[0]

    st.plotly_chart(figure, key=name, config=charts.config(f"{key}{part}"), alt=alt, on_select=clicked,
                    selection_mode="points")  # fmt: skip


def choose(
    shop: Shop, marks: Sequence[Mark], key: str, ready: float, label: str = "", placeholder: str = ""
) -> None:
    """Offer marks by their names, and what can be done with the one that is chosen.

    Parameters
    ----------
    label, placeholder
        What the field is called and what stands in it before anything is chosen; else as it is below a chart.
    """
    chosen = f"mark-{key}"
    given, _, at = address.text(PARAM).rpartition(" ")
    if chosen not in st.session_state and given == key and at.isdigit() and int(at) < len(marks):
        st.session_state[chosen] = int(at)  # what a link shows
    named = [mark.label if mark.shoppers is None else f"{mark.label}: {_many(mark.shoppers)}" for mark in marks]
    if st.session_state.get(chosen) is not None and st.session_state[chosen] >= len(marks):
        del st.session_state[chosen]
    number = st.selectbox(
        label or say("Whose shoppers?"), range(len(marks)), None, format_func=named.__getitem__, key=chosen,
        placeholder=placeholder or say("Click in the chart, or choose here"),
    )  # fmt: skip
    if number is not None:
        address.keep({PARAM: f"{key} {number}"})
    elif given == key:
        address.keep({PARAM: ""})
    if number is not None:
        _chosen(shop, marks[number], f"{key}-{number}", ready)


def _chosen(shop: Shop, mark: Mark, key: str, ready: float) -> None:
    many = mark.shoppers
    if many is None:
        many = resources.count(shop, _tree(shop, mark), ready)[0]
        st.caption(_many(many))
    if many:
        offer(shop, replace(mark, shoppers=many), key, ready)
    else:
        st.caption(say("Nobody is there."))


def forget(*, but: str = "", only: str = "") -> None:
    """Choose no mark any more: in any chart but one, or in one alone."""
    given = address.text(PARAM).rpartition(" ")[0]
    held = (str(name).removeprefix("mark-") for name in st.session_state if str(name).startswith("mark-"))
    for key in {given, *held}:
        if key == only or not only and key != but:
            st.session_state.pop(f"mark-{key}", None)
            if key == given:
                address.keep({PARAM: ""})


def _many(shoppers: int) -> str:
    return words.several(shoppers, "shopper", "shoppers")


def _number(given: object) -> int | None:
    value = given[0] if isinstance(given, list | tuple) and given else given
    return int(value) if isinstance(value, int | float) else None


def offer(shop: Shop, mark: Mark, key: str, ready: float, panel: bool = True) -> None:
    """Offer to open a mark as a segment, to save it as one, and to list its shoppers.

    Parameters
    ----------
    panel
        Whether it stands in a panel, which is drawn alone; else the whole page is drawn anew with every click.
    """
    keeping.refused()
    with st.container(horizontal=True, gap="xsmall"):
        # by a callback, which is not lost when something else draws the page anew at the same time
        st.button(say("Open as a segment"), icon=":material/filter_alt:", key=f"open-{key}", on_click=_open,
                  args=(shop, mark, panel))  # fmt: skip
        with st.popover(say("Save as a segment"), icon=":material/save:"), st.form(f"save-{key}", border=False):
            st.text_input(say("Name"), mark.label[:80], max_chars=80, key=f"name-{key}")
            st.form_submit_button(say("Save"), type="primary", on_click=_save, args=(shop, mark, f"name-{key}"))
        shown = st.toggle(say("List the shoppers"), key=f"list-{key}")
    if shown:
        columns = resources.columns(shop)
        show = list(columns.loc[columns["telling"], "key"])[:6]
        found = resources.members(shop, _tree(shop, mark), show, ready).head(_LISTED)
        rows = tables.ticked(found, columns, f"table-{key}", "single-row")
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            user = st.selectbox(
                say("Open a shopper"), found["user_id"].astype(str), rows[0] if rows else None, width=420,
                placeholder=say("Tick a row, or choose here"), key=f"one-{key}-{rows}",
            )  # fmt: skip
            take_table.offer(partial(take_table.named, *tables.shoppers(found, columns)), mark.label, key=key)
        if user is not None:
            nav.shopper(user)
        if (mark.shoppers or 0) > len(found):
            st.caption(say("The first {found}; open them as a segment to see all.", found=words.count(len(found))))


def _save(shop: Shop, mark: Mark, named: str) -> None:
    try:
        made = shop.segments.save(_tree(shop, mark), st.session_state[named], mark.about, keeping.who(shop))
    except InputError as error:
        keeping.refuse(error)
        return
    st.toast(say("Saved as {name}", name=words.plain(made.name)), icon=":material/bookmark_added:")


def _open(shop: Shop, mark: Mark, panel: bool) -> None:
    st.query_params.pop(keeping.PARAM, None)
    builder.replace(_tree(shop, mark))
    st.session_state[_OPENED] = panel


def follow() -> None:
    """Draw the whole page again when a mark was opened in a panel, which is drawn alone."""
    if st.session_state.pop(_OPENED, False):
        st.rerun(scope="app")


def _tree(shop: Shop, mark: Mark) -> Node:
    """Return the conditions of a mark; ids are kept as a list that no longer changes."""
    if not callable(mark.tree):
        return mark.tree
    listed: Listed = shop.segments.keep_list(mark.label, "\n".join(mark.tree()).encode())[0]
    return listed


def cells(
    x: Sequence[int], y: Sequence[int], shade: Sequence[float], text: Sequence[str], hover: Sequence[str],
    faint: Sequence[bool] | None = None, numbers: Sequence[int | None] | None = None,
    other: Sequence[bool] | None = None,
) -> go.Figure:
    """Draw cells of a heat map that can be clicked; the first row is on top.

    Parameters
    ----------
    shade
        From 0 to 1: how full a cell's colour is.
    faint
        Cells that are hatched, because what they count is not over yet.
    numbers
        Numbers of their marks; in their order where none are given.
    other
        Cells in the colour of what a segment is held against.
    """
    figure = go.Figure()
    faint, fills = faint or [False] * len(x), [_OTHER if one else _FILL for one in other or [False] * len(x)]
    colours = [f"rgba({fill},{FAINTEST + (FULLEST - FAINTEST) * value:.3f})"
               for fill, value in zip(fills, shade, strict=True)]  # fmt: skip
    figure.add_bar(
        x=list(x), y=[0.92] * len(x), base=[row - 0.46 for row in y], width=0.94,
        marker={"color": colours, "line": {"width": 0},
                "pattern": {**charts.HATCH, "shape": ["/" if one else "" for one in faint],
                            "fgcolor": "rgba(125,135,148,0.9)"}},
        customdata=list(numbers or range(len(x))), text=list(text), textposition="inside", insidetextanchor="middle",
        textfont={"color": INK["dark" if st.context.theme.type == "dark" else "light"]}, textangle=0,
        hovertext=list(hover), hoverinfo="text", unselected={"marker": {"opacity": 0.55}},
    )  # fmt: skip
    figure.update_layout(showlegend=False, barmode="overlay")
    figure.update_yaxes(showgrid=False, zeroline=False)
    figure.update_xaxes(showgrid=False, zeroline=False)
    return figure
