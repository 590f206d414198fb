"""What to feature for a segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from core.advice import Featured
from core.language import say, say_many
from core.schema import CATEGORY_SEPARATOR
from pages._ui import address, charts, nav, pictures, resources, states, tables, take_table, terms, words, work
from pages._ui.address import Number
from pages._ui.meter import PREDICTED, scale

if TYPE_CHECKING:
    from core.service import Shop

EVERYONE = "everyone"
MANY = Number("k", 8, 1, 20)


def show(shop: Shop) -> None:
    """Let the person choose a segment, and draw what to feature for it."""
    if shop.model_name is None:
        states.no_model()
        return
    who, k = chosen(shop)
    segment = None if who == EVERYONE else who
    found = shop.placing.featured(segment, k)
    if found is None:
        work_out(shop, segment)
        return
    headline(found)
    together(found)
    charts.draw(reach(found), "feature-reach", 320, say("Share of the segment reached, by items shown"))
    st.markdown(say("#### One by one"))
    table, config = items(found)
    table, more = pictures.first(table, found.items["item_id"].tolist())
    take_table.draw(table, say("What to feature for {segment}", segment=found.segment), config | more, found.items)
    for note in found.notes:
        st.caption(f":material/info: {words.plain(note)}")


def work_out(shop: Shop, segment: str | None) -> None:
    """Start finding it out, once a session and segment, and show how far that is; it goes on without this page."""
    job, mark = shop.featuring_job(segment), f"_featuring:{shop.version}:{shop.model_name}:{segment}"
    if mark not in st.session_state and (job is None or job.status == "done"):
        job = shop.start_featuring(segment)
    st.session_state[mark] = True
    if job is not None and work.active(job):
        st.caption(say("The model reads a sample of the segment. You may leave: what it finds is kept, and is here "
                       "when you come back."))  # fmt: skip
        work.watch(shop, job.id, "feature")
        return
    ended = say("The last try was stopped.")
    if job is not None and job.error:
        ended = say("The last try was stopped: {error}", error=words.plain(job.error))
    states.empty(say("This is not worked out yet"), ended, ":material/hourglass_empty:")
    st.button(say("Work it out"), icon=":material/play_arrow:", on_click=shop.start_featuring, args=(segment,))


def chosen(shop: Shop) -> tuple[str, int]:
    """Draw whom it is about and how many items are shown; both are in the address."""
    live = {one.id: one.name for one in shop.segments.all() if not one.archived}
    names = {EVERYONE: say("Everyone"), **live}
    now, many = address.one_of("segment", names, EVERYONE), MANY.whole() or 8
    left, right = st.columns([3, 1])
    who = left.selectbox(say("Segment"), list(names), list(names).index(now), format_func=names.__getitem__,
                         key=f"segment-{now}")  # fmt: skip
    k = right.number_input(say("Items shown together"), 1, 20, many, key=f"k-{many}")
    if (who, k) != (now, many):
        address.keep({"segment": "" if who == EVERYONE else str(who), "k": MANY.written(k)})
        st.rerun()
    if not live:
        st.caption(say("No segment is saved yet: build one, save it, and it can be chosen here."))
        nav.link("segments", say("Build a segment"), ":material/filter_alt:")
    return now, many


def headline(found: Featured) -> None:
    """Say how many the list reaches, against what is simply popular there."""
    reach, before, ahead = found.reach, found.reach_popular, found.ahead
    many = len(found.together)
    st.markdown(say_many(many, "## This item reaches {share} of :gray[{segment}]",
                         "## These {number} reach {share} of :gray[{segment}]", share=words.percent(reach.value),
                         segment=words.plain(found.segment)))  # fmt: skip
    points = say("{value:+.1f} points ({low:+.1f} to {high:+.1f})", value=100 * ahead.value, low=100 * ahead.low,
                 high=100 * ahead.high)  # fmt: skip
    if ahead.low > 0:
        points = say("{points}, which is more than chance", points=points)
    values = {"reach": _range(reach), "share": words.percent(before.value), "points": points}
    if resources.shop().baskets:
        st.markdown(say("{reach} will have at least one in their next basket. What is simply popular there reaches "
                        "{share}: {points}.", **values))  # fmt: skip
    else:
        st.markdown(say("{reach} will click at least one, of those who see them all. What is simply popular there "
                        "reaches {share}: {points}.", **values))  # fmt: skip
    st.caption(
        say("Of {shoppers} the model read {sampled}, the same ones each time. The list was chosen on some of them "
            "and judged on {judged_on} others.",
            shoppers=words.several(found.shoppers, "shopper", "shoppers"), sampled=words.count(found.sampled),
            judged_on=words.count(found.judged_on))
    )


def together(found: Featured) -> None:
    """Draw the list in the order in which it was chosen, beside what is popular."""
    left, right = st.columns(2)
    with left.container(border=True, height="stretch"):
        st.markdown(say(":violet[:material/neurology:] **Together they reach most**"))
        _lines(found.together)
    with right.container(border=True, height="stretch"):
        st.markdown(say(":blue[:material/fact_check:] **Simply popular there**"))
        _lines(found.popular)


def _lines(chosen: pd.DataFrame) -> None:
    seen = pictures.of(chosen["item_id"])
    for place, row in enumerate(chosen.itertuples(), 1):
        with (
            pictures.beside(seen.get(str(row.item_id)), str(row.title)),
            st.container(horizontal=True, horizontal_alignment="distribute", gap="small"),
        ):
            st.markdown(f"{place}\\. {words.plain(row.title)}", width="content")
            st.markdown(f":violet[+{100 * row.gain:.1f}]", width="content", help=say("Points of reach that it adds."))


def reach(found: Featured) -> go.Figure:
    """Share of the segment that has clicked at least one, by how many are shown."""
    figure = go.Figure()
    for rows, label, colour, dash in ((found.together, say("Chosen together"), PREDICTED, "solid"),
                                      (found.popular, say("Simply popular"), charts.QUIET, "dash")):  # fmt: skip
        titles = [charts.safe(title) for title in rows["title"]]
        figure.add_scatter(
            x=list(range(1, len(rows) + 1)), y=rows["reach"], name=say("{label} – predicted", label=label),
            mode="lines+markers",
            line={"color": colour, "width": 2, "dash": dash}, customdata=titles,
            hovertemplate=say("With %{customdata}: %{y:.1%}<extra></extra>"),
        )  # fmt: skip
    figure.update_xaxes(title=say("Items shown"), dtick=1)
    figure.update_yaxes(title=say("Reached"), tickformat=".0%", rangemode="tozero")
    figure.update_layout(showlegend=True)
    return figure


def items(found: Featured) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the table of items, and how to show its columns."""
    some, basket = found.items, resources.shop().baskets
    shown = pd.DataFrame({
        say("Item"): some["title"],
        say("Category"): [words.text(one).split(CATEGORY_SEPARATOR)[-1] for one in some["category"]],
        say("Chance"): 100 * some["chance"],
        "95 %": [_between(low, high, 100, 1) for low, high in zip(some["low"], some["high"], strict=True)],
        say("Clicks"): some["clicks"],
        say("clicks 95 %"): [_between(low, high, 1, 0)
                             for low, high in zip(some["clicks_low"], some["clicks_high"], strict=True)],
        say("Buyers"): some["buyers"], say("There"): some["there"], say("Found as"): some["source"].map(words.source),
    })  # fmt: skip
    config: dict[str, Any] = {
        say("Item"): st.column_config.TextColumn(pinned=True),
        say("Chance"): tables.chance(
            say("Share reached – predicted"),
            say("Mean chance over the sample: the share of the segment that has it in their next basket.") if basket
            else say("Mean chance over the sample: the share of the segment that clicks if all see it."),
            100 * scale(float(some["chance"].max())), 1),
        "95 %": st.column_config.TextColumn(
            say("95 %, in percent"), help=terms.told("interval")),
        say("Clicks"): st.column_config.NumberColumn(
            say("Buyers expected") if basket else say("Clicks expected"), format="%,.0f",
            help=say("Shoppers of the segment with it in their next basket.") if basket
            else say("If every shopper of the segment sees it once.")),
        say("clicks 95 %"): st.column_config.TextColumn(
            say("95 %, in buyers") if basket else say("95 %, in clicks"), help=terms.told("interval")),
        say("Buyers"): st.column_config.NumberColumn(
            say("Buyers expected"), format="%,.1f",
            help=say("Clicks, times the share of clickers who bought it within seven days; drawn to the mean of all "
                     "items where few clicked.")),
        say("There"): st.column_config.NumberColumn(
            say("Interested now"), help=say("Shoppers of the segment who did something with it in four weeks.")),
    }  # fmt: skip
    # A chance of the next basket is of buyers already, whatever clicks the log has.
    told = some["buyers"].notna().any() and not basket
    return (shown if told else shown.drop(columns=say("Buyers"))), config


def _range(one: Any) -> str:
    if one.low != one.low:
        return words.percent(one.value)
    return say("{low} to {high}", low=words.percent(max(0.0, one.low)), high=words.percent(min(1.0, one.high)))


def _between(low: float, high: float, times: float, digits: int) -> str:
    low_end, high_end = (f"{times * end:,.{digits}f}" for end in (low, high))
    return "–" if low != low else say("{low} to {high}", low=low_end, high=high_end)
