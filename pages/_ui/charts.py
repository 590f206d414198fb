"""Every chart of the dashboard, in one colour scheme.

What was counted is solid blue; what the model predicts is hatched violet and says "predicted".
What pushes up is blue, what pushes down is orange. The colours are told apart by colour-blind
people (after Okabe and Ito) and stand out on the light and the dark background.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.records import EventValue, Explanation
from core.schema import Event
from pages._ui import words

OBSERVED = "#2f7dc4"
PREDICTED = "#9268d1"
UP = "#2f7dc4"
DOWN = "#d98613"
QUIET = "#7d8794"
SERIES = ["#2f7dc4", "#d98613", "#2a9d76", "#9268d1", "#c4578f", "#7d8794", "#4fb0d8", "#a3791c"]
HATCH = {"shape": "/", "size": 6, "solidity": 0.35, "fgcolor": "rgba(255,255,255,0.75)", "fillmode": "overlay"}
_STRONG = (Event.PURCHASE, Event.CART, Event.CLICK, Event.VIEW, Event.SEARCH, Event.FAVOURITE)
_CONFIG = {"displayModeBar": False, "scrollZoom": False}


def draw(figure: go.Figure, key: str, height: int = 320, alt: str = "") -> None:
    """Draw a figure at the width of its place."""
    figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": 28, "b": 8},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "title": None},
        hoverlabel={"namelength": -1},
        dragmode=False,
        bargap=0.28,
    )
    figure.update_xaxes(fixedrange=True, automargin=True)
    figure.update_yaxes(fixedrange=True, automargin=True)
    st.plotly_chart(figure, key=key, config=_CONFIG, alt=alt or None)


def daily(events: pd.DataFrame) -> go.Figure:
    """Events by day, one line a type; impressions dwarf the rest, so the axis is logarithmic."""
    figure = go.Figure()
    present = set(events["event_type"])
    order = [t for t in (Event.IMPRESSION, *_STRONG, *Event) if t in present]
    for n, kind in enumerate(dict.fromkeys(order)):
        rows = events[events["event_type"] == kind].sort_values("day")
        figure.add_scatter(
            x=rows["day"],
            y=rows["events"],
            name=words.noun(kind),
            mode="lines",
            line={"color": SERIES[n % len(SERIES)], "width": 2, "dash": "solid" if n < len(SERIES) else "dot"},
            visible=True if n < len(_STRONG) + 1 else "legendonly",
            hovertemplate="%{y:,} on %{x|%-d %B %Y}",
        )
    figure.update_yaxes(type="log", title="Events a day", tickformat="~s", dtick=1)
    figure.update_xaxes(tickformat="%-d %b")
    return figure


def funnel(steps: pd.DataFrame) -> go.Figure:
    """Shoppers at each step, with the share of the first and of the step before."""
    names = [words.noun(step) if step in set(Event) else str(step) for step in steps["step"]]
    texts = [
        f"<b>{words.count(row.shoppers)}</b> shoppers"
        + ("" if n == 0 else f" · {words.percent(row.of_first)} of all · {words.percent(row.of_previous)} of step before")
        for n, row in enumerate(steps.itertuples())
    ]
    figure = go.Figure()
    figure.add_bar(
        y=names,
        x=steps["shoppers"],
        orientation="h",
        marker={"color": OBSERVED},
        width=0.42,
        hovertext=texts,
        hoverinfo="text",
    )
    for name, text in zip(names, texts, strict=True):
        figure.add_annotation(
            x=0, y=name, text=text, showarrow=False, xanchor="left", yshift=24, font={"size": 13}, xshift=-2
        )
    figure.update_yaxes(autorange="reversed", title=None)
    figure.update_xaxes(visible=False)
    return figure


def bars(labels: Sequence[str], values: Sequence[float], unit: str) -> go.Figure:
    """Horizontal bars of something that was counted, the longest on top."""
    figure = go.Figure()
    figure.add_bar(
        y=[short(label) for label in labels],
        x=list(values),
        orientation="h",
        marker={"color": OBSERVED},
        text=[words.count(value) for value in values],
        textposition="auto",
        hovertemplate=f"%{{y}}: %{{x:,}} {unit}<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", title=None)
    figure.update_xaxes(visible=False)
    return figure


def short(text: object, most: int = 34) -> str:
    """Text for an axis or a hover box: cut, and with plotly's own markup made harmless."""
    cut = str(text) if len(str(text)) <= most else str(text)[: most - 1] + "…"
    return cut.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def differences(frame: pd.DataFrame) -> go.Figure:
    """How often each fact or tag holds in the segment, as a multiple of everyone; 1 is no difference."""
    figure = go.Figure()
    order = [short(label) for label in frame["label"]]
    for kind, rows in frame.groupby("kind", sort=True):
        predicted = kind == "predicted"
        figure.add_bar(
            y=[short(label) for label in rows["label"]],
            x=[math.log2(lift) for lift in rows["lift"]],
            orientation="h",
            name="Predicted by the model" if predicted else "Counted from the logs",
            marker={"color": PREDICTED if predicted else OBSERVED, "pattern": HATCH if predicted else {}},
            text=[f"{lift:.1f} ×" for lift in rows["lift"]],
            textposition="outside",
            cliponaxis=False,
            hovertext=[f"{short(r.label)}: {words.times(r.lift)} as everyone" for r in rows.itertuples()],
            hoverinfo="text",
        )
    reach = max(1.0, max(abs(math.log2(lift)) for lift in frame["lift"]) * 1.25)
    ticks = range(-math.floor(reach), math.floor(reach) + 1)
    names = ["as everyone" if t == 0 else f"{2**t:g} ×" if t > 0 else f"1/{2**-t:g}" for t in ticks]
    figure.update_xaxes(range=[-reach, reach], tickvals=list(ticks), ticktext=names, zeroline=True, zerolinewidth=2)
    figure.update_yaxes(categoryorder="array", categoryarray=order[::-1], title=None)
    figure.update_layout(barmode="overlay", showlegend=True)
    return figure


