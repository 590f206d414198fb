"""The shopping assistant: a need in words, turn by turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.assist.records import Choice, Offer, Reply, named
from core.language import Sayings, say
from pages._ui import address, chance, found, meter, nav, pick, pictures, resources, states, words

if TYPE_CHECKING:
    from core.service import Shop

#: What is to be said next by a button, and whether it is said instead of all before it.
_NEXT = "_assist_next"
_GROUPS = Sayings({"price": "Price", "brand": "Brand", "category": "Category", "colour": "Colour", "kind": "Show"})
_ASKS, _ANSWERS = ":material/person:", ":material/support_agent:"


def show(shop: Shop) -> None:
    """Let the person say what is needed, and draw the conversation; its need is in the address."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        user = pick.someone(shop)
        bar = st.container(width="content")
    key = f"_assist:{shop.version}:{shop.model_name}:{user}"
    talk: list[Reply] = st.session_state.setdefault(key, [])
    typed = st.chat_input(say("Say what is needed"))
    _go_on(shop, talk, user, typed)
    if not talk:
        offer(shop)
        return
    address.keep({"need": talk[-1].need})
    bar.button(say("Start anew"), icon=":material/restart_alt:", type="tertiary", on_click=_anew, args=(key,))
    for reply in talk[:-1]:
        _asked(reply)
        with st.chat_message("assistant", avatar=_ANSWERS):
            st.markdown(_text(reply))
    _asked(talk[-1])
    with st.chat_message("assistant", avatar=_ANSWERS):
        answer(shop, talk, user)


def _go_on(shop: Shop, talk: list[Reply], user: str | None, typed: str | None) -> None:
    """Answer what was typed or chosen; where nothing was, what the address of a link says."""
    said, alone = st.session_state.pop(_NEXT, (typed, False))
    need = address.text("need")
    if not said and need and (not talk or talk[-1].need != need):
        said, alone = need, True
        talk.clear()
    if said and said.strip():
        with st.spinner(say("Looking …")):
            talk.append(shop.assist(said, None if alone or not talk else talk[-1], user))


def answer(shop: Shop, talk: list[Reply], user: str | None) -> None:
    """Draw the last answer: what was understood, what it says, the items, and how to go on."""
    reply = talk[-1]
    found.understood(reply.parts, f"{len(talk)}-{reply.need}", _instead)
    for note in reply.notes:
        st.caption(f":material/rule: {words.plain(note)}")
    said = st.empty()
    said.markdown(_text(reply))
    _offers(reply, user)
    _choices(reply, len(talk))
    if reply.phrased is None and not reply.unphrased:
        reply = talk[-1] = shop.phrase(reply)
        said.markdown(_text(reply))
    if reply.phrased is not None:
        st.caption(say(":material/smart_toy: Worded by {model}, which was told no titles and nothing of the shopper; "
                       "checked to name nothing but what is here.", model=words.plain(reply.phrased_by)))
    if reply.unphrased:
        st.caption(say(":material/info: {why} These are ShopperLens's own words.",
                       why=words.plain(reply.unphrased)))


def offer(shop: Shop) -> None:
    """Say what can be said, and offer what shoppers searched for."""
    states.empty(
        say("Say what is needed, as you would to somebody in the shop"),
        say("You get items, each with the reason why it is here, and ways to go on. Nothing is said that the "
            "catalogue or the model does not say."), ":material/support_agent:",
    )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="center"):
        for text in resources.overview(shop).searches["query"].head(3).astype(str):
            st.button(words.plain(text), key=f"try-{text}", on_click=_say, args=(text,))


def _asked(reply: Reply) -> None:
    with st.chat_message("user", avatar=_ASKS):
        st.markdown(words.plain(reply.said))


def _text(reply: Reply) -> str:
    return named(reply.phrased or reply.text, reply.offers, lambda title: f"**{words.plain(title)}**", words.plain)


def _offers(reply: Reply, user: str | None) -> None:
    end = meter.scale(max((one.hit.p_click or 0.0 for one in reply.offers), default=1.0))
    seen = pictures.of(one.hit.item_id for one in reply.offers)
    for start in range(0, len(reply.offers), 2):
        pair = enumerate(reply.offers[start : start + 2], start + 1)
        for column, (place, one) in zip(st.columns(2), pair, strict=False):
            with column.container(border=True, gap="xsmall", height="stretch"):
                _card(place, one, user, end, seen.get(one.hit.item_id))


def _card(place: int, one: Offer, user: str | None, end: float, picture: str | None) -> None:
    hit = one.hit
    with pictures.beside(picture, hit.title):
        st.markdown(f"**{place}. {words.plain(hit.title)}**")
        st.caption(found.about(hit))
    if one.reasons:
        why = words.plain(say("; ").join(one.reasons))
        st.markdown(f":material/lightbulb: {why[:1].upper()}{why[1:]}")
    if one.lacks:
        lacks = say(", ").join(say("“{word}”", word=word) for word in one.lacks)
        st.markdown(say(":orange[:material/report:] Does not say {words}", words=words.plain(lacks)))
    if hit.p_click is not None:
        with st.container(gap=None):
            st.markdown(say(":violet[Predicted] {chance}", chance=words.plain(one.personal)))
            meter.draw(hit.p_click, chance.name(), end)
    with st.container(horizontal=True, vertical_alignment="center"):
        if hit.p_click is not None:
            nav.link("why", say("Why?"), ":material/psychology_alt:", {"user": str(user), "item": hit.item_id})
        found.page_of(hit.item_id, "assist")


def _choices(reply: Reply, turn: int) -> None:
    """Draw the ways to go on, each with how many items it leads to."""
    for what, title in _GROUPS.items():
        some = [choice for choice in reply.choices if choice.what == what]
        if some:
            with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
                st.caption(title, width=70)
                for choice in some:
                    _choice(choice, turn)


def _choice(choice: Choice, turn: int) -> None:
    label = f"{words.plain(choice.label)} :gray[{words.count(choice.count)}]"
    st.button(label, key=f"choice-{turn}-{choice.what}-{choice.said}", on_click=_say, args=(choice.said,),
              help=say("Leads to {items}.", items=words.several(choice.count, "item", "items")))  # fmt: skip


def _say(text: str) -> None:
    st.session_state[_NEXT] = (text, False)


def _instead(text: str) -> None:
    """Ask for the need without one of its parts."""
    if text:
        st.session_state[_NEXT] = (text, True)
    else:
        address.keep({"need": ""})
        for key in [key for key in st.session_state if str(key).startswith("_assist:")]:
            st.session_state[key] = []


def _anew(key: str) -> None:
    st.session_state[key] = []
    address.keep({"need": ""})
