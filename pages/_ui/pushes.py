"""The charts of a reason: what pushed a chance up (blue, ▲) and what pushed it down (orange, ▼)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

import plotly.graph_objects as go

from core.language import say
from core.records import EventValue, Explanation
from pages._ui import charts, words

UP = "#2f7dc4"
DOWN = "#d98613"


def waterfall(explained: Explanation, most: int = 6, of: str = "a click") -> go.Figure:
    """From the chance when nothing is known to the prediction, one step an event, in percent."""
    named, levels = steps(explained, most)
    chances = [100 * explained.p_base, *(100 * sigmoid(level) for level in levels)]
    moves = [after - before for before, after in zip(chances, chances[1:], strict=False)]
    look = {"width": 0.7, "orientation": "h", "textposition": "outside", "cliponaxis": False, "hoverinfo": "skip"}
    figure = go.Figure()
    figure.add_bar(
        y=[0, len(moves) + 1],
        x=[chances[0], 100 * explained.p_click],
        marker={"color": charts.PREDICTED, "pattern": charts.HATCH},
        text=[words.percent(explained.p_base), f"<b>{words.percent(explained.p_click)}</b>"],
        **look,
    )
    figure.add_bar(
        y=list(range(1, len(moves) + 1)),
        x=moves,
        base=chances[:-1],
        marker={"color": [UP if move >= 0 else DOWN for move in moves]},
        text=[points(move) for move in moves],
        **look,
    )
    _labels(figure, [say("Nothing known"), *named, say("Prediction")])
    figure.update_layout(barmode="overlay")
    figure.update_xaxes(range=[0, 1.4 * max(*chances, 0.01)], ticksuffix=" %",
                        title=say("Chance of {of}", of=say(of)), nticks=5)
    return figure


def steps(explained: Explanation, most: int) -> tuple[list[str], list[float]]:
    """Return the strongest events, the others as one, and the log-odds after each."""
    strongest = sorted(explained.events, key=lambda event: -abs(event.value))
    named = [(event.text, event.value) for event in strongest[:most]]
    if strongest[most:]:
        rest = sum(event.value for event in strongest[most:])
        named.append((say("{number} other events", number=len(strongest) - most), rest))
    levels = accumulate((value for _, value in named), initial=explained.base_value)
    return [name for name, _ in named], list(levels)[1:]


def event_bars(events: Sequence[EventValue], of: str = "a click") -> go.Figure:
    """Push of every event in the order of time, the item's own words first."""
    figure = go.Figure()
    figure.add_bar(
        y=list(range(len(events))),
        x=[event.value for event in events],
        orientation="h",
        marker={"color": [UP if event.value >= 0 else DOWN for event in events]},
        text=[odds(event.value) for event in events],
        textposition="outside",
        cliponaxis=False,
        hovertext=[f"{charts.wrapped(event.text, 60)}<br>{odds(event.value)}" for event in events],
        hoverinfo="text",
    )
    _labels(figure, [event.text for event in events])
    low, high = (side(0.0, *(event.value for event in events)) for side in (min, max))
    room = 0.5 * (high - low) or 1.0
    figure.update_xaxes(
        range=[low - (room if low < 0 else 0), high + (room if high > 0 else 0)],
        showticklabels=False,
        zeroline=True,
        zerolinewidth=2,
        title=say("Odds of {of}", of=say(of)),
    )
    return figure


def _labels(figure: go.Figure, names: Sequence[str]) -> None:
    shown = [charts.wrapped(name) for name in names]
    figure.update_yaxes(tickvals=list(range(len(names))), ticktext=shown, range=[len(names) - 0.4, -0.6])
    figure.update_layout(showlegend=False)


def sigmoid(log_odds: float) -> float:
    """Probability of log-odds."""
    return 1 / (1 + math.exp(-log_odds)) if log_odds >= 0 else math.exp(log_odds) / (1 + math.exp(log_odds))


def points(change: float) -> str:
    """Change of a percentage in words: ``"▲ 4.2 points"``."""
    return say("{arrow} {change:.1f} points", arrow="▲" if change >= 0 else "▼", change=abs(change))


def odds(value: float) -> str:
    """Push in log-odds as a factor on the odds: ``"▲ × 1.80"``."""
    if abs(value) < 0.005:
        return say("no change")
    return f"▲ × {math.exp(value):.2f}" if value >= 0 else f"▼ ÷ {math.exp(-value):.2f}"
