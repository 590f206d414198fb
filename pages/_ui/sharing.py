"""A link that shows a segment as it was seen: with its version of the data, its model and its conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.conditions import Node, SavedSegment, SharedView
from core.errors import ShopperLensError
from core.language import say
from pages._ui import address, builder, keeping, look, look_marks, resources, stamp, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.service import Shop

#: Which link is being looked at, in the address.
PARAM = "view"
_SHOWN = "_view_shown"
#: What the last link that was made shows, and its key.
_MADE = "_link_made"


def opened(shop: Shop) -> tuple[Shop, SharedView | None]:
    """Return the shop as it was when the link of the address was made, and what it shows; else the shop as it is."""
    then, view = _opened(shop)
    stamp.draw(then)
    return then, view


def _opened(shop: Shop) -> tuple[Shop, SharedView | None]:
    key = st.query_params.get(PARAM)
    if not key:
        st.session_state.pop(_SHOWN, None)
        return shop, None
    try:
        view = shop.segments.shared(key)
        shop.segments.check(view)
        then = resources.seen(shop, key, view)
    except ShopperLensError as error:
        st.query_params.pop(PARAM, None)
        st.error(words.plain(error), icon=":material/link_off:", title=say("This link can no longer be shown"))
        return shop, None
    if st.session_state.get(_SHOWN) != key:
        builder.replace(view.tree)
        if look.PARAM not in st.query_params:  # else another was opened since
            address.keep(dict(view.look))
        st.session_state[_SHOWN] = key
    return then, view


def banner(view: SharedView) -> None:
    """Say of when and of what the page is, and how to come back to now."""
    who = say(" by {who}", who=words.plain(view.who)) if view.who else ""
    model = say(" and model {model}", model=words.plain(view.model)) if view.model else ""
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(say(":material/history: Seen{who} on {created}, with version {version} of the data{model}.",
                        who=who, created=words.date(view.created), version=view.version, model=model))  # fmt: skip
        st.button(say("Look at the newest data"), on_click=_leave, type="tertiary")


def against(shop: Shop, view: SharedView | None, now: SavedSegment | None) -> tuple[Node | None, str]:
    """Let the person choose what a segment is held against; return its conditions (None: everyone else) and name."""
    others = {one.id: one for one in shop.segments.all() if not one.archived and (now is None or one.id != now.id)}
    seen = {"seen": view.against_name} if view is not None and view.against is not None else {}
    options = {**seen, "": say("everyone else"), **{id: one.name for id, one in others.items()}}
    if len(options) == 1:
        return None, ""
    chosen = st.selectbox(say("How they differ from"), list(options), format_func=options.__getitem__, width=320,
                          key="against")  # fmt: skip
    if chosen == "seen" and view is not None:
        return view.against, view.against_name
    return (shop.segments.meaning(others[chosen]), others[chosen].name) if chosen else (None, "")


def share(shop: Shop, tree: Node, other: Node | None, name: str, show: Sequence[str]) -> None:
    """Offer a link to what is seen, which shows the same to whoever opens it, on whatever day."""
    with st.popover(say("Share"), icon=":material/share:"):
        st.caption(say("A link that shows these very shoppers and figures, and the closer look that is open, "
                       "whatever is imported or trained after."))  # fmt: skip
        st.button(say("Make a link"), type="primary", key="make-link", on_click=_make,
                  args=(shop, tree, other, name, show))  # fmt: skip
        seen, key = st.session_state.get(_MADE, (None, ""))
        if seen == _seen(shop, tree, other, show):
            here = (st.context.url or "").partition("?")[0]
            st.code(f"{here}?{PARAM}={key}", language=None)


def _make(shop: Shop, tree: Node, other: Node | None, name: str, show: Sequence[str]) -> None:
    key = shop.segments.share(tree, other, name, show, keeping.who(shop), _look())
    st.session_state[_MADE] = _seen(shop, tree, other, show), key


def _look() -> dict[str, str]:
    """What the address says of the mark that is chosen, and of the closer look where one is open."""
    names = look.PARAMS if look.PARAM in st.query_params else (look_marks.PARAM,)
    return {name: st.query_params[name] for name in names if name in st.query_params}


def _seen(shop: Shop, tree: Node, other: Node | None, show: Sequence[str]) -> tuple[object, ...]:
    return tree, other, tuple(show), shop.version, _look()


def _leave() -> None:
    st.query_params.pop(PARAM, None)
