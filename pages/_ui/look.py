"""A closer look at a segment, one question at a time; what nobody opens is not counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from core.conditions import Node
from core.language import say, to_say
from pages._ui import (
    differences,
    frame,
    look_came,
    look_did,
    look_map,
    look_marks,
    look_overlap,
    look_value,
    look_when,
    look_why,
    states,
)

if TYPE_CHECKING:
    from core.service import Shop

PARAM = "look"
#: All that the address says of a closer look: which is open, and what is chosen there.
PARAMS = (
    PARAM, look_did.ORDER, look_came.BEGUN, look_value.DAYS, look_value.COUNT, look_overlap.OVER, look_why.PARAM,
    look_map.BY, look_map.AT, look_marks.PARAM,
)
_OF = "_look_of"
_PANELS = {
    "did": (to_say("What they do"), look_did.draw), "when": (to_say("When"), look_when.draw),
    "back": (to_say("Come back?"), look_came.draw),
    "value": (to_say("Value"), look_value.draw), "overlap": (to_say("Overlap"), look_overlap.draw),
    "why": (to_say("Why?"), look_why.draw), "map": (to_say("Map"), look_map.draw),
}  # fmt: skip


@st.fragment
def draw(shop: Shop, tree: Node, other: Node | None, name: str, many: int, ready: float) -> None:
    """Draw the choice of questions, and the answer to the one that is chosen; the address carries which.

    Another question, and what is asked within one, leaves the rest of the page as it is.

    Parameters
    ----------
    other, name
        What the segment is held against; None for everyone else.
    many
        Shoppers of the segment.
    """
    st.subheader(say("A closer look"), anchor=False)
    given = st.query_params.get(PARAM)
    chosen = st.segmented_control(
        say("Question"), list(_PANELS), default=given if given in _PANELS else None, key="look",
        format_func=lambda one: say(_PANELS[one][0]), label_visibility="collapsed",
    )  # fmt: skip
    if chosen is None:
        st.query_params.pop(PARAM, None)
        st.caption(say("Choose a question. Whatever stands for shoppers in a chart can be opened as a segment or as a "
                       "list of them."))
        return
    if chosen != given:
        st.query_params[PARAM] = chosen
    if not many and chosen not in ("overlap", "map"):
        states.empty(say("There is nobody to look at"), say("Loosen or remove a condition above."),
                     ":material/group_off:")
        return
    of = f"{chosen} {shop.version} {shop.segments.key(tree)}"
    if st.session_state.get(_OF, of) != of:
        look_marks.forget(but=differences.KEY)  # what was chosen in charts of other shoppers means others now
    st.session_state[_OF] = of
    _panel(shop, chosen, tree, other, name, ready)


def _panel(shop: Shop, chosen: str, tree: Node, other: Node | None, name: str, ready: float) -> None:
    look_marks.follow()
    with frame.errors():
        _PANELS[chosen][1](shop, tree, other, name or say("everyone else"), ready)
