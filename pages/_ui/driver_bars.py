"""What drives a prediction in a segment, as pictures and as a table."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd
import plotly.graph_objects as go

from core.drivers import KIND, KINDS, WORD, Drivers
from core.language import say
from pages._ui import attribution, charts, pushes, words

#: Words that are drawn.
MOST = 12
#: Factors on the odds that an axis may name.
_TICKS = (1.1, 1.25, 1.5, 2.0, 3.0, 5.0, 10.0, 30.0)


def kinds(found: Drivers) -> pd.DataFrame:
    """Return the rows of kinds of events that push at all."""
    rows = found.rows[found.rows["level"] == KIND]
    return rows[(rows["name"] != "base") | (rows["gap"].abs() >= 0.005)]


def said(found: Drivers) -> pd.DataFrame:
    """Return the rows of words that are drawn: those that are sure first, then the largest of the others."""
    rows = found.rows[found.rows["level"] == WORD]
    return rows.sort_values("sure", ascending=False, kind="stable").head(MOST)


def name(row: object) -> str:
    """What a row is about, in words."""
    called = str(row.name)  # type: ignore[attr-defined]
    if row.level == KIND:  # type: ignore[attr-defined]
        text = KINDS.get(called, words.noun(called))
        return text[:1].upper() + text[1:]
    return f"“{called}”"


def where(row: object) -> str:
    """What a word was part of: ``"category"``."""
    return attribution.FIELDS.get(row.field, attribution.FIELDS["fit"])  # type: ignore[attr-defined]


def who_has(row: object, compared: bool) -> str:
    """Say where a word stands, and how many have it."""
    field = where(row)
    mine = words.percent(row.have_here)  # type: ignore[attr-defined]
    theirs = words.percent(row.have_there)  # type: ignore[attr-defined]
    if compared:
        return say("{field}; {mine} of them, {theirs} of others", field=field, mine=mine, theirs=theirs)
    return say("{field}; {mine} of them", field=field, mine=mine)


def figure(rows: pd.DataFrame, compared: bool, numbers: Sequence[int | None] = ()) -> go.Figure:
    """Draw gaps as factors on the odds, each with its 95 % interval; what may be chance is hollow.

    Parameters
    ----------
    numbers
        Of each row the number of its mark, where it stands for shoppers.
    """
    places, drawn = list(range(len(rows))), go.Figure()
    colours = [pushes.UP if gap >= 0 else pushes.DOWN for gap in rows["gap"]]
    signs = [("triangle-up" if gap >= 0 else "triangle-down") + ("" if sure else "-open")
             for gap, sure in zip(rows["gap"], rows["sure"], strict=True)]  # fmt: skip
    for place, row, colour in zip(places, rows.itertuples(index=False), colours, strict=True):
        if not math.isnan(row.low):
            drawn.add_scatter(x=[row.low, row.high], y=[place, place], mode="lines", hoverinfo="skip",
                              line={"color": colour, "width": 2.5})  # fmt: skip
    drawn.add_scatter(
        x=rows["gap"], y=places, mode="markers", hoverinfo="text", hovertext=[_hover(row) for row in _each(rows)],
        marker={"color": colours, "symbol": signs, "size": 12, "line": {"width": 2, "color": colours}},
        customdata=list(numbers) or None,
    )  # fmt: skip
    labels = [charts.wrapped(name(row), 30, 1) + (
        f"<br>{charts.small(charts.safe(who_has(row, compared)))}" if row.level == WORD else "") for row in _each(rows)]
    drawn.update_yaxes(tickvals=places, ticktext=labels, range=[len(rows) - 0.4, -0.6])
    reach = max(0.12, float(rows[["low", "gap", "high"]].abs().max().max()) * 1.08)
    ticks = [tick for tick in _TICKS if math.log(tick) <= reach][-1:]
    named = {0.0: say("same")} | {sign * math.log(tick): f"{'×' if sign > 0 else '÷'} {tick:g}"
                             for tick in ticks for sign in (-1, 1)}  # fmt: skip
    drawn.update_xaxes(range=[-reach, reach], tickvals=list(named), ticktext=list(named.values()), tickangle=0,
                       zeroline=True, zerolinewidth=2, title_text=say("Odds"))  # fmt: skip
    drawn.update_layout(showlegend=False)
    return drawn


def table(found: Drivers) -> pd.DataFrame:
    """Return every row as a person reads it."""
    compared = found.chance_others is not None
    return pd.DataFrame({
        say("What"): [name(row) for row in _each(found.rows)],
        say("Where"): ["" if row.level == KIND else where(row) for row in _each(found.rows)],
        say("Odds"): [pushes.odds(row.gap) for row in _each(found.rows)],
        say("95 % from"): [factor(row.low) for row in _each(found.rows)],
        say("95 % to"): [factor(row.high) for row in _each(found.rows)],
        say("For sure"): [say("yes") if row.sure else say("may be chance") for row in _each(found.rows)],
        say("Have it"): found.rows["have_here"].to_list(),
        **({say("Others who have it"): found.rows["have_there"].to_list()} if compared else {}),
    })  # fmt: skip


def factor(value: float) -> str:
    """An end of an interval as a factor on the odds: ``"× 1.24"``; not a number → ``"–"``."""
    if math.isnan(value):
        return "–"
    return f"× {math.exp(value):.2f}" if value >= 0 else f"÷ {math.exp(-value):.2f}"


def _each(rows: pd.DataFrame) -> list[object]:
    return list(rows.itertuples(index=False))


def _hover(row: object) -> str:
    gap, low, high = row.gap, row.low, row.high  # type: ignore[attr-defined]
    said = say("{what}: odds {factor}", what=charts.short(name(row), 60), factor=pushes.odds(gap))
    if math.isnan(low):
        return said
    return say("{said} (95 %: {low} to {high})", said=said, low=factor(low), high=factor(high))
