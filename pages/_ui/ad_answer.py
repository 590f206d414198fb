"""The answer for a place: what the suggestion brings, whom it shows what, what holds it back, and what it rests on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.advice import Advice
from core.language import Sayings, say
from pages._ui import charts, pictures, tables, take_table, terms, words
from pages._ui.meter import PREDICTED, scale

#: What holds an allocation back, in words; one more of it would add to the goal.
BINDS = Sayings({
    "supply": "All impressions for **{segment}** are used", "once": "**{title}** cannot be repeated more often to "
    "**{segment}**", "most": "**{title}** may not be shown more often", "least": "**{title}** must be shown so often",
    "budget": "The budget of **{title}** is spent",
})  # fmt: skip
#: Ads that are charted at most: those whose share changes most.
CHARTED = 10


def draw(found: Advice, model: bool) -> None:
    """Draw the answer, then the tables, then the chart."""
    headline(found)
    if found.judge == "counted" and model:
        st.caption(say("Judged by what was counted, which flatters ads that were lucky. To let the model judge each "
                       "ad for each segment, open “Goal, limits and who judges” and press Suggest."))
    who(found)
    holds_back(found)
    replayed(found)
    st.markdown(say("#### How often each ad is shown"))
    charts.draw(shares(found), "ads-shares", 90 + 46 * min(CHARTED, len(found.ads)),
                say("Impressions of each ad, now and as suggested"))
    with st.expander(say("Every ad in every segment"), icon=":material/table:"):
        table, config = cells(found)
        table, more = pictures.first(table, order(found)["item_id"].tolist())
        take_table.draw(table, say("Every ad in every segment, {place}", place=found.ask.slot), config | more,
                        found.cells)  # fmt: skip
    with st.expander(say("What came after clicks"), icon=":material/sell:"):
        worth(found)
    for note in found.notes:
        st.caption(f":material/info: {words.plain(note)}")


def headline(found: Advice) -> None:
    """Say what the suggestion brings against what is shown now."""
    clicks = found.ask.goal == "clicks"
    now, then = ((t.clicks if clicks else t.value) for t in (found.now, found.suggested))
    more = say("## {then} clicks instead of {now}") if clicks else say("## {then} in value instead of {now}")
    st.markdown(more.format(then=_number(then, clicks), now=_number(now, clicks)))
    ahead, span = found.ahead, words.span(found.since, found.until)
    st.markdown(
        say("The same {shown} impressions ({span}), shown as suggested, would bring **{value}** (95 %: {low} to "
            "{high}), if chances keep their word. {clicked} clicks were counted.",
            shown=words.count(found.now.shown), span=span, value=_number(ahead.value, clicks, True),
            low=_number(ahead.low, clicks, True), high=_number(ahead.high, clicks, True),
            clicked=words.count(found.clicked)),
        help=terms.told("interval", "impressions"),
    )


def who(found: Advice) -> None:
    """Draw what each segment is shown most, one row a segment."""
    rows = []
    for segment in found.segments.itertuples():
        mine = found.cells[(found.cells["segment"] == segment.segment) & (found.cells["suggested"] > 0.5)]
        best = mine.sort_values("suggested", ascending=False)
        total = best["suggested"].sum()
        said = [f"{row.title} ({words.percent(row.suggested / total)})" for row in best.head(4).itertuples()]
        shown = say(", ").join(said)
        if len(best) > 4:
            shown = say("{ads} and {number} more", ads=shown, number=len(best) - 4)
        before = found.cells[found.cells["segment"] == segment.segment]
        brought = [(some[times] * some[what]).sum() for what in ("chance", "value")
                   for some, times in ((best, "suggested"), (before, "now"))]  # fmt: skip
        rows.append((segment.segment, shown or say("nothing"), int(total), *brought, segment.shoppers))
    names = [say("Segment"), say("Show"), say("Impressions"), say("Clicks expected"), say("Clicks as it is now"),
             say("Value expected"), say("Value as it is now"), say("Shoppers who came")]
    whole, help = "%,.0f", say("Clicks expected, each worth what stands under “What came after clicks”.")
    take_table.draw(pd.DataFrame(rows, columns=names), say("Whom to show what, {place}", place=found.ask.slot), {
        names[0]: st.column_config.TextColumn(pinned=True), names[1]: st.column_config.TextColumn(width="large"),
        **dict.fromkeys(names[2:], st.column_config.NumberColumn(format=whole)),
        names[2]: st.column_config.NumberColumn(format=whole, help=terms.told("impressions")),
        **dict.fromkeys(names[5:7], st.column_config.NumberColumn(format="%,.2f", help=help)),
    })  # fmt: skip


def holds_back(found: Advice) -> None:
    """Say which limits hold the suggestion back, what would add most first."""
    shown = found.binds[found.binds["what"] != "supply"].head(5)
    if shown.empty:
        st.caption(say("Nothing but the number of impressions holds it back."), help=terms.told("impressions"))
        return
    gains = [_gain(found, row) for row in shown.to_dict("records")]
    said = [BINDS[row["what"]].format(segment=words.plain(row["segment"]), title=words.plain(row["title"]))
            for row in shown.to_dict("records")]  # fmt: skip
    if len(set(gains)) == 1 and len(gains) > 1:  # said once, as it decides nothing between them
        st.markdown("\n".join([say("**What holds it back** – of each, {gain}", gain=gains[0]),
                               *(f"- {one}" for one in said)]))  # fmt: skip
        return
    lines = [f"- {say('{limit}: {gain}', limit=one, gain=gain)}" for one, gain in zip(said, gains, strict=True)]
    st.markdown("\n".join([say("**What holds it back**"), *lines]))


def _gain(found: Advice, row: Mapping[Hashable, Any]) -> str:
    """What moving a limit by one impression, or a budget by one of its money, would add, in words."""
    more = say("{gain:.3f} clicks") if found.ask.goal == "clicks" else say("{gain:.3f} in value")
    if row["what"] == "least":
        one = say("one impression less would add {more}")
    elif row["what"] == "budget":
        one = say("1 more of the budget would add {more}")
    else:
        one = say("one more impression would add {more}")
    return one.format(more=more.format(gain=row["gain"]))


def replayed(found: Advice) -> None:
    """Draw what the suggestion would have brought by the log's own chances, where it has them."""
    one = found.replayed
    if one is None:
        return
    names = {"logged": say("As it was shown"), "ips": say("Suggested: inverse propensity"),
             "snips": say("Suggested: self-normalised"), "doubly_robust": say("Suggested: doubly robust"),
             "direct": say("Suggested: model of the counts alone")}  # fmt: skip
    rows = [(label, *(100 * getattr(getattr(one, name), end) for end in ("value", "low", "high")))
            for name, label in names.items()]  # fmt: skip
    percent = st.column_config.NumberColumn(format="%.2f %%")
    st.markdown(say("**Clicks of 100 shown, by the chances with which the log chose**"),
                help=terms.told("off_policy"))
    heads = [say("Estimate"), say("Clicks"), say("95 % from"), say("to")]
    take_table.draw(pd.DataFrame(rows, columns=heads), say("Clicks of 100 shown, {place}", place=found.ask.slot),
                    {heads[0]: st.column_config.TextColumn(help=terms.told("off_policy")),
                     **dict.fromkeys(heads[1:], percent), heads[2]: st.column_config.NumberColumn(
                         format="%.2f %%", help=terms.told("interval"))})  # fmt: skip
    said = say("{logged} logged choices weigh as much as {effective} under the suggestion. The mean weight is "
               "{weight:.2f}; where logged chances are right it is near 1.",
               logged=words.count(one.n), effective=words.count(one.effective), weight=one.kept.value)
    if one.clipped:
        said += say(" {share} of the weights were cut to {clip:g}.", share=words.percent(one.clipped), clip=one.clip)
    st.caption(said, help=terms.told("off_policy"))


