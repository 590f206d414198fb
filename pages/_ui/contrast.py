"""How a segment differs, as a picture: each difference with its 95 % interval."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from core.language import Sayings, say
from pages._ui import charts, words
from pages._ui.meter import PREDICTED

#: Names of effect sizes on the axis (Cohen, 1988; Sawilowsky, 2009); few enough for a phone.
_MARKS = Sayings({0.5: "medium", 0.8: "large", 2.0: "huge"})


def surest(rows: pd.DataFrame, most: int) -> pd.DataFrame:
    """Return the differences that are sure, the surest first."""
    return rows[rows["sure"] != 0].head(most)


def figure(rows: pd.DataFrame, columns: pd.DataFrame) -> go.Figure:
    """Draw differences with their intervals, numbered in their order; 0 is none, to the right the segment has more.

    Parameters
    ----------
    rows
        ``what, label, kind, column, first, second, effect, low, high``.
    columns
        The shop's columns, which say how a value is written.
    """
    drawn = go.Figure()
    places = {what: n for n, what in enumerate(rows["what"])}
    for kind, some in rows.groupby("kind", sort=True):
        predicted = kind == "predicted"
        colour = PREDICTED if predicted else charts.OBSERVED
        drawn.add_scatter(
            x=some["effect"], y=[places[what] for what in some["what"]], mode="markers",
            name=say("Predicted by the model") if predicted else say("Counted from the logs"),
            marker={"color": colour, "size": 11, "symbol": "diamond-open" if predicted else "circle",
                    "line": {"width": 2.5 if predicted else 0}},
            error_x={"type": "data", "symmetric": False, "array": some["high"] - some["effect"],
                     "arrayminus": some["effect"] - some["low"], "color": colour, "thickness": 2, "width": 4},
            hovertext=[_hover(row) for row in some.itertuples()], hoverinfo="text",
            customdata=[places[what] for what in some["what"]],
        )  # fmt: skip
    labels = [f"{charts.wrapped(r.label, 28, 1)}<br>{charts.small(_against(r, columns))}" for r in rows.itertuples()]
    drawn.update_yaxes(tickvals=list(places.values()), ticktext=labels, range=[len(places) - 0.4, -0.6])
    reach = max(0.9, float(rows[["low", "high"]].abs().max().max()) * 1.05)
    marks = [0.5] if reach < 1 else [mark for mark in (0.8, 2.0) if mark < reach]
    names = {0.0: say("none")} | {sign * mark: _MARKS[mark] for mark in marks for sign in (-1, 1)}
    drawn.update_xaxes(range=[-reach, reach], tickvals=list(names), ticktext=list(names.values()), tickangle=0,
                       zeroline=True, zerolinewidth=2, title_text=say("less  ←  size of the difference  →  more"))
    drawn.update_layout(showlegend=True)
    return drawn


def _hover(row: object) -> str:
    effect, low, high = row.effect, row.low, row.high  # type: ignore[attr-defined]
    return say("{label}: {effect:+.2f} (95 %: {low:+.2f} to {high:+.2f})",
               label=charts.short(row.label, 60), effect=effect, low=low, high=high)  # type: ignore[attr-defined]


def _against(row: object, columns: pd.DataFrame) -> str:
    about = columns.set_index("key").loc[row.column]  # type: ignore[attr-defined]
    kind = "probability" if about["type"] == "text" else about["type"]
    pair = (row.first, row.second)  # type: ignore[attr-defined]
    mine, theirs = (words.amount(value, kind, about["unit"]) for value in pair)
    return charts.safe(say("{mine} against {theirs}", mine=mine, theirs=theirs))
