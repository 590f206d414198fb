"""The answer for a place: what the suggestion brings, whom it shows what, what holds it back, and what it rests on."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.advice import Advice
from pages._ui import charts, export, tables, words
from pages._ui.meter import PREDICTED, scale

#: What holds an allocation back, in words; one more of it would add to the goal.
BINDS = {
    "supply": "All impressions for **{segment}** are used", "once": "**{title}** cannot be repeated more often to "
    "**{segment}**", "most": "**{title}** may not be shown more often", "least": "**{title}** must be shown so often",
    "budget": "The budget of **{title}** is spent",
}  # fmt: skip
#: Ads that are charted at most: those whose share changes most.
CHARTED = 10


def draw(found: Advice, model: bool) -> None:
    """Draw the answer, then the tables, then the chart."""
    headline(found)
    if found.judge == "counted" and model:
        st.caption("Judged by what was counted, which flatters ads that were lucky. To let the model judge each ad for "
                   "each segment, open “Goal, limits and who judges” and press Suggest.")
    who(found)
    holds_back(found)
    replayed(found)
    st.markdown("#### How often each ad is shown")
    charts.draw(shares(found), "ads-shares", 90 + 46 * min(CHARTED, len(found.ads)), "Impressions of each ad, now and "
                "as suggested")
    with st.expander("Every ad in every segment", icon=":material/table:"):
        table, config = cells(found)
        st.dataframe(table, hide_index=True, column_config=config)
        st.download_button("Download as CSV", export.table(found.cells), f"slot-{export.name(found.ask.slot)}.csv",
                           "text/csv", icon=":material/download:", on_click="ignore")  # fmt: skip
    with st.expander("What came after clicks", icon=":material/sell:"):
        worth(found)
    for note in found.notes:
        st.caption(f":material/info: {words.plain(note)}")


def headline(found: Advice) -> None:
    """Say what the suggestion brings against what is shown now."""
    clicks = found.ask.goal == "clicks"
    now, then = ((t.clicks if clicks else t.value) for t in (found.now, found.suggested))
    what = "clicks" if clicks else "in value"
    st.markdown(f"## {_number(then, clicks)} {what} instead of {_number(now, clicks)}")
    ahead, span = found.ahead, words.span(found.since, found.until)
    st.markdown(
        f"The same {words.count(found.now.shown)} impressions ({span}), shown as suggested, would bring "
        f"**{_number(ahead.value, clicks, True)}** (95 %: {_number(ahead.low, clicks, True)} to "
        f"{_number(ahead.high, clicks, True)}), if chances keep their word. {words.count(found.clicked)} clicks were "
        "counted."
    )


def who(found: Advice) -> None:
    """Draw what each segment is shown most, one row a segment."""
    rows = []
    for segment in found.segments.itertuples():
        mine = found.cells[(found.cells["segment"] == segment.segment) & (found.cells["suggested"] > 0.5)]
        best = mine.sort_values("suggested", ascending=False)
        total = best["suggested"].sum()
        said = [f"{row.title} ({words.percent(row.suggested / total)})" for row in best.head(4).itertuples()]
        more = f" and {len(best) - 4} more" if len(best) > 4 else ""
        expected = (best["suggested"] * best["chance"]).sum()
        before = found.cells[found.cells["segment"] == segment.segment]
        rows.append((segment.segment, ", ".join(said) + more or "nothing", int(total), expected,
                     (before["now"] * before["chance"]).sum(), segment.shoppers))  # fmt: skip
    names = ["Segment", "Show", "Impressions", "Clicks expected", "As it is now", "Shoppers who came"]
    st.dataframe(
        pd.DataFrame(rows, columns=names), hide_index=True,
        column_config={"Segment": st.column_config.TextColumn(pinned=True),
                       "Show": st.column_config.TextColumn(width="large"),
                       **dict.fromkeys(names[2:], st.column_config.NumberColumn(format="%,.0f"))},
    )  # fmt: skip


def holds_back(found: Advice) -> None:
    """Say which limits hold the suggestion back, what would add most first."""
    shown = found.binds[found.binds["what"] != "supply"].head(5)
    if shown.empty:
        st.caption("Nothing but the number of impressions holds it back.")
        return
    unit = "clicks" if found.ask.goal == "clicks" else "in value"
    lines = []
    for row in shown.to_dict("records"):
        said = BINDS[row["what"]].format(segment=words.plain(row["segment"]), title=words.plain(row["title"]))
        less = "once less" if row["what"] == "least" else "one more"
        lines.append(f"- {said}: {less} would add {row['gain']:.3f} {unit}")
    st.markdown("**What holds it back**\n" + "\n".join(lines))


def replayed(found: Advice) -> None:
    """Draw what the suggestion would have brought by the log's own chances, where it has them."""
    one = found.replayed
    if one is None:
        return
    names = {"logged": "As it was shown", "ips": "Suggested: inverse propensity", "snips": "Suggested: self-normalised",
             "doubly_robust": "Suggested: doubly robust", "direct": "Suggested: model of the counts alone"}  # fmt: skip
    rows = [(label, *(100 * getattr(getattr(one, name), end) for end in ("value", "low", "high")))
            for name, label in names.items()]  # fmt: skip
    percent = st.column_config.NumberColumn(format="%.2f %%")
    st.markdown("**Clicks of 100 shown, by the chances with which the log chose**")
    st.dataframe(pd.DataFrame(rows, columns=["Estimate", "Clicks", "95 % from", "to"]), hide_index=True,
                 column_config=dict.fromkeys(["Clicks", "95 % from", "to"], percent))  # fmt: skip
    cut = f" {words.percent(one.clipped)} of the weights were cut to {one.clip:g}." if one.clipped else ""
    st.caption(
        f"{words.count(one.n)} logged choices weigh as much as {words.count(one.effective)} under the suggestion. The "
        f"mean weight is {one.kept.value:.2f}; where logged chances are right it is near 1.{cut}"
    )