def shares(found: Advice) -> go.Figure:
    """Impressions of each ad, now and as suggested, those that change most."""
    ads = found.ads.assign(change=(found.ads["suggested"] - found.ads["now"]).abs())
    most = ads.sort_values("change", ascending=False).head(CHARTED).sort_values("suggested", ascending=False)
    figure, places = go.Figure(), list(range(len(most)))
    hatched = {"color": PREDICTED, "pattern": charts.HATCH}
    for column, name, marker in (("now", say("Now"), {"color": charts.OBSERVED}),
                                 ("suggested", say("Suggested"), hatched)):  # fmt: skip
        figure.add_bar(
            y=places, x=most[column], orientation="h", name=name, marker=marker,
            hovertemplate=say("%{x:,.0f} impressions"), text=[words.count(value) for value in most[column]],
            textposition="outside", cliponaxis=False,
        )
    figure.update_yaxes(autorange="reversed", tickvals=places, ticktext=[charts.wrapped(t, 24) for t in most["title"]])
    end = max(1.0, float(most[["now", "suggested"]].to_numpy().max(initial=1.0)))
    figure.update_xaxes(visible=False, range=[0, 1.2 * end])
    figure.update_layout(showlegend=True, barmode="group")
    return figure


def order(found: Advice) -> pd.DataFrame:
    """Return every ad in every segment in the order of the table: segment by segment, what is suggested most first."""
    return found.cells.sort_values(["segment", "suggested", "now"], ascending=[True, False, False])


