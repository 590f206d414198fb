"""Recommendations, facts, tags and a timeline, as cards and lines."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.language import Sayings, say, say_many
from core.records import Fact, Recommendation, Tag
from core.schema import CATEGORY_SEPARATOR, Event
from pages._ui import chance, meter, nav, pictures, words

#: The fact that a shopper looks like a robot or a test account.
SET_ASIDE = "set_aside"
KIND = Sayings({"product": "", "article": "Article", "video": "Video", "ad": "Ad"})


def facts(counted: Sequence[Fact]) -> None:
    """Draw facts as a list: they were counted in the logs. The telling ones come first, the rest is folded away."""
    with st.container(border=True, gap="xsmall"):
        st.markdown(say(":blue[:material/fact_check:] **Counted** in the logs"))
        for fact in (fact for fact in counted if fact.key == SET_ASIDE):
            st.warning(f"**{words.plain(fact.label)}** {words.plain(fact.value)}", icon=":material/smart_toy:")
        said = [fact for fact in counted if fact.key != SET_ASIDE]
        for fact in (fact for fact in said if fact.telling):
            _fact(fact)
        rest = [fact for fact in said if not fact.telling]
        if rest:
            with st.expander(words.several(len(rest), "more that is counted", "more that are counted")):
                _groups(rest)


def _groups(counted: Sequence[Fact]) -> None:
    for group in dict.fromkeys(fact.group for fact in counted):
        with st.container(gap="xsmall"):
            st.markdown(f":gray[**{words.plain(group)}**]")
            for fact in (fact for fact in counted if fact.group == group):
                _fact(fact)


def _fact(fact: Fact) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.markdown(words.plain(fact.label), width="content")
        st.markdown(f"**{words.plain(fact.value)}**", width="content")


def tags(predicted: Sequence[Tag], user_id: str) -> None:
    """Draw predicted tags, those that are given first, each with its chance, what to expect of it and why."""
    with st.container(border=True):
        st.markdown(say(":violet[:material/neurology:] **Predicted** by the model"))
        given = [tag for tag in predicted if tag.given]
        for tag in sorted(given, key=lambda t: -t.probability):
            _tag(tag)
            nav.link("why", say("Why?"), ":material/psychology_alt:", {"user": user_id, "tag": tag.spec.key})
        if not given:
            st.caption(say("No tag reaches its threshold for this shopper."))
        rest = sorted((tag for tag in predicted if not tag.given), key=lambda t: -t.probability)
        if rest:
            with st.expander(say_many(len(rest), "{number} tag is not given", "{number} tags are not given")):
                for tag in rest:
                    _tag(tag)


def _tag(tag: Tag) -> None:
    icon = ":violet[:material/check_circle:]" if tag.given else ":gray[:material/radio_button_unchecked:]"
    common = ""
    if tag.base_rate is not None:
        common = say(" True of {share} of all shoppers.", share=words.percent(tag.base_rate))
    trust = say("Given from {threshold}, and then {precision}.",
                threshold=words.percent(tag.threshold), precision=words.of_ten(tag.precision))
    with st.container(gap=None):
        with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
            st.markdown(f"{icon} **{words.plain(tag.spec.label)}**", width="content")
            st.markdown(say(":violet[predicted] **{chance}**", chance=words.percent(tag.probability)), width="content")
        meter.draw(tag.probability, tag.spec.label, threshold=tag.threshold)
        st.caption(f"{words.plain(tag.spec.sentence)} {trust}{common}")


def recommendations(items: Sequence[Recommendation], user_id: str) -> None:
    """Draw items as rows of cards, each with its chance of a click and a way to the reason."""
    end = meter.scale(max((item.p_click for item in items), default=1.0))
    if end < 1:
        st.caption(say("A full bar is a chance of {end}.", end=words.percent(end)))
    seen = pictures.of(item.item_id for item in items)
    for start in range(0, len(items), 2):
        for column, (rank, item) in zip(st.columns(2), enumerate(items[start : start + 2], start + 1), strict=False):
            with column.container(border=True, gap="xsmall", height="stretch"):
                _card(rank, item, user_id, end, seen.get(item.item_id))


def _card(rank: int, item: Recommendation, user_id: str, end: float, picture: str | None) -> None:
    about = [KIND.get(item.kind, item.kind), item.category.split(CATEGORY_SEPARATOR)[-1], item.brand]
    about += [words.money(item.price), *dict.fromkeys(words.source(source) for source in item.sources)]
    with pictures.beside(picture, item.title):
        st.markdown(f"**{rank}. {words.plain(item.title or item.item_id)}**")
        st.caption(" · ".join(words.plain(part) for part in about if part))
    chance.draw(item.p_click, end)
    if item.moved_by:
        why = "; ".join(map(words.plain, item.moved_by))
        st.caption(say(":material/swap_vert: Place {was} by chance alone. Moved: {why}.", was=item.was, why=why))
    if item.reason:
        st.markdown(f":material/lightbulb: {words.plain(item.reason)}")
    nav.link("why", say("Why?"), ":material/psychology_alt:", {"user": user_id, "item": item.item_id})


def timeline(events: pd.DataFrame, most: int = 12, at_all: int = 100) -> None:
    """Draw what the shopper did as readable lines, newest first; older ones are folded away."""
    if events.empty:
        st.caption(say("Nothing is in the logs before this moment."))
        return
    _days(events.head(most))
    older = events.iloc[most:at_all]
    if not older.empty:
        with st.expander(say("{number} earlier", number=len(older))):
            _days(older)
    if len(events) > at_all:
        st.caption(say("The {shown} newest of {all} events are shown.", shown=at_all, all=words.count(len(events))))


def _days(events: pd.DataFrame) -> None:
    for day, rows in events.groupby(events["ts"].dt.normalize(), sort=False):
        lines = "  \n".join(_line(row) for row in rows.to_dict("records"))
        st.markdown(f"**{words.date(day)}**  \n{lines}")


def _line(row: dict[str, object]) -> str:
    kind = str(row["event_type"])
    icon = words.EVENT_ICON.get(kind, "fiber_manual_record")  # type: ignore[call-overload]
    what = words.text(row["title"]) or words.text(row["item_id"])
    detail = words.text(row["detail"])
    if kind == Event.SEARCH:
        what, detail = f"“{detail or what}”", ""
    price = words.money(row["price"] if isinstance(row["price"], float) else None)
    about = [part for part in (detail, price and say("at {price}", price=price)) if part]
    after = "".join(f"{say(', ')}{words.plain(part)}" for part in about)
    verb = words.verb(kind)
    return f":gray[{row['ts']:%H:%M}] :material/{icon}: {verb} **{words.plain(what)}**{after}"
