"""Recommendations, facts, tags and a timeline, as cards and lines."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.records import Fact, Recommendation, Tag
from core.schema import CATEGORY_SEPARATOR, Event
from pages._ui import nav, words

KIND = {"product": "", "article": "Article", "ad": "Ad"}


def facts(counted: Sequence[Fact]) -> None:
    """Draw facts as a list: they were counted in the logs."""
    with st.container(border=True):
        st.markdown(":blue[:material/fact_check:] **Counted** in the logs")
        for fact in counted:
            with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
                st.markdown(words.plain(fact.label), width="content")
                st.markdown(f"**{words.plain(fact.value)}**", width="content")


def tags(predicted: Sequence[Tag]) -> None:
    """Draw predicted tags, those that are given first, each with its chance and what to expect of it."""
    with st.container(border=True):
        st.markdown(":violet[:material/neurology:] **Predicted** by the model")
        given = [tag for tag in predicted if tag.given]
        for tag in sorted(given, key=lambda t: -t.probability):
            _tag(tag)
        if not given:
            st.caption("No tag reaches its threshold for this shopper.")
        rest = sorted((tag for tag in predicted if not tag.given), key=lambda t: -t.probability)
        if rest:
            with st.expander(f"{len(rest)} tags that she does not get"):
                for tag in rest:
                    _tag(tag)


def _tag(tag: Tag) -> None:
    icon = ":violet[:material/check_circle:]" if tag.given else ":gray[:material/radio_button_unchecked:]"
    st.progress(
        tag.probability,
        text=f"{icon} **{words.plain(tag.spec.label)}** · predicted {words.percent(tag.probability)}",
    )
    trust = words.of_ten(tag.precision)
    common = "" if tag.base_rate is None else f" · true of {words.percent(tag.base_rate)} of all shoppers"
    st.caption(
        f"{words.plain(tag.spec.sentence)} Given from {words.percent(tag.threshold)}; {trust}{common}.",
    )


def recommendations(items: Sequence[Recommendation], user_id: str) -> None:
    """Draw items as rows of cards, each with its chance of a click and a way to the reason."""
    for start in range(0, len(items), 2):
        columns = st.columns(2)
        for column, (rank, item) in zip(columns, enumerate(items[start : start + 2], start + 1), strict=False):
            with column.container(border=True, gap="xsmall", height="stretch"):
                _card(rank, item, user_id)


def _card(rank: int, item: Recommendation, user_id: str) -> None:
    st.markdown(f"**{rank}. {words.plain(item.title or item.item_id)}**")
    about = [KIND.get(item.kind, item.kind), item.category.split(CATEGORY_SEPARATOR)[-1], item.brand]
    about.append(words.money(item.price))
    st.caption(" · ".join(words.plain(part) for part in about if part))
    st.progress(item.p_click, text=f":violet[Predicted] chance of a click: **{words.percent(item.p_click)}**")
    if item.reason:
        st.markdown(f":material/lightbulb: {words.plain(item.reason)}")
    found = ", ".join(words.SOURCE.get(source, source.replace("_", " ")) for source in item.sources)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.caption(f"Found as: {words.plain(found)}" if found else "", width="content")
        nav.link("why", "Why?", ":material/psychology_alt:", {"user": user_id, "item": item.item_id})


def timeline(events: pd.DataFrame, most: int = 30) -> None:
    """Draw what the shopper did as readable lines, newest first."""
    if events.empty:
        st.caption("Nothing is in the logs before this moment.")
        return
    shown = events.head(most)
    for day, rows in shown.groupby(shown["ts"].dt.normalize(), sort=False):
        st.markdown(f"**{words.date(day)}**")
        st.markdown("\n".join(f"- {_line(row)}" for row in rows.to_dict("records")))
    if len(events) > most:
        st.caption(f"The {most} newest of {words.count(len(events))} events are shown.")


def _line(row: dict[str, object]) -> str:
    kind = str(row["event_type"])
    icon = words.EVENT_ICON.get(kind, "fiber_manual_record")  # type: ignore[call-overload]
    what = words.text(row["title"]) or words.text(row["item_id"])
    detail = words.text(row["detail"])
    if kind == Event.SEARCH:
        what, detail = f"“{detail or what}”", ""
    price = words.money(row["price"] if isinstance(row["price"], float) else None)
    after = ", ".join(words.plain(part) for part in (detail, price and f"at {price}") if part)
    verb = words.EVENT_VERB.get(kind, kind)  # type: ignore[call-overload]
    return f":material/{icon}: {row['ts']:%H:%M} {verb} **{words.plain(what)}**{', ' + after if after else ''}"
