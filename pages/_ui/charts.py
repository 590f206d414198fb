"""The charts of the dashboard, in one colour scheme.

What was counted is solid blue; what the model predicts is hatched violet and says "predicted".
The colours are told apart by colour-blind people (after Okabe and Ito) and stand out on the
light and the dark background.
"""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.language import Sayings, say
from core.schema import Event
from pages._ui import stamp, words
from pages._ui.meter import PREDICTED

OBSERVED = "#2f7dc4"
QUIET = "#7d8794"
SERIES = ["#2f7dc4", "#d98613", "#2a9d76", "#9268d1", "#c4578f", "#7d8794", "#4fb0d8", "#a3791c"]
HATCH = {"shape": "/", "size": 6, "solidity": 0.35, "fgcolor": "rgba(255,255,255,0.75)", "fillmode": "overlay"}
#: Fonts of the machine first: a chart that is kept as a picture has no others, and would cut what it measured in them.
FONT = '"Segoe UI", Roboto, "Helvetica Neue", Arial, "Source Sans", sans-serif'
#: What plotly says of the picture, and what it says here.
_PLOTLY = Sayings({
    "Download plot as a PNG": "Keep as a picture (PNG)",
    "Preparing image - this may take a few seconds": "The picture is being made",
    "Image download succeeded": "The picture is made",
    "Sorry, there was a problem downloading your image!": "The picture could not be made",
})
_YEAR = 53  # weeks
_STRONG = (Event.PURCHASE, Event.CART, Event.CLICK, Event.VIEW, Event.SEARCH, Event.FAVOURITE)


def draw(figure: go.Figure, key: str, height: int = 320, alt: str = "") -> None:
    """Draw a figure at the width of its place."""
    figure.update_layout(
        height=height,
        margin={"l": 4, "r": 8, "t": 28 if figure.layout.showlegend else 6, "b": 6},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": None},
        hoverlabel={"namelength": -1},
        dragmode=False,
        bargap=0.28,
        font_family=FONT,
    )
    figure.update_xaxes(fixedrange=True, automargin=True)
    figure.update_yaxes(fixedrange=True, automargin=True)
    st.plotly_chart(figure, key=key, config=config(key), alt=alt or None)


def config(name: str) -> dict[str, Any]:
    """How a chart behaves: it is still, and has one button, which keeps it as a picture that is called ``name``."""
    picture = {"format": "png", "scale": 2, "filename": stamp.file(name, "png").removesuffix(".png")}
    return {
        "scrollZoom": False, "displaylogo": False, "modeBarButtons": [["toImage"]], "toImageButtonOptions": picture,
        "locale": "here", "locales": {"here": {"dictionary": dict(_PLOTLY), "format": {}}},
    }  # fmt: skip


