"""Recommendations, facts and tags, as cards and lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from core.language import Sayings, say, say_many
from core.records import Fact, Recommendation, Tag
from core.schema import CATEGORY_SEPARATOR
from pages._ui import chance, crowd, meter, nav, pictures, resources, terms, words

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

#: The fact that a shopper looks like a robot or a test account.
SET_ASIDE = "set_aside"
#: Facts that name what others bought too, and what that is of a deed.
_BOUGHT = {"top_category": "categories", "top_brand": "brands"}
KIND = Sayings({"product": "", "article": "Article", "video": "Video", "ad": "Ad"})


def facts(counted: Sequence[Fact], suspected: Callable[[], None] = lambda: None) -> None:
    """Draw facts as a list: they were counted in the logs. The telling ones come first, the rest is folded away.

    Parameters
    ----------
    suspected
        Draws what can be done about a warning that they look like a robot or a test account, below it.
    """
    with st.container(border=True, gap="xsmall"):
        st.markdown(say(":blue[:material/fact_check:] **Counted** in the logs"))
        for fact in (fact for fact in counted if fact.key == SET_ASIDE):
            st.warning(f"**{words.plain(fact.label)}** {words.plain(fact.value)}", icon=":material/smart_toy:")
        suspected()
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
        st.markdown(words.plain(fact.label), width="content", help=words.plain(fact.help) or None)
        if fact.key in _BOUGHT:
            crowd.link(resources.shop(), f"**{words.plain(fact.value)}**", **{_BOUGHT[fact.key]: (fact.value,)})
        else:
            st.markdown(f"**{words.plain(fact.value)}**", width="content")


def tags(predicted: Sequence[Tag], user_id: str) -> None:
    """Draw predicted tags, those that are given first, each with its chance, what to expect of it and why."""
    with st.container(border=True):
        st.markdown(say(":violet[:material/neurology:] **Predicted** by the model"))
        given = [tag for tag in predicted if tag.given]
        for tag in sorted(given, key=lambda t: -t.probability):
            _tag(tag, user_id)
        if not given:
            st.caption(say("No tag reaches its threshold for this shopper."), help=terms.told("threshold"))
        rest = sorted((tag for tag in predicted if not tag.given), key=lambda t: -t.probability)
        if rest:
            with st.expander(say_many(len(rest), "{number} tag is not given", "{number} tags are not given")):
                for tag in rest:
                    _tag(tag, user_id)


def _tag(tag: Tag, user_id: str) -> None:
    icon = ":violet[:material/check_circle:]" if tag.given else ":gray[:material/radio_button_unchecked:]"
    common = ""
    if tag.base_rate is not None:
        common = say(" True of {share} of all shoppers.", share=words.percent(tag.base_rate))
    trust = say("Given from {threshold}, and then {precision}.",
                threshold=words.percent(tag.threshold), precision=words.of_ten(tag.precision))
    with st.container(gap=None):
        with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
            st.markdown(f"{icon} **{words.plain(tag.spec.label)}**", width="content")
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", width="content"):
                st.markdown(say(":violet[predicted] **{chance}**", chance=words.percent(tag.probability)),
                            width="content")  # fmt: skip
                nav.link("why", say("Why?"), ":material/psychology_alt:", {"user": user_id, "tag": tag.spec.key})
        meter.draw(tag.probability, tag.spec.label, threshold=tag.threshold)
        st.caption(f"{words.plain(tag.spec.sentence)} {trust}{common}{_came(tag)}")


def _came(tag: Tag) -> str:
    """How often such a chance came true."""
    found = tag.checked
    if found is None:
        return ""
    low, high = words.percent(found.low), words.percent(found.high)
    return say(" Of {shoppers} whose chance was {low} to {high} on the test days, it came true for {share}.",
               shoppers=words.several(found.n, "shopper", "shoppers"), low=low, high=high,
               share=words.percent(found.observed))  # fmt: skip


def item_page(item_id: str) -> None:
    """Draw a link to an item's page, from any page but the one that it is on."""
    nav.item(item_id, say("Its page"), ":material/sell:")


def recommendations(
    items: Sequence[Recommendation], user_id: str, page_of: Callable[[str], None] = item_page
) -> list[DeltaGenerator]:
    """Draw items as rows of cards, each with its chance of a click and ways to the reason and to the item's page.

    Parameters
    ----------
    page_of
        Draws the way to an item's page.

    Returns
    -------
    list
        For each item the place of its reason in words, empty where it is not known yet.
    """
    places = []
    end = meter.scale(max((item.p_click for item in items), default=1.0))
    if end < 1:
        st.caption(say("A full bar is a chance of {end}.", end=words.percent(end)))
    seen = pictures.of(item.item_id for item in items)
    for start in range(0, len(items), 2):
        for column, (rank, item) in zip(st.columns(2), enumerate(items[start : start + 2], start + 1), strict=False):
            with column.container(border=True, gap="xsmall", height="stretch"):
                places.append(_card(rank, item, end, seen.get(item.item_id)))
                with st.container(horizontal=True, vertical_alignment="center"):
                    nav.link("why", say("Why?"), ":material/psychology_alt:", {"user": user_id, "item": item.item_id})
                    page_of(item.item_id)
    return places


def _card(rank: int, item: Recommendation, end: float, picture: str | None) -> DeltaGenerator:
    about = [KIND.get(item.kind, item.kind), item.category.split(CATEGORY_SEPARATOR)[-1], item.brand]
    about += [words.money(item.price), *dict.fromkeys(words.source(source) for source in item.sources)]
    with pictures.beside(picture, item.title):
        st.markdown(f"**{rank}. {words.plain(item.title or item.item_id)}**")
        st.caption(" · ".join(words.plain(part) for part in about if part))
    chance.draw(item.p_click, end)
    if item.moved_by:
        why = "; ".join(map(words.plain, item.moved_by))
        st.caption(say(":material/swap_vert: Place {was} by chance alone. Moved: {why}.", was=item.was, why=why))
    place = st.empty()
    if item.reason:
        reason(place, item.reason)
    return place


def reason(place: DeltaGenerator, why: str) -> None:
    """Draw a reason in words."""
    place.markdown(f":material/lightbulb: {words.plain(why)}")
