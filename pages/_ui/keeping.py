"""Saved segments on the page: open, save, change, freeze, copy, archive, delete, and what became of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from core.conditions import EVERYONE, InSegment, Node, SavedSegment, leaves
from core.errors import InputError, ShopperLensError
from core.language import say
from pages._ui import builder, phrases, words

if TYPE_CHECKING:
    from core.saved import Movement
    from core.service import Shop

#: Which saved segment is being looked at, in the address.
PARAM = "segment"


def current(shop: Shop) -> SavedSegment | None:
    """Return the saved segment that the address names, or None; a name of nothing is taken out of it."""
    id = st.query_params.get(PARAM)
    if not id:
        return None
    try:
        return shop.segments.get(id)
    except InputError as error:
        st.query_params.pop(PARAM, None)
        st.error(words.plain(error), icon=":material/error:")
        return None


def open_(segment: SavedSegment) -> None:
    """Look at a saved segment: its conditions come into the builder."""
    st.query_params[PARAM] = segment.id
    builder.replace(conditions(segment))


def conditions(segment: SavedSegment | None) -> Node:
    """Return who is in a saved segment, as conditions: of a frozen one those who were in it. Without one: everyone."""
    if segment is None:
        return EVERYONE
    return InSegment(segment.id, segment.name) if segment.frozen else segment.tree


def address(shop: Shop, segment: SavedSegment) -> dict[str, str]:
    """Return what the address of Segments carries when a saved segment is open."""
    return {PARAM: segment.id, builder.PARAM: shop.segments.written(conditions(segment))}


def live(shop: Shop) -> list[SavedSegment]:
    """Return the saved segments that are not archived."""
    return [one for one in shop.segments.all() if not one.archived]


def shelf(shop: Shop) -> None:
    """Draw the list of saved segments, each a button that opens it."""
    saved = shop.segments.all()
    live = [one for one in saved if not one.archived]
    name = say("Saved segments ({number})", number=len(live)) if live else say("Saved segments")
    with st.popover(name, icon=":material/bookmarks:"):
        if not live:
            st.caption(say("None is saved yet. Build one below and press Save."))
        for one in live:
            _entry(one)
        if len(saved) > len(live) and st.toggle(say("Show archived ones"), key="archived"):
            for one in saved[len(live):]:
                _entry(one)


def _entry(one: SavedSegment) -> None:
    owner = f" · {one.owner}" if one.owner else ""
    icon = ":material/ac_unit:" if one.frozen else ":material/filter_alt:"
    st.button(
        words.plain(one.name), icon=icon, key=f"open-{one.id}", on_click=open_, args=(one,), width="stretch",
        help=words.plain((one.description or say("No description")) + owner),
    )  # fmt: skip


def save(shop: Shop, tree: Node, now: SavedSegment | None) -> None:
    """Draw the form that saves what is on the page, as a new segment or as a change of the one that is open.

    It saves by a callback, which is not lost when something else draws the page anew at the same time.
    """
    here = now.id if now else "new"
    parts = ("name", "description", "who", "frozen", *(("owner",) if now else ()))
    asked = {part: f"save-{part}-{here}" for part in parts}
    with st.popover(say("Save"), icon=":material/save:"), st.form("save", border=False):
        st.text_input(say("Name"), now.name if now else "", max_chars=80, key=asked["name"])
        st.text_area(say("What it is for"), now.description if now else "", height=80, key=asked["description"])
        if now is not None:
            st.text_input(say("Owner"), now.owner, key=asked["owner"], help=say("Whose segment it is"))
        st.text_input(say("Your name"), who(shop), key=asked["who"])
        st.checkbox(say("Frozen: keep these very shoppers"), now.frozen if now else False, key=asked["frozen"],
                    help=say("Else who is in it follows the data."))  # fmt: skip
        if now is not None:
            st.form_submit_button(say("Save the change"), type="primary", on_click=_save, args=(shop, tree, asked, now))
        st.form_submit_button(say("Save as a new segment"), type="secondary" if now else "primary", on_click=_save,
                              args=(shop, tree, asked, None))  # fmt: skip


def who(shop: Shop) -> str:
    """Return the name of whoever is at work, as far as it was said."""
    return str(st.session_state.get("_owner") or shop.segments.owner())


def _save(shop: Shop, tree: Node, asked: dict[str, str], now: SavedSegment | None) -> None:
    given = {part: st.session_state[key] for part, key in asked.items()}
    me = st.session_state["_owner"] = given.pop("who")
    try:
        if now is None:
            made = shop.segments.save(tree, given["name"], given["description"], me, given["frozen"])
        else:
            made = shop.segments.change(now.id, me, tree=_own(tree, now), **given)
    except InputError as error:
        refuse(error)
        return
    st.query_params[PARAM] = made.id
    st.toast(say("Saved as {name}", name=words.plain(made.name)), icon=":material/bookmark_added:")


def _own(tree: Node, now: SavedSegment) -> Node:
    """The conditions to be kept: of a frozen segment that was only looked at, those that it had."""
    inside = [leaf for leaf in leaves(tree) if isinstance(leaf, InSegment) and leaf.id == now.id]
    return now.tree if inside else tree


def about(shop: Shop, one: SavedSegment, columns: pd.DataFrame) -> None:
    """Draw what is known of the open segment, what can be done with it, and its history."""
    owner = say(", by {owner}", owner=words.plain(one.owner)) if one.owner else ""
    kind = say("follows the data")
    if one.frozen:
        kind = say("frozen on version {version} of the data", version=one.version)
    archived = say(", archived") if one.archived else ""
    st.markdown(f":material/bookmark: **{words.plain(one.name)}** :gray[{kind}{owner}{archived}]")
    if one.description:
        st.caption(words.plain(one.description))
    with st.container(horizontal=True, gap="xsmall"):
        st.button(say("Make a copy"), icon=":material/content_copy:", on_click=_do, args=(shop, "duplicate", one))
        st.button(say("Take out of the archive") if one.archived else say("Archive"), icon=":material/archive:",
                  on_click=_do, args=(shop, "change", one), kwargs={"archived": not one.archived})  # fmt: skip
        with st.popover(say("Delete"), icon=":material/delete:"):
            st.caption(say("It and its history are gone for good."))
            st.button(say("Delete it"), type="primary", on_click=_do, args=(shop, "delete", one))
        st.button(say("Close"), icon=":material/close:", on_click=_close, type="tertiary")
    with st.expander(say("History"), icon=":material/history:", key="history", on_change="rerun") as history:
        if history.open:
            _history(shop, one, columns)


def _close() -> None:
    st.query_params.pop(PARAM, None)


def _do(shop: Shop, what: str, one: SavedSegment, **parts: Any) -> None:
    me = who(shop)
    try:
        if what == "delete":
            shop.segments.delete(one.id)
            _close()
        elif what == "duplicate":
            open_(shop.segments.duplicate(one.id, me))
        else:
            shop.segments.change(one.id, me, **parts)
    except InputError as error:
        refuse(error)


def refuse(error: ShopperLensError) -> None:
    """Note in a callback why a press of a button did nothing; ``refused`` says it."""
    st.session_state["_refused"] = str(error)


def refused() -> None:
    """Say why the last press of a button did nothing."""
    said = st.session_state.pop("_refused", None)
    if said:
        st.error(words.plain(said), icon=":material/error:", title=say("This did not work"))


def _history(shop: Shop, one: SavedSegment, columns: pd.DataFrame) -> None:
    names = {each.id: each.name for each in shop.segments.all()}
    changes = shop.segments.history(one.id)
    before_now = shop.board.moved(one)
    if before_now is not None:
        version, moved = before_now
        _moved(shop, one, say("Since version {version} of the data", version=version), moved, "data")
    for number, change in enumerate(changes):
        what = words.plain(change.what)
        if change.who:
            what = say("{what} by {who}", what=what, who=words.plain(change.who))
        st.markdown(
            say("**{moment}** {what} · {shoppers} on version {version} of the data",
                moment=words.moment(change.at), what=what,
                shoppers=words.several(change.shoppers, "shopper", "shoppers"), version=change.version)
        )
        before = changes[number + 1] if number + 1 < len(changes) else None
        if before is not None and before.tree != change.tree:
            st.caption(say("Before: ") + (phrases.sentence(before.tree, columns, names) or say("Everyone")))
            st.caption(say("After: ") + (phrases.sentence(change.tree, columns, names) or say("Everyone")))
        if change.members:
            _moved(shop, one, say("Since then"), shop.segments.since(one.id, change), str(number))


def _moved(shop: Shop, one: SavedSegment, since: str, moved: Movement, key: str) -> None:
    """Say how many came and went since then, each number with the way to who they are."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(say("{since} {joined} came in, {left} went out, {stayed} stayed.", since=since,
                       joined=words.count(len(moved.joined)), left=words.count(len(moved.left)),
                       stayed=words.count(moved.stayed)), width="content")  # fmt: skip
        for way, name, see, ids in (
            ("came", say("who came in"), say("See who came in"), moved.joined),
            ("went", say("who went out"), say("See who went out"), moved.left),
        ):  # fmt: skip
            if ids:
                listed, _ = shop.segments.keep_list(f"{one.name}: {name}", "\n".join(ids).encode())
                st.button(see, key=f"{way}-{key}", type="tertiary", on_click=_see, args=(listed,))


def _see(tree: Node) -> None:
    _close()
    builder.replace(tree)