def weeks(figure: go.Figure, mondays: Sequence[date]) -> None:
    """Name the weeks of a chart by their Mondays, at most six of them, in the language that is spoken."""
    form = say("%b %Y") if len(mondays) > _YEAR else say("%-d %b")
    figure.update_xaxes(tickvals=list(mondays)[:: max(1, -(-len(mondays) // 6))], tickformat=form)


def safe(text: object) -> str:
    """Text with plotly's own markup made harmless."""
    return str(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def short(text: object, most: int = 34) -> str:
    """Text for an axis: cut at ``most`` characters, and harmless."""
    cut = str(text) if len(str(text)) <= most else str(text)[: most - 1] + "…"
    return safe(cut)


def wrapped(text: object, width: int = 26, lines: int = 2) -> str:
    """Text for an axis on at most so many lines, and harmless."""
    found = textwrap.wrap(str(text), width, max_lines=lines, placeholder=" …")
    return "<br>".join(safe(line) for line in found)


def small(text: str) -> str:
    """Text of a second, quieter line of a label; it must be harmless already."""
    return f'<span style="font-size:11px;color:{QUIET}">{text}</span>'


def daily(events: pd.DataFrame) -> go.Figure:
    """Events by day, one line a type; where one type dwarfs another, the axis is logarithmic."""
    figure = go.Figure()
    present = set(events["event_type"])
    order = list(dict.fromkeys(t for t in (Event.IMPRESSION, *_STRONG, *Event) if t in present))
    for n, kind in enumerate(order):
        rows = events[events["event_type"] == kind].sort_values("day")
        figure.add_scatter(
            x=rows["day"],
            y=rows["events"],
            name=words.noun(kind),
            mode="lines",
            line={"color": SERIES[n % len(SERIES)], "width": 2, "dash": "solid" if n < len(SERIES) else "dot"},
            visible=True if n < len(_STRONG) + 1 else "legendonly",
            hovertemplate="%{y:,}",
        )
    _events_axis(figure, events)
    long = not events.empty and events["day"].max() - events["day"].min() > pd.Timedelta(days=200)
    figure.update_xaxes(tickformat=say("%b %Y") if long else say("%-d %b"), hoverformat=say("%A, %-d %B %Y"))
    figure.update_layout(hovermode="x unified", showlegend=True)
    return figure


def _events_axis(figure: go.Figure, events: pd.DataFrame) -> None:
    typical = events.groupby("event_type")["events"].median()
    if len(typical) and typical.max() > 20 * max(1, typical.min()):
        ticks = [lead * 10**power for power in range(10) for lead in (1, 3)]
        figure.update_yaxes(type="log", title=say("Events a day (log scale)"), tickvals=ticks, tickformat="~s")
    else:
        figure.update_yaxes(title=say("Events a day"), tickformat="~s", rangemode="tozero")


def funnel(steps: pd.DataFrame) -> go.Figure:
    """Shoppers at each step, with the share of the first and of the step before, each said above its bar."""
    figure = go.Figure()
    places = list(range(len(steps)))
    figure.add_bar(
        y=places, x=steps["shoppers"], orientation="h", marker={"color": OBSERVED}, width=0.22, hoverinfo="skip"
    )
    first = ""
    for n, row in enumerate(steps.itertuples()):
        name = safe(words.STEP.get(str(row.step), words.noun(str(row.step))))
        shares = [say("{share} of those who {did}", share=words.percent(row.of_first), did=first)] if n else []
        if n > 1:
            shares.append(say("{share} of the step before", share=words.percent(row.of_previous)))
        first = first or name.lower()
        text = say("{step}: <b>{count}</b> shoppers", step=name, count=words.count(row.shoppers))
        text += f"<br>{small(' · '.join(shares))}" if shares else ""
        figure.add_annotation(
            x=0,
            y=n,
            text=text,
            showarrow=False,
            align="left",
            xanchor="left",
            yanchor="bottom",
            yshift=13,
            xshift=-3,
            font={"size": 13},
        )
    figure.update_yaxes(range=[len(steps) - 0.75, -0.6], visible=False)
    figure.update_xaxes(visible=False, rangemode="tozero")
    figure.update_layout(showlegend=False)
    return figure


def bars(labels: Sequence[str], values: Sequence[float], unit: str) -> go.Figure:
    """Horizontal bars of something that was counted, the longest on top."""
    figure = go.Figure()
    places = list(range(len(labels)))
    figure.add_bar(
        y=places,
        x=list(values),
        orientation="h",
        marker={"color": OBSERVED},
        text=[words.count(value) for value in values],
        textposition="outside",
        cliponaxis=False,
        hovertext=[
            f"{short(label, 60)}: {words.count(value)} {unit}" for label, value in zip(labels, values, strict=True)
        ],
        hoverinfo="text",
    )
    figure.update_yaxes(autorange="reversed", tickvals=places, ticktext=[wrapped(label, 22) for label in labels])
    figure.update_xaxes(visible=False, range=[0, 1.18 * max(values, default=1) or 1])
    figure.update_layout(showlegend=False)
    return figure


def rivals(named: Mapping[str, float], mine: str) -> go.Figure:
    """How many of 100 pairs each model ranks the right way round, from 50, which is guessing."""
    figure = go.Figure()
    places = list(range(len(named)))
    own = [name == mine for name in named]
    figure.add_bar(
        y=places,
        x=[100 * value - 50 for value in named.values()],
        base=50,
        orientation="h",
        marker={"color": [PREDICTED if is_own else QUIET for is_own in own]},
        text=[f"{100 * value:.0f}" for value in named.values()],
        textposition="outside",
        cliponaxis=False,
        hoverinfo="skip",
    )
    labels = [
        f"<b>{wrapped(name, 24)}</b>" if is_own else wrapped(name, 24) for name, is_own in zip(named, own, strict=True)
    ]
    figure.update_yaxes(autorange="reversed", tickvals=places, ticktext=labels)
    lowest = min(48.0, 100 * min(named.values()) - 6)
    figure.update_xaxes(
        range=[lowest, 103], tickvals=[50, 60, 70, 80, 90, 100], title=say("Pairs of 100 in the right order")
    )
    figure.update_layout(showlegend=False)
    return figure


def curves(losses: pd.DataFrame) -> go.Figure:
    """Losses by step: on what is learned from, and on days that are not."""
    figure = go.Figure()
    lines = (("training", say("What it learns from"), QUIET, "lines"),
             ("validation", say("Days that it does not learn from"), PREDICTED, "lines+markers"))  # fmt: skip
    for name, label, colour, mode in lines:
        rows = losses.dropna(subset=name)
        figure.add_scatter(
            x=rows["step"], y=rows[name], name=label, mode=mode, line={"color": colour, "width": 2},
            hovertemplate=say("Step %{x:,}: %{y:.3f}<extra></extra>"), yaxis="y" if name == "training" else "y2",
        )  # fmt: skip
    figure.update_xaxes(title=say("Step"), rangemode="tozero")
    figure.update_layout(
        showlegend=True,
        yaxis={"title": say("Learning")},
        yaxis2={"title": say("Unseen days"), "overlaying": "y", "side": "right", "showgrid": False},
    )
    return figure


def reliability(bins: pd.DataFrame) -> go.Figure:
    """What was predicted against what happened; on the diagonal the percentages can be taken at their word."""
    top = 1.08 * max(bins["predicted"].max(), bins["observed"].max())
    figure = go.Figure()
    figure.add_scatter(
        x=[0, top],
        y=[0, top],
        mode="lines",
        name=say("Predicted = happened"),
        line={"color": QUIET, "dash": "dash"},
        hoverinfo="skip",
    )
    figure.add_scatter(
        x=bins["predicted"],
        y=bins["observed"],
        mode="lines+markers",
        name=say("This model"),
        line={"color": PREDICTED, "width": 2},
        marker={"size": 9, "symbol": "diamond"},
        customdata=bins["n"],
        hovertemplate=say("Said %{x:.1%}, happened %{y:.1%}<br>%{customdata:,} cases<extra></extra>"),
    )
    figure.update_xaxes(title=say("Predicted chance"), tickformat=".0%", range=[0, top])
    figure.update_yaxes(title=say("Share that clicked"), tickformat=".0%", range=[0, top])
    figure.update_layout(showlegend=True)
    return figure