def shares(found: Advice) -> go.Figure:
    """Impressions of each ad, now and as suggested, those that change most."""
    ads = found.ads.assign(change=(found.ads["suggested"] - found.ads["now"]).abs())
    most = ads.sort_values("change", ascending=False).head(CHARTED).sort_values("suggested", ascending=False)
    figure, places = go.Figure(), list(range(len(most)))
    hatched = {"color": PREDICTED, "pattern": charts.HATCH}
    for column, name, marker in (("now", "Now", {"color": charts.OBSERVED}), ("suggested", "Suggested", hatched)):
        figure.add_bar(
            y=places, x=most[column], orientation="h", name=name, marker=marker,
            hovertemplate="%{x:,.0f} impressions", text=[words.count(value) for value in most[column]],
            textposition="outside", cliponaxis=False,
        )
    figure.update_yaxes(autorange="reversed", tickvals=places, ticktext=[charts.wrapped(t, 24) for t in most["title"]])
    end = max(1.0, float(most[["now", "suggested"]].to_numpy().max(initial=1.0)))
    figure.update_xaxes(visible=False, range=[0, 1.2 * end])
    figure.update_layout(showlegend=True, barmode="group")
    return figure


def cells(found: Advice) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table of ads by segments, and how to show its columns."""
    some = found.cells.sort_values(["segment", "suggested", "now"], ascending=[True, False, False])
    shown = pd.DataFrame({
        "Segment": some["segment"], "Ad": some["title"], "Shown now": some["now"], "Suggested": some["suggested"],
        "Clicks counted": some["clicked"], "Click-through counted": 100 * some["rate"],
        "counted 95 %": _range(some, "rate"),
    })  # fmt: skip
    config: dict[str, Any] = {
        "Segment": st.column_config.TextColumn(pinned=True),
        "Suggested": st.column_config.NumberColumn(format="%,.0f"),
        "Click-through counted": st.column_config.NumberColumn(format="%.1f %%"),
        "counted 95 %": st.column_config.TextColumn(help="Wilson's interval for the share of impressions clicked."),
    }
    if some["model"].notna().any():
        shown = shown.assign(**{"Chance of a click": 100 * some["model"], "predicted 95 %": _range(some, "model")})
        config["Chance of a click"] = tables.chance(
            "Chance of a click – predicted", "The model's mean over a sample of the segment.",
            100 * scale(float(some["model"].max())), 1,
        )  # fmt: skip
        config["predicted 95 %"] = st.column_config.TextColumn(
            help="How far the sample's mean may be off the segment's; the model's own error is not in it."
        )
    return shown, config


def worth(found: Advice) -> None:
    """Draw what clickers of each ad did next."""
    ads = found.ads
    st.dataframe(
        pd.DataFrame({
            "Ad": ads["title"], "Clickers": ads["clickers"], "Bought after": ads["buyers"], "Stayed": ads["dwell"],
            "Worth of a click": ads["worth"],
        }),
        hide_index=True,
        column_config={
            "Ad": st.column_config.TextColumn(pinned=True),
            "Bought after": st.column_config.NumberColumn(
                help="Clickers who bought something of the ad's category and brand within seven days."),
            "Stayed": st.column_config.NumberColumn("Stayed (seconds)", format="%.0f", help="Median, where logged."),
            "Worth of a click": st.column_config.NumberColumn(
                format="%,.2f", help="What clickers bought then, for each; drawn to the mean where few clicked."),
        },
    )  # fmt: skip


def _number(value: float, clicks: bool, sign: bool = False) -> str:
    shown = words.count(abs(value)) if clicks else f"{abs(value):,.2f}"
    return shown if not sign else f"{'−' if value < 0 else '+'}{shown}"


def _range(some: pd.DataFrame, name: str) -> list[str]:
    ends = zip(some[f"{name}_low"], some[f"{name}_high"], strict=True)
    return ["–" if low != low else f"{100 * max(0, low):.1f} to {100 * high:.1f} %" for low, high in ends]