def waterfall(explained: Explanation, most: int = 6) -> go.Figure:
    """From the chance when nothing is known to the prediction, one step an event, in percent."""
    steps = sorted(explained.events, key=lambda event: -abs(event.value))
    named = [(short(event.text, 30), event.value) for event in steps[:most]]
    rest = sum(event.value for event in steps[most:])
    if steps[most:]:
        named.append((f"{len(steps) - most} other events", rest))
    level, at, moves = explained.base_value, explained.p_base, []
    for _, value in named:
        level += value
        moves.append(sigmoid(level) - at)
        at = sigmoid(level)
    figure = go.Figure()
    figure.add_waterfall(
        orientation="h",
        y=["Nothing known", *(f"{n}. {name}" for n, (name, _) in enumerate(named, 1)), "Prediction"],
        x=[100 * explained.p_base, *(100 * move for move in moves), 0],
        measure=["absolute", *("relative" for _ in moves), "total"],
        text=[words.percent(explained.p_base), *(points(m) for m in moves), words.percent(explained.p_click)],
        textposition="outside",
        cliponaxis=False,
        increasing={"marker": {"color": UP}},
        decreasing={"marker": {"color": DOWN}},
        totals={"marker": {"color": PREDICTED}},
        connector={"line": {"color": QUIET, "width": 1, "dash": "dot"}},
        hoverinfo="text+y",
    )
    highest = 100 * max(explained.p_base, explained.p_click, *_running(explained.p_base, moves))
    figure.update_xaxes(range=[0, highest * 1.3], ticksuffix=" %", title="Chance of a click")
    figure.update_yaxes(autorange="reversed", title=None)
    figure.update_layout(showlegend=False)
    return figure


def _running(start: float, moves: Sequence[float]) -> list[float]:
    levels = []
    for move in moves:
        start += move
        levels.append(start)
    return levels


def sigmoid(log_odds: float) -> float:
    """Probability of log-odds."""
    return 1 / (1 + math.exp(-log_odds)) if log_odds >= 0 else math.exp(log_odds) / (1 + math.exp(log_odds))


def points(change: float) -> str:
    """Change of a probability in words: ``"▲ 4.2 points"``."""
    return f"{'▲' if change >= 0 else '▼'} {abs(100 * change):.1f} points"


def odds(value: float) -> str:
    """Push in log-odds in words: ``"▲ odds × 1.8"``."""
    return f"▲ odds × {math.exp(value):.2f}" if value >= 0 else f"▼ odds ÷ {math.exp(-value):.2f}"


def event_bars(events: Sequence[EventValue]) -> go.Figure:
    """Push of every event in the order of time, the item's own words first."""
    figure = go.Figure()
    figure.add_bar(
        y=[f"{n}. {short(event.text, 30)}" for n, event in enumerate(events, 1)],
        x=[event.value for event in events],
        orientation="h",
        marker={"color": [UP if event.value >= 0 else DOWN for event in events]},
        text=[odds(event.value) for event in events],
        textposition="outside",
        cliponaxis=False,
        hovertext=[f"{short(event.text, 90)}<br>{odds(event.value)}" for event in events],
        hoverinfo="text",
    )
    reach = max((abs(event.value) for event in events), default=1.0) * 1.6 or 1.0
    figure.update_xaxes(range=[-reach, reach], showticklabels=False, zeroline=True, zerolinewidth=2)
    figure.update_yaxes(autorange="reversed", title=None)
    return figure


def reliability(bins: pd.DataFrame) -> go.Figure:
    """What was predicted against what happened; on the diagonal the percentages can be taken at their word."""
    top = 1.08 * max(bins["predicted"].max(), bins["observed"].max())
    figure = go.Figure()
    figure.add_scatter(
        x=[0, top], y=[0, top], mode="lines", name="Predicted = happened", line={"color": QUIET, "dash": "dash"}
    )
    figure.add_scatter(
        x=bins["predicted"],
        y=bins["observed"],
        mode="lines+markers",
        name="This model",
        line={"color": PREDICTED, "width": 2},
        marker={"size": 10, "symbol": "diamond"},
        customdata=bins["n"],
        hovertemplate="Said %{x:.1%}, happened %{y:.1%}<br>%{customdata:,} cases<extra></extra>",
    )
    figure.update_xaxes(title="Predicted chance", tickformat=".0%", range=[0, top])
    figure.update_yaxes(title="Share that clicked", tickformat=".0%", range=[0, top])
    return figure
