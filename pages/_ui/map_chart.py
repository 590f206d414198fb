"""The map of shoppers as a picture: points, or squares where there are too many, in the colours of what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core import written
from core.language import Sayings, say
from core.map.records import BETWEEN, Drawn, Made
from pages._ui import charts, words
from pages._ui.meter import PREDICTED

#: What a person chooses with; streamlit hears no clicks while one draws.
CLICK = "click"
TOOLS = Sayings({"lasso": "A lasso", "select": "A box", CLICK: "A click"})
HEIGHT = 560
#: Values of a text that have a colour of their own.
_COLOURED = 7
_FAINT = "rgba(125,135,148,0.28)"
_SEGMENT = Sayings({0.0: "Everyone else", 1.0: "In the segment above"})
#: The least of a square's side that is filled, however few shoppers it stands for.
_LEAST = 0.22


def figure(seen: Drawn, made: Made, columns: pd.DataFrame, by: str, tool: str) -> go.Figure:
    """Draw what is seen of a map; points carry ids, squares their middles as ``customdata``.

    Parameters
    ----------
    by
        "" for the groups, ``"segment"``, or the key of a column.
    tool
        One of ``TOOLS``.
    """
    about = columns.set_index("key")
    rows, drawn = seen.rows, go.Figure()
    hover = pd.Series(_hover(seen, made, about, by), index=rows.index, dtype=object)
    numbers = by in about.index and about.at[by, "type"] != "text"
    if numbers or (by == "segment" and not seen.single):
        _shaded(drawn, seen, hover, _Scale.of(rows["value"], about, by))
    else:
        for name, colour, chosen in _kinds(rows["value"], made, by):
            _add(drawn, seen, chosen, hover, {"color": colour}, name)
    if by == "":
        _numbered(drawn, made)
    view, room = seen.view, 0.03 * seen.view.span
    drawn.update_layout(
        height=HEIGHT, margin={"l": 0, "r": 0, "t": 30 if drawn.layout.showlegend else 4, "b": 0},
        dragmode=False if tool == CLICK else tool, hoverlabel={"namelength": -1}, barmode="overlay",
        selectdirection="any",
        legend={"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "title": None},
        newselection={"line": {"color": charts.QUIET, "width": 2}}, font_family=charts.FONT,
    )  # fmt: skip
    drawn.update_xaxes(visible=False, fixedrange=True, range=[view.left - room, view.right + room])
    drawn.update_yaxes(visible=False, fixedrange=True, range=[view.bottom - room, view.top + room])
    return drawn


class _Scale:
    """Colours of numbers: from faint to full, blue for what was counted, violet for what is predicted."""

    def __init__(self, colour: str, low: float, high: float, share: bool, title: str) -> None:
        self.colour, self.low, self.high, self.share, self.title = colour, low, high, share, title

    @classmethod
    def of(cls, values: pd.Series, about: pd.DataFrame, by: str) -> _Scale:
        if by == "segment":
            return cls(charts.OBSERVED, 0.0, 1.0, True, say("In the segment"))
        share = about.at[by, "type"] == "probability"
        known = values.dropna().astype(float)
        low, high = (float(np.percentile(known, end)) for end in (2, 98)) if len(known) else (0.0, 1.0)
        title = charts.wrapped(_called(about, by), 16, 3)
        return cls(PREDICTED if share else charts.OBSERVED, low, high if high > low else low + 1, share, title)

    def marker(self, values: pd.Series) -> dict[str, Any]:
        return {
            "color": values.astype(float), "cmin": self.low, "cmax": self.high,
            "colorscale": [[0, _FAINT], [0.5, self.colour], [1, _full(self.colour)]], "showscale": True,
            "colorbar": {"thickness": 10, "len": 0.5, "y": 1, "yanchor": "top", "outlinewidth": 0,
                         "title": {"text": self.title, "side": "top"},
                         "tickformat": ".0%" if self.share else "~s", "nticks": 4},
        }  # fmt: skip


def _full(colour: str) -> str:
    """The end of a scale: stands out from the middle of it, and from the background."""
    dark = st.context.theme.type == "dark"
    return {charts.OBSERVED: ("#14406b", "#a9d4ff"), PREDICTED: ("#3f1f7a", "#dcc8ff")}[colour][dark]


def _shaded(drawn: go.Figure, seen: Drawn, hover: pd.Series, scale: _Scale) -> None:
    known = seen.rows["value"].notna()
    if not known.all():
        _add(drawn, seen, ~known, hover, {"color": "rgba(0,0,0,0)", "line": {"width": 1, "color": charts.QUIET}}, "")
    ordered = seen.rows.loc[known, "value"].astype(float).sort_values(kind="stable").index  # the highest lie on top
    _add(drawn, seen, ordered, hover, scale.marker(seen.rows.loc[ordered, "value"]), "")
    drawn.update_layout(showlegend=False)


def _kinds(values: pd.Series, made: Made, by: str) -> list[tuple[str, str, pd.Series]]:
    """Return names, colours and rows of what has a colour of its own, what is faint first so that it lies below."""
    if by == "":
        own = [(str(one.number + 1), charts.SERIES[one.number % len(charts.SERIES)], values == one.number)
               for one in made.clusters]  # fmt: skip
        return [("", _FAINT, values == BETWEEN), *own]
    if by == "segment":
        return [(_SEGMENT[0.0], _FAINT, values == 0), (_SEGMENT[1.0], charts.OBSERVED, values == 1)]
    known = values.dropna().astype(str)
    often = list(known.value_counts().index[:_COLOURED])
    own = [(charts.short(value, 22), charts.SERIES[n], values == value) for n, value in enumerate(often)]
    return [(say("Others, or not known"), _FAINT, ~values.isin(often)), *own]


def _add(
    drawn: go.Figure, seen: Drawn, chosen: pd.Series | pd.Index, hover: pd.Series, marker: Mapping[str, Any], name: str
) -> None:
    """Add points, or squares that grow with what is seen and whose area tells how many they stand for."""
    rows, text = seen.rows.loc[chosen], list(hover.loc[chosen])
    if rows.empty:
        return
    if seen.single:
        size = 7 if seen.shoppers > 800 else 9
        drawn.add_scatter(
            x=rows["x"], y=rows["y"], mode="markers", name=name, hovertext=text, hoverinfo="text",
            marker={"size": size, "opacity": 0.85, **marker}, unselected={"marker": {"opacity": 0.25}},
            customdata=rows["user_id"],
        )  # fmt: skip
    else:
        filled = np.sqrt(rows["shoppers"] / seen.rows["shoppers"].max()).clip(lower=_LEAST)
        side = 0.96 * seen.view.side * filled
        drawn.add_bar(
            x=rows["x"], y=side, base=rows["y"] - side / 2, width=side, name=name, hovertext=text, hoverinfo="text",
            marker={"line": {"width": 0}, **marker}, unselected={"marker": {"opacity": 0.25}},
            customdata=rows[["x", "y"]],
        )  # fmt: skip
    drawn.update_layout(showlegend=bool(name) and not name.isdigit())


def _numbered(drawn: go.Figure, made: Made) -> None:
    """Write the number of each group into its middle; their names stand below the map."""
    for one in made.clusters:
        drawn.add_annotation(
            x=one.x, y=one.y, text=f"<b>{one.number + 1}</b>", showarrow=False, font={"size": 13, "color": "#ffffff"},
            bgcolor="rgba(29,37,48,0.78)", borderpad=3,
        )  # fmt: skip
    drawn.update_layout(showlegend=False)


def _hover(seen: Drawn, made: Made, about: pd.DataFrame, by: str) -> list[str]:
    """One line about each shopper or square."""
    if seen.single:
        shown = [name for name in seen.rows if str(name).startswith("of ")]
        said = [f"{charts.short(row['user_id'], 40)}: {say('; ').join(_facts(row, shown, about, by, made))}"
                for row in seen.rows.to_dict("records")]  # fmt: skip
        return said
    return [f"{words.several(row['shoppers'], 'shopper', 'shoppers')}: {_square(row, about, by, made)}"
            for row in seen.rows.to_dict("records")]  # fmt: skip


def _facts(row: Mapping[str, Any], shown: list[str], about: pd.DataFrame, by: str, made: Made) -> list[str]:
    keys = [name.removeprefix("of ") for name in shown]
    said = [_fact(about, key, row[name]) for key, name in zip(keys, shown, strict=True) if key != by]
    if by == "":
        said.insert(0, charts.short(made.cluster(int(row["value"])), 70))
    elif by in about.index:
        said.insert(0, _fact(about, by, row["value"]))
    return said


def _fact(about: pd.DataFrame, key: str, value: Any) -> str:
    kind, unit = (about.at[key, name] for name in ("type", "unit"))
    missing = value is None or value is pd.NA or value != value
    value = written.value(key, value) if kind == "text" and not missing else value
    said = say("not known") if missing else words.amount(value, kind, unit)
    return charts.short(f"{_called(about, key)}: {said}", 60)


def _called(about: pd.DataFrame, key: str) -> str:
    label = str(about.at[key, "label"])
    return say("{label}, predicted", label=label) if about.at[key, "type"] == "probability" else label


def _square(row: Mapping[str, Any], about: pd.DataFrame, by: str, made: Made) -> str:
    value, share = row["value"], words.percent(row["known"] / row["shoppers"])
    if by == "segment":
        return say("{share} in the segment above", share=words.percent(value))
    if by == "":
        return f"{charts.short(made.cluster(int(value)), 60)} ({share})"
    if not row["known"]:
        return say("{label} not known", label=charts.short(about.at[by, "label"], 40))
    said = _fact(about, by, value)
    return f"{said} ({share})" if about.at[by, "type"] == "text" else say("{said} on average", said=said)
