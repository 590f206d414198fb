"""A segment beside what it is held against: who has more of something, at a glance and in percentage points."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from core.conditions import Group, Node, everyone
from core.language import say
from pages._ui import charts, look_marks, words

#: What a segment is held against has this colour everywhere.
COLOUR = charts.SERIES[1]
#: A difference of as many percentage points, or of the largest one if that is more, has the fullest colour.
_FULL = 0.01


def rest(tree: Node, other: Node | None) -> Node | None:
    """Return what a segment is held against: another, or everyone else; None where there is nobody else."""
    return other or (None if everyone(tree) else Group("none", (tree,)))


def called(name: str) -> str:
    """Return the name of what a segment is held against, as a legend has it."""
    return charts.short(name[:1].upper() + name[1:], 24)


def said(mine: float, theirs: float, name: str) -> str:
    """Return two shares in words: ``"12 % against 8.0 % of everyone else: 4.0 points more"``."""
    told = (say("{mine} against {theirs} of {name}: {points} points more") if mine >= theirs
            else say("{mine} against {theirs} of {name}: {points} points less"))  # fmt: skip
    return told.format(mine=words.percent(mine), name=charts.short(name, 40), theirs=words.percent(theirs),
                       points=f"{100 * abs(mine - theirs):.1f}")  # fmt: skip


def cells(
    x: Sequence[int], y: Sequence[int], mine: Sequence[float], theirs: Sequence[float], numbers: Sequence[int | None],
    labels: Sequence[str], name: str, written: bool = False,
) -> go.Figure:
    """Draw a heat map of differences, blue where the segment has more and orange where the other has.

    Parameters
    ----------
    mine, theirs
        Shares of both.
    numbers
        Numbers of the cells' marks; None where nobody of the segment is.
    written
        Whether the segment's share and the difference stand in the cells.
    """
    gaps = [a - b for a, b in zip(mine, theirs, strict=True)]
    full = max([_FULL, *map(abs, gaps)])
    hover = [f"{label}<br>{said(a, b, name)}" for label, a, b in zip(labels, mine, theirs, strict=True)]
    text = [f"{words.percent(a)}<br>{100 * gap:+.1f}" if written else "" for a, gap in zip(mine, gaps, strict=True)]
    figure = look_marks.cells(x, y, [abs(gap) / full for gap in gaps], text, hover, numbers=numbers,
                              other=[gap < 0 for gap in gaps])  # fmt: skip
    for colour, legend in ((charts.OBSERVED, say("They: more")), (COLOUR, say("{name}: more", name=called(name)))):
        figure.add_bar(x=[None], y=[None], name=legend, marker={"color": colour}, showlegend=True)
    figure.data[0].showlegend = False
    figure.update_layout(showlegend=True)
    return figure


def lines(
    x: Sequence[object], mine: Sequence[float], hover: Sequence[str], numbers: Sequence[int | None],
    theirs: Sequence[float] | None, name: str,
) -> go.Figure:
    """Draw a line of the segment and, where it is held against something, one of that.

    Parameters
    ----------
    numbers
        Numbers of the marks of the segment's points.
    """
    figure = go.Figure()
    figure.add_scatter(
        x=list(x), y=list(mine), name=say("They"), mode="lines+markers", line={"color": charts.OBSERVED, "width": 2},
        customdata=list(numbers), hovertext=list(hover), hoverinfo="text",
    )  # fmt: skip
    if theirs is not None:
        figure.add_scatter(x=list(x), y=list(theirs), name=called(name), mode="lines+markers", hovertext=list(hover),
                           line={"color": COLOUR, "width": 2, "dash": "dot"}, hoverinfo="text")  # fmt: skip
    figure.update_layout(showlegend=theirs is not None)
    figure.update_yaxes(rangemode="tozero")
    return figure


def pairs(
    labels: Sequence[str], mine: Sequence[float], theirs: Sequence[float], text: Sequence[str], hover: Sequence[str],
    name: str,
) -> go.Figure:
    """Draw shares of the segment as bars, numbered in their order, each with a mark where the other's share ends.

    Parameters
    ----------
    text
        What stands on each bar.
    """
    places, figure = list(range(len(labels))), go.Figure()
    figure.add_bar(
        x=list(mine), y=places, orientation="h", name=say("They"), marker={"color": charts.OBSERVED},
        customdata=places, hovertext=list(hover), hoverinfo="text", textposition="auto", text=list(text),
        textangle=0,
    )  # fmt: skip
    figure.add_scatter(
        x=list(theirs), y=places, mode="markers", name=called(name), customdata=places, hovertext=list(hover),
        hoverinfo="text", marker={"symbol": "line-ns", "size": 20, "line": {"width": 3, "color": COLOUR}},
    )  # fmt: skip
    figure.update_yaxes(tickvals=places, ticktext=[charts.wrapped(label, 20) for label in labels],
                        autorange="reversed")  # fmt: skip
    figure.update_xaxes(tickformat=".0%", rangemode="tozero")
    figure.update_layout(showlegend=True, bargap=0.35)
    return figure