def cells(found: Advice) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table of ads by segments, and how to show its columns."""
    some = order(found)
    shown = pd.DataFrame({
        say("Segment"): some["segment"], say("Ad"): some["title"], say("Shown now"): some["now"],
        say("Suggested"): some["suggested"], say("Clicks counted"): some["clicked"],
        say("Click-through counted"): 100 * some["rate"], say("counted 95 %"): _range(some, "rate"),
        say("Value of 1,000"): 1_000 * some["value"],
    })  # fmt: skip
    config: dict[str, Any] = {
        say("Segment"): st.column_config.TextColumn(pinned=True),
        say("Suggested"): st.column_config.NumberColumn(format="%,.0f"),
        say("Click-through counted"): st.column_config.NumberColumn(format="%.1f %%", help=terms.told("click_through")),
        say("counted 95 %"): st.column_config.TextColumn(help=terms.told("interval")),
        say("Value of 1,000"): st.column_config.NumberColumn(
            say("Value of 1,000 impressions"), format="%,.2f",
            help=say("How likely a click is, as was reckoned with, times what a click on this ad is worth.")),
    }
    if some["model"].notna().any():
        shown[say("Chance of a click")] = 100 * some["model"]
        shown[say("predicted 95 %")] = _range(some, "model")
        config[say("Chance of a click")] = tables.chance(
            say("Chance of a click – predicted"), say("The model's mean over a sample of the segment."),
            100 * scale(float(some["model"].max())), 1,
        )  # fmt: skip
        config[say("predicted 95 %")] = st.column_config.TextColumn(
            help=say("How far the sample's mean may be off the segment's; the model's own error is not in it.")
        )
    return shown, config


def worth(found: Advice) -> None:
    """Draw what clickers of each ad did next."""
    ads = found.ads
    table, pictured = pictures.first(
        pd.DataFrame({
            say("Ad"): ads["title"], say("Clickers"): ads["clickers"], say("Bought after"): ads["buyers"],
            say("Stayed"): ads["dwell"], say("Worth of a click"): ads["worth"],
        }),
        ads["item_id"].tolist(),
    )  # fmt: skip
    take_table.draw(
        table, say("What came after clicks, {place}", place=found.ask.slot),
        {
            **pictured,
            say("Ad"): st.column_config.TextColumn(pinned=True),
            say("Bought after"): st.column_config.NumberColumn(
                help=say("Clickers who bought something of the ad's category and brand within seven days.")),
            say("Stayed"): st.column_config.NumberColumn(
                say("Stayed (seconds)"), format="%.0f", help=say("Median, where logged.")),
            say("Worth of a click"): st.column_config.NumberColumn(
                format="%,.2f", help=say("What clickers bought then, for each; drawn to the mean where few clicked.")),
        },
    )  # fmt: skip


def _number(value: float, clicks: bool, sign: bool = False) -> str:
    shown = words.count(abs(value)) if clicks else f"{abs(value):,.2f}"
    return shown if not sign else f"{'−' if value < 0 else '+'}{shown}"


def _range(some: pd.DataFrame, name: str) -> list[str]:
    ends = zip(some[f"{name}_low"], some[f"{name}_high"], strict=True)
    return ["–" if low != low else say("{low:.1f} to {high:.1f} %", low=100 * max(0, low), high=100 * high)
            for low, high in ends]  # fmt: skip
